"""Writes what a run explored as HTML: the explorations with their findings, the coverage, and the pictures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pytest_minivoice.explore.wording import NOTHING_EXPLORED, percent
from pytest_minivoice.render import many
from pytest_minivoice.reports.flow_as_html import flow_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.reports.explored import BrokenOnPath, Exploration, Explored, Flow


def explored_html(found: Explored) -> str:
    """Write what a run explored.

    Args:
        found: What it explored.

    Returns:
        Sections of the page; none where nothing was explored and nothing measured.
    """
    parts = [_exploration(each) for each in found.explorations]
    if found.measured:
        parts.append(_coverage(found))
    parts += [flow_html(each, number) for number, each in enumerate(found.flows)]
    return "\n".join(parts)


def _exploration(each: Exploration) -> str:
    ignored = "".join(f"<li>{escape(field)}</li>" for field in each.ignored)
    left = f"<p>Differs from call to call, and is not compared:</p><ul>{ignored}</ul>" if ignored else ""
    found = "".join(map(_finding, each.findings))
    number = many(len(each.findings), "finding") if each.findings else "no findings"
    return (
        f'<details class="explored" open><summary>Explored: {escape(each.app)}, {escape(each.begins)} '
        f'<span class="state">{escape(number)}</span></summary>'
        f"<p>{escape(each.assurance)}. By {escape(each.test)}.</p>{left}{found}</details>"
    )


def _finding(each: BrokenOnPath) -> str:
    title = f"{escape(each.code)} {escape(each.name)}"
    linked = f'<a href="{escape(each.url)}">{title}</a>' if each.url else title
    shown = f", shown by {each.branches} branches" if each.branches > 1 else ""
    return (
        f'<p class="finding">{linked} ({escape(each.severity)}) at {escape(each.where)}{shown}: {escape(each.message)}'
        f'</p><p class="fix">{escape(each.fix)}</p><p><code class="line">{escape(each.line)}</code></p>'
        f'<p><code class="line">{escape(each.flow)}</code></p>'
    )


def _coverage(found: Explored) -> str:
    whole = f"{found.taken} of {found.branches} branches were taken by tests" if found.flows else NOTHING_EXPLORED
    asked = f"; {found.fail_under:g} % are asked for" if found.fail_under is not None else ""
    share = f" ({percent(found.taken, found.branches)} %)" if found.flows else ""
    unused = "".join(f"<p>{escape(path)} is not used: the flow was explored.</p>" for path in found.unused)
    tables = "".join(map(_table, found.flows))
    return (
        f'<details class="explored coverage" open><summary>Coverage: {escape(whole)}{share}{asked}</summary>'
        f"{unused}{tables}</details>"
    )


def _table(flow: Flow) -> str:
    head = "<tr><th>menu<th>states<th>branches<th>taken<th>cover</tr>"
    other = ", ".join(flow.other_begins)
    note = f"<p>No call of a test begins like this; they begin with {escape(other)}.</p>" if other else ""
    note += f"<p>{escape(flow.note)}.</p>" if flow.note else ""
    return (
        f"<h3>{escape(flow.title)}</h3>{note}"
        f'<div class="wide"><table class="shares">{head}{"".join(_rows(flow))}</table></div>'
    )


def _rows(flow: Flow) -> Iterator[str]:
    for each in flow.menus:
        yield _row(each.name, each.states, each.branches, each.taken)
        if each.missing:
            lines = "".join(f'<li><code class="line">{escape(one.line)}</code></li>' for one in each.missing)
            more = f"<li>and {each.more} more</li>" if each.more else ""
            number = len(each.missing) + each.more
            yield (
                f'<tr class="missing"><td colspan="5"><details><summary>{number} not taken</summary>'
                f"<ul>{lines}{more}</ul></details></td></tr>"
            )
    yield _row("all", len(flow.states), len(flow.branches), flow.covered)


def _row(name: str, states: int, branches: int, taken: int) -> str:
    cells = "".join(f"<td>{each}</td>" for each in (states, branches, taken, f"{percent(taken, branches)} %"))
    return f"<tr><th>{escape(name)}</th>{cells}</tr>"
