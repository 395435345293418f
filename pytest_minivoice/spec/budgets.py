"""Where exploring stops if a test does not say."""

from __future__ import annotations

MAX_STATES = 5_000
MAX_REQUESTS = 500_000
MAX_SECONDS = 600
