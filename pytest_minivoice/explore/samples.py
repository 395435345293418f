"""Whether the samples of a user were of use, known when all pages are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore.inputs import fits
from pytest_minivoice.explore.options import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.explore.nodes import Node
    from pytest_minivoice.explore.options import Options


def check_samples(nodes: Iterable[Node], options: Options) -> None:
    """Refuse samples that were entered nowhere.

    Args:
        nodes: All nodes of a whole search.
        options: For the samples.

    Raises:
        SettingError: For a page that never asks for several digits, and for a sample that is too long.
    """
    pages: dict[str, list[Gather]] = {}
    for node in nodes:
        if node.seen.gather is not None and node.seen.gather.limit > 1:
            pages.setdefault(node.seen.menu.partition(" ")[2].partition("?")[0], []).append(node.seen.gather)
    for path, digits in options.samples.items():
        if path not in pages and path != ANYWHERE:
            hint = did_you_mean(path, pages)
            listed = ", ".join(sorted(pages)) or "none"
            raise SettingError(
                f"explore: samples are given for {path}, which asks for no digits{hint}\n- pages that do: {listed}"
            )
        gathers = pages[path] if path != ANYWHERE else [gather for each in pages.values() for gather in each]
        for sample in digits:
            if not any(fits(gather, sample) for gather in gathers):
                raise SettingError(_misfit(sample, path, pages))


def _misfit(sample: str, path: str, pages: dict[str, list[Gather]]) -> str:
    if path != ANYWHERE:
        return f"explore: the sample {sample!r} for {path} does not fit: it {_takes(pages[path])}"
    lines = [f"- {each} {_takes(gathers)}" for each, gathers in sorted(pages.items())]
    return "\n".join([f"explore: the sample {sample!r} fits no gather of the call flow", *lines])


def _takes(gathers: Iterable[Gather]) -> str:
    longest = max(gathers, key=lambda each: each.limit)
    ended = f", or less and {longest.finish_on_key}" if longest.finish_on_key else ""
    return f"takes {longest.limit} digits{ended}"
