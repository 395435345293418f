"""What is seen of a call when it has settled, and the canonical form of a page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.explore.volatile import Leaves
    from pytest_minivoice.rules.rule import Finding

Kind = Literal["ring", "gather", "dial", "idle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Hold what is seen of a call when it has settled.

    Args:
        key: Where the call stands, canonical: equal keys are taken for the same state.
        label: What the input brought: the key, what was heard on the way, events and broken rules.
        kind: What the call waits for.
        menu: The page that brought the last document, canonical.
        heard: What the caller heard since the input.
        did: What MiniVoice was told to do since the input that nobody hears, such as `start_stream track=both`.
        texts: What the last document says up to where the call stands.
        gather: The gather that listens, or None.
        end: Terminal state, status, reason, destination and room; of a call that goes on, empty strings.
        findings: The rules broken since the input.
        documents: The documents fetched since the input: their paths and strings.
        probe: What the user's state function returned, written down; empty without one.
    """

    key: str
    label: str
    kind: Kind
    menu: str
    heard: tuple[str, ...]
    did: tuple[str, ...]
    texts: tuple[str, ...]
    gather: Gather | None
    end: tuple[str, str, str, str, str]
    findings: tuple[Finding, ...]
    documents: tuple[tuple[str, Leaves], ...]
    probe: str = ""


def canonical_url(url: str, base_url: str) -> str:
    """Write an address the same way for every call.

    Args:
        url: An absolute URL, masked.
        base_url: The application's; left out of its own URLs.

    Returns:
        The path and the sorted query.
    """
    parts = urlsplit(url)
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)), safe="<>+/:")
    path = parts.path + (f"?{query}" if query else "")
    return path if url.startswith(base_url) else f"{parts.scheme}://{parts.netloc}{path}"
