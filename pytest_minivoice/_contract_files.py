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
    """Write a contract. A file that was written by hand, or by another option, is left as it is.

    Args:
        path: The file.
        title: What it is made of, for its first lines; its first word says by which option.
        text: The YAML text.

    Returns:
        Why it was not written, or None.
    """
    try:
        ours = f"{SCHEMA_LINE}# {title.partition(' ')[0]} "
        if path.exists() and not path.read_text(encoding="utf-8").startswith(ours):
            return f"there is a {path.name} that this option did not write; move it away"
        path.parent.mkdir(parents=True, exist_ok=True)
        header = f"{SCHEMA_LINE}# {title}\n".encode("utf-8", "backslashreplace").decode()
        path.write_text(header + text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return str(error)
    return None


def _slug(item: pytest.Item) -> str:
    """Make a file's name of a test's id; what may collide gets a checksum."""
    path, _, rest = item.nodeid.partition("::")
    plain = f"{path.removesuffix('.py').removesuffix(SUFFIX)}-{rest}"
    slug = re.sub(r"[^\w.]+", "-", plain).strip("-.")
    exact = plain.replace("::", "-").replace("/", "-") == slug
    return slug if exact else f"{slug[:150]}-{zlib.crc32(item.nodeid.encode('utf-8', 'backslashreplace')):08x}"
