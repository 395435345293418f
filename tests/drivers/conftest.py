"""The plugin under test in every nested run."""

from __future__ import annotations

from nested import pytester

__all__ = ["pytester"]
