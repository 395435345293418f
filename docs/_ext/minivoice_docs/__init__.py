"""The Sphinx extension that makes pages from the package itself, and fails the build where they do not fit together.

Whole pages are written before the build reads the sources, `rules/` and `reference/assumptions.md`; git ignores them.
Parts of a page take the place of `<!-- generated: settings -->` and its like.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

import pytest_minivoice.spec
from minivoice_docs import actions, docstrings, flows, options, rules, settings
from minivoice_docs.names import check_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx

SCHEMAS = Path(pytest_minivoice.spec.__file__).parent / "schemas"
PARTS = {
    "settings": settings.reference,
    "actions": actions.reference,
    "flows": flows.reference,
    "options": options.reference,
}
PLACE = re.compile(r"<!-- generated: (\w+) -->")


def write_pages(app: Sphinx) -> None:
    """Write the generated pages, and remove those of rules that are gone."""
    source = Path(app.srcdir)
    wanted = {f"rules/{name}": text for name, text in rules.pages().items()}
    wanted["reference/assumptions.md"] = settings.assumptions()
    (source / "rules").mkdir(exist_ok=True)
    for path in (source / "rules").glob("*.md"):
        if f"rules/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = source / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def complete_page(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the generated parts into a page, and check the names in it."""
    check_names(docname, source[0])
    source[0] = PLACE.sub(lambda found: part(found[1], docname), source[0])


def part(name: str, docname: str) -> str:
    """Return the generated part of a name."""
    if name not in PARTS:
        message = f"{docname}: there is no generated part {name!r}, only {', '.join(PARTS)}"
        raise ExtensionError(message)
    return PARTS[name]()


def publish_schemas(app: Sphinx, error: Exception | None) -> None:
    """Copy the JSON Schemas to where their $id says they are."""
    if error is None and app.builder.format == "html":
        shutil.copytree(SCHEMAS, Path(app.outdir) / "schemas", dirs_exist_ok=True)


def setup(app: Sphinx) -> Mapping[str, object]:
    """Register the extension."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", complete_page)
    app.connect("autodoc-process-docstring", docstrings.convert)
    app.connect("autodoc-process-signature", docstrings.shorten)
    app.connect("build-finished", publish_schemas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
