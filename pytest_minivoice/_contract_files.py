"""Names and writes the flow contracts that a run makes of its tests."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.written import SCHEMA_LINE
from pytest_minivoice.flows.contract import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_FIRST = 10
"""Lines of a file among which is the one that says what made it."""


def contract_file(item: pytest.Item, option: str, number: int = 1) -> Path:
    """Return the file for the contract of a test.

    Args:
        item: The test.
        option: The folder, as the command line names it.
        number: Which of its contracts.

    Returns:
        A path in that folder.
    """
    name = _slug(item) + ("" if number == 1 else f"-{number}")
    return item.config.invocation_params.dir / option / (name + SUFFIX)


def write(path: Path, title: str, text: str) -> str | None:
    """Write a contract. A file that was written or edited by hand, or by another option, is left as it is.

    Args:
        path: The file.
        title: What it is made of, for its first lines; its first word says by which option.
        text: The YAML text.

    Returns:
        Why it was not written, or None.
    """
    try:
        problem = _kept(path, title) if path.exists() else None
        if problem is not None:
            return problem
        path.parent.mkdir(parents=True, exist_ok=True)
        line = f"# {title}".encode("utf-8", "backslashreplace").decode()
        plain = f"{SCHEMA_LINE}{line}\n{text}"
        path.write_text(plain.replace(line, f"{line} (unedited: {_checksum(plain)})", 1), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return str(error)
    return None


def _kept(path: Path, title: str) -> str | None:
    """Say why a file is to be kept, or None where it is as the option wrote it."""
    text = path.read_text(encoding="utf-8")  # its line ends are those of the checkout, and read as one
    made = re.compile(rf"# {title.partition(' ')[0]} from .*?(?P<mark> \(unedited: (?P<sum>[0-9a-f]{{8}})\))?")
    found = next(filter(None, map(made.fullmatch, text.split("\n")[:_FIRST])), None)
    if found is None:
        return f"there is a {path.name} that this option did not write; move it away"
    if found["mark"] is None or _checksum(text.replace(found["mark"], "", 1)) != found["sum"]:
        return f"{path.name} was edited since it was written; move it away or delete it"
    return None


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _slug(item: pytest.Item) -> str:
    """Make a file's name of a test's id; what may collide gets a checksum."""
    path, _, rest = item.nodeid.partition("::")
    plain = f"{path.removesuffix('.py').removesuffix(SUFFIX)}-{rest}"
    slug = re.sub(r"[^\w.]+", "-", plain).strip("-.")
    exact = plain.replace("::", "-").replace("/", "-") == slug
    return slug if exact else f"{slug[:150]}-{zlib.crc32(item.nodeid.encode('utf-8', 'backslashreplace')):08x}"
