"""Checks that the wheel and the sdist in dist/ hold what belongs in them, and nothing else."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

PACKAGE = "pytest_minivoice"
SDIST = {"pytest_minivoice", "tests", "docs", "examples", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"}
BUILT_IN = {"PKG-INFO", ".gitignore"}  # hatchling puts these into every sdist
UNWANTED = {"__pycache__", "_build", ".pytest_cache", ".DS_Store"}


def files_of_the_checkout() -> set[str]:
    """Return the files that make up the package."""
    return {
        path.as_posix() for path in Path(PACKAGE).rglob("*") if path.is_file() and not UNWANTED.intersection(path.parts)
    }


def problems_of_the_wheel(names: set[str], metadata: set[str]) -> list[str]:
    """Compare the wheel with the package in the checkout."""
    files = files_of_the_checkout()
    packaged = {name for name in names if PurePosixPath(name).parts[0] == PACKAGE}
    strangers = {name for name in names - packaged if ".dist-info/" not in name}
    missing_metadata = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"} - metadata
    return [
        *(f"wheel: {name} is missing" for name in sorted(files - packaged)),
        *(f"wheel: {name} does not belong there" for name in sorted((packaged - files) | strangers)),
        *(f"wheel: {name} is missing in its metadata" for name in sorted(missing_metadata)),
        *(["wheel: no py.typed"] if f"{PACKAGE}/py.typed" not in names else []),
        *(["wheel: no JSON Schema"] if not any(name.endswith(".json") for name in packaged) else []),
    ]


def problems_of_the_sdist(names: set[str]) -> list[str]:
    """Compare the top of the sdist with the list above."""
    tops = {PurePosixPath(name).parts[0] for name in names}
    return [
        *(f"sdist: {name} is missing" for name in sorted(SDIST - tops)),
        *(f"sdist: {name} does not belong there" for name in sorted(tops - SDIST - BUILT_IN)),
        *(f"sdist: {name} does not belong there" for name in sorted(names) if UNWANTED.intersection(name.split("/"))),
    ]


def main() -> int:
    """Print every problem, or how much was checked."""
    [wheel] = Path("dist").glob("*.whl")
    [sdist] = Path("dist").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    metadata = {name.split(".dist-info/")[1] for name in in_wheel if ".dist-info/" in name}
    problems = [*problems_of_the_wheel(in_wheel, metadata), *problems_of_the_sdist(in_sdist)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{wheel.name} ({len(in_wheel)} files) and {sdist.name} ({len(in_sdist)} files) hold what belongs there")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
