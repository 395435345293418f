"""Makes pytest items of the flows in a `*.callflow.yaml`: functions like any other, so fixtures and marks just work."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice._items import fail_at, said_plainly
from pytest_minivoice._session import run_state
from pytest_minivoice.errors import CallerError, ContractViolation, ExpectationError, SettingError
from pytest_minivoice.flows.contract import Contract, read
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_minivoice.cloud.account import Account

CONTRACT = pytest.StashKey[Contract]()
_REFUSED = {"parametrize": "use each: instead", "minivoice_flow": "the flow is its own"}


class FlowItem(pytest.Function):
    """Be one flow."""

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Name the flow's own line.

        Returns:
            The file, the line counted from 0, and the flow's name.
        """
        return self.path, self.stash[CONTRACT].line - 1, self.name


class FlowFile(pytest.Module):
    """Be a file of flows. It is a module, because fixtures of module scope belong to one."""

    def collect(self) -> Iterator[FlowItem]:
        """Read the file.

        Yields:
            An item for each flow.

        Raises:
            CollectError: With each mistake of the file, its line and column.
        """
        __tracebackhide__ = True
        name = self.nodeid
        try:
            text = self.path.read_text(encoding="utf-8-sig")
            contracts = read(text, name)
            tests = [_test(self, each) for each in contracts]
        except UnicodeDecodeError as error:
            raise self.CollectError(f"{name}: it is not UTF-8 ({error.reason} at byte {error.start})") from None
        except SettingError as error:
            raise self.CollectError(str(error)) from None
        for contract, test in zip(contracts, tests, strict=True):
            item = FlowItem.from_parent(self, name=contract.name, callobj=test)
            item.stash[CONTRACT] = contract
            yield item


def flow_file(path: Path, parent: pytest.Collector) -> FlowFile:
    """Make the collector of a file.

    Args:
        path: The file.
        parent: Its folder.

    Returns:
        The collector.
    """
    file: FlowFile = FlowFile.from_parent(parent, path=path)
    file.obj = ModuleType(file.path.name.partition(".")[0])
    return file


def _test(file: FlowFile, contract: Contract) -> Callable[[Account], None]:
    """Make the function of an item."""

    def flow(minivoice: Account) -> None:
        __tracebackhide__ = True
        try:
            with said_plainly():
                call = play(contract.flow, minivoice)
            compare(contract.flow, call)
        except ContractViolation as error:
            fail_at(file.path, _line(contract, error), contract.name, error)

    flow.__name__ = flow.__qualname__ = contract.name
    flow.__doc__ = None
    marks = [_mark(file, contract, number) for number in range(len(contract.marks))]
    if contract.fixtures:
        marks.append(pytest.mark.usefixtures(*contract.fixtures))
    settings = _settings(file, contract)
    if settings:
        marks.append(pytest.mark.minivoice(**settings))
    flow.pytestmark = marks  # type: ignore[attr-defined]  # where pytest looks for the marks of a function
    return flow


def _line(contract: Contract, error: ContractViolation) -> int:
    if isinstance(error, ExpectationError):
        return contract.lines[error.names[0]]
    return contract.lines["caller"] if isinstance(error, CallerError) else contract.line


def _mark(file: FlowFile, contract: Contract, number: int) -> pytest.MarkDecorator:
    spec = contract.marks[number]
    where = f"{file.nodeid}:{spec.place.line}:{spec.place.column}: the mark {spec.name!r}"
    if spec.name in _REFUSED:
        raise SettingError(f"{where} means nothing here; {_REFUSED[spec.name]}")
    reason = spec.keywords.get("reason", spec.arguments[0] if spec.name == "skip" and spec.arguments else "")
    if not isinstance(reason, str):
        raise SettingError(f"{where}: the reason is {reason!r}; write it in quotes")
    try:
        decorator = getattr(pytest.mark, spec.name)
    except (AttributeError, pytest.fail.Exception) as error:
        raise SettingError(f"{where}: {error}") from None
    # with_args, because a mark that is called with one function takes it for the test
    return cast("pytest.MarkDecorator", decorator.with_args(*spec.arguments, **spec.keywords))


def _settings(file: FlowFile, contract: Contract) -> dict[str, object]:
    state = run_state(file.config)
    for name, (value, place) in contract.settings.items():
        try:
            state.check({name: value})
        except SettingError as error:  # noqa: PERF203 - a handful of settings
            raise SettingError(f"{file.nodeid}:{place.line}:{place.column}: {error}") from None
    settings = {name: value for name, (value, _) in contract.settings.items()}
    failing = {rule.code for rule in (*CATALOGUE, *state.rules) if rule.severity in state.failing}
    if failing & set(contract.flow.expected.get("findings", ())):
        settings.setdefault("strict", False)
    return settings
