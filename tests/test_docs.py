"""Runs every block of code in README.md and docs/, as CONTRIBUTING.md tells under "Code in the docs"."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
WRITTEN = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "rules"]
PAGES = ["README.md", *sorted(WRITTEN)]  # docs/rules is made from the catalogue, whose examples have tests of their own
FILE_NAME = re.compile(r"# ([\w./-]+\.\w+)")
DIRECTIVE = re.compile(r"<!-- test: (.+) -->")
SECONDS = re.compile(r"\d+\.\d+s\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of code, and the comment above it that says how it is to be tested."""

    language: str
    text: str
    directive: str
    line: int

    @property
    def file_name(self) -> str:
        match = FILE_NAME.fullmatch(self.text.partition("\n")[0].strip())
        return match[1] if match else ""


def blocks(markdown: str, first_line: int = 1) -> Iterator[Block]:
    directive = ""
    for token in MarkdownIt().parse(markdown):
        line = first_line + token.map[0] if token.map else first_line
        language = token.info.strip()
        if token.type in {"fence", "code_block"}:
            if language.startswith("{") and not language.startswith(("{code", "{sourcecode", "{literalinclude")):
                yield from blocks(token.content, line + 1)  # a directive of MyST: a note may hold blocks of its own
            else:
                yield Block(language=language, text=token.content, directive=directive, line=line)
        comment = DIRECTIVE.fullmatch(token.content.strip()) if token.type == "html_block" else None
        directive = comment[1] if comment else ""


class Page:
    """What the reader of one page has on disk and on screen so far."""

    def __init__(self, pytester: pytest.Pytester, name: str) -> None:
        self.pytester = pytester
        self.name = name
        self.pending: dict[str, Block] = {}
        self.printed: list[str] = []

    def play(self, block: Block) -> None:
        if block.directive.startswith("not run: "):
            return
        is_test = PurePosixPath(block.file_name).name.startswith("test_")
        if block.directive and not (is_test and block.directive == "fails"):
            self.fail(block, f"the directive '{block.directive}' means nothing here")
        if block.file_name:
            self.write(block, is_test=is_test)
        elif block.language == "console":
            self.type_commands(block)
        elif block.language == "text":
            self.run_pending()
            self.compare(block, block.text.splitlines())
        elif block.language == "json":
            json.loads(block.text)
        else:
            self.fail(block, f"nobody knows how to run this block ({block.language or 'no language'})")

    def write(self, block: Block, *, is_test: bool) -> None:
        path = self.pytester.path / block.file_name
        if path.exists():
            self.run_pending()  # with the files as they were until now
            # A file of the same size that is written in the same second is taken for the one that was compiled.
            shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if is_test:
            self.pending[block.file_name] = block

    def run_pending(self) -> None:
        for name, block in self.pending.items():
            expected = pytest.ExitCode.TESTS_FAILED if block.directive == "fails" else pytest.ExitCode.OK
            result = self.pytester.runpytest_subprocess("-p", "no:randomly", name)
            self.printed = result.outlines
            if result.ret != expected:
                self.fail(block, f"pytest {name} ended with {result.ret}, not with {expected}")
        self.pending = {}

    def type_commands(self, block: Block) -> None:
        for typed in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, *expected = typed.splitlines()
            program, *arguments = shlex.split(command)
            if program == "pytest":
                result = self.pytester.runpytest_subprocess("-p", "no:randomly", *arguments)
            elif program == "python":
                result = self.pytester.run(sys.executable, *arguments)
            else:
                self.fail(block, f"nobody knows how to run the command '{program}'")
            self.printed = result.outlines
            if not expected and result.ret != pytest.ExitCode.OK:
                self.fail(block, f"'{command}' ended with {result.ret}")
            self.compare(block, expected)

    def compare(self, block: Block, lines: list[str]) -> None:
        printed = iter(line.rstrip() for line in self.printed)
        for line in lines:
            pattern = SECONDS.sub("*s", line.rstrip()).replace("[", "[[]")
            if line.strip(" .") and not any(fnmatchcase(got, pattern) for got in printed):
                self.fail(block, f"this line was not printed, or not after those above it: {line}")

    def fail(self, block: Block, why: str) -> None:
        pytest.fail(f"{self.name}:{block.line}: {why}", pytrace=False)


def play(pytester: pytest.Pytester, name: str, markdown: str) -> None:
    page = Page(pytester, name)
    for block in blocks(markdown):
        page.play(block)
    page.run_pending()


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch):
    """Leave coverage out of the many Pythons that the pages start: they run what the suite measures already."""
    for variable in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("name", PAGES)
def test_every_block_of_the_page_does_what_the_page_says(pytester, name):
    play(pytester, name, (ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("markdown", "why"),
    [
        ("```python\nx = 1\n```", "nobody knows how to run this block"),
        ("```\nx = 1\n```", "nobody knows how to run this block"),
        ("    x = 1", "nobody knows how to run this block"),
        ("```{code-block} python\nx = 1\n```", "nobody knows how to run this block"),
        ("````{note}\n```sh\nls\n```\n````", "page.md:2: nobody knows how to run this block"),
        ("```console\n$ ls\n```", "nobody knows how to run the command 'ls'"),
        ("<!-- test: fails -->\n```text\n```", "the directive 'fails' means nothing here"),
        ("```python\n# test_a.py\ndef test_a():\n    assert False\n```", "page.md:1: pytest test_a.py ended with 1"),
        ("<!-- test: fails -->\n```python\n# test_a.py\ndef test_a(): pass\n```", "pytest test_a.py ended with 0"),
        ("```console\n$ python -c print(1)\n2\n```", "this line was not printed, or not after those above it: 2"),
    ],
)
def test_a_block_that_does_not_hold_is_reported_with_its_line(pytester, markdown, why):
    with pytest.raises(pytest.fail.Exception, match=re.escape(why)):
        play(pytester, "page.md", markdown)
