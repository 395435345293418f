"""The style of a drawn call flow. Its colours are written out, as not every program that shows SVG knows variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LIGHT = {
    "ink": "#1f2328", "faint": "#59636e", "ground": "#fff", "line": "#59636e", "dial": "#ddf4ff", "end": "#f6f8fa",
    "edge": "#8c959f", "bad": "#ffebe9", "bad-line": "#cf222e", "bad-ink": "#a40e26", "good-line": "#1a7f37",
    "good-ink": "#116329", "open-line": "#6e7781",
}  # fmt: skip
DARK = {
    "ink": "#e6edf3", "faint": "#9da7b3", "ground": "#161b22", "line": "#9da7b3", "dial": "#12304d", "end": "#262c36",
    "edge": "#7d8590", "bad": "#3d1418", "bad-line": "#ff7b72", "bad-ink": "#ffa198", "good-line": "#3fb950",
    "good-ink": "#56d364", "open-line": "#8b949e",
}  # fmt: skip

_RULES = """
.callflow text { font: 13px system-ui, sans-serif; fill: <ink> }
.callflow .small { font-size: 11px; fill: <faint> }
.callflow .box { fill: <ground>; stroke: <line>; stroke-width: 1.5 }
.callflow .dial { fill: <dial> }
.callflow .end { fill: <end>; stroke: <edge> }
.callflow .bad { fill: <bad>; stroke: <bad-line>; stroke-width: 2.5 }
.callflow .link { fill: <ground>; stroke: <edge>; stroke-dasharray: 2 3 }
.callflow path { fill: none; stroke-width: 1.5; stroke: <line> }
.callflow .covered path { stroke: <good-line>; stroke-width: 3 }
.callflow .uncovered path { stroke: <open-line>; stroke-dasharray: 7 5 }
.callflow .failing path { stroke: <bad-line>; stroke-width: 3; stroke-dasharray: 2 4 }
.callflow .covered .keys { fill: <good-ink>; font-weight: 600 }
.callflow .failing .keys { fill: <bad-ink>; font-weight: 600 }
"""


def rules(palette: Mapping[str, str]) -> str:
    """Write the style in the colours of a palette.

    Args:
        palette: `LIGHT` or `DARK`.

    Returns:
        CSS; it touches nothing outside of the picture.
    """
    text = _RULES
    for name, colour in palette.items():
        text = text.replace(f"<{name}>", colour)
    return text
