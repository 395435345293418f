"""How Sphinx builds the documentation: MyST for the pages, autodoc for the reference, furo for the looks."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "pytest-minivoice"
author = "The pytest-minivoice authors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx wants this name
release = version = version_of(project)

extensions = ["myst_parser", "sphinx.ext.autodoc", "minivoice_docs"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_default_options = {"exclude-members": "__init__, __new__"}  # users make few of these objects

html_theme = "furo"
html_title = f"{project} {release}"
