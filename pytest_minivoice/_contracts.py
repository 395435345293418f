"""Makes pytest items of the flows in a `*.callflow.yaml`: functions like any other, so fixtures and marks just work."""

from __future__ import annotations

import warnings
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice._failing import fail_at, placed, said_plainly
from pytest_minivoice._session import run_state
from pytest_minivoice.cloud.tracebacks import handlers_own
from pytest_minivoice.errors import CallerError, ContractViolation, ExpectationError, SettingError
from pytest_minivoice.flows.contract import Contract, ExploreContract, FlowContract
from pytest_minivoice.flows.flow import compare, play, route
from pytest_minivoice.flows.reader import read
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pytest_minivoice.cloud.account import Account

_REFUSED = {"parametrize": "use each: instead", "minivoice_flow": "the flow is its own"}


class FlowFile(pytest.Module):
    """Be a file of flows. It is a module, because fixtures of module scope belong to one."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Read the file.

        Returns:
            An item for each flow, or more where a fixture has parameters.

        Raises:
            CollectError: With each mistake of the file, its line and column.
        """
        __tracebackhide__ = True
        name = self.nodeid
        try:
            tests = [_test(self, each) for each in read(self.path.read_text(encoding="utf-8-sig"), name)]
        except UnicodeDecodeError as error:
            raise self.CollectError(f"{name}: it is not UTF-8 ({error.reason} at byte {error.start})") from None
        except SettingError as error:
            raise self.CollectError(str(error)) from None
        self.obj = _module(self.path)
        vars(self.obj).update({test.__name__: test for test in tests})
        # Past Module.collect: it would take a flow of the name setup_module for what pytest calls before all.
        return super(pytest.Module, self).collect()

    def istestfunction(self, obj: object, name: str) -> bool:
        """Say that each function is a test: there are only flows.

        Args:
            obj: What the module holds.
            name: Its name.

        Returns:
            Whether it is a flow.
        """
        return isinstance(obj, FunctionType) and obj.__name__ == name


def flow_file(path: Path, parent: pytest.Collector) -> FlowFile:
    """Make the collector of a file.

    Args:
        path: The file.
        parent: Its folder.

    Returns:
        The collector.
    """
    file: FlowFile = FlowFile.from_parent(parent, path=path)
    file.obj = _module(path)
    return file


def is_flow(item: pytest.Item) -> bool:
    """Say whether an item is a flow of a file.

    Args:
        item: Any item.

    Returns:
        Whether it is.
    """
    return isinstance(item.parent, FlowFile)


def _module(path: Path) -> ModuleType:
    return ModuleType(path.name.partition(".")[0])


def _test(file: FlowFile, contract: FlowContract | ExploreContract) -> FunctionType:
    """Make the function of an item."""
    made = _exploration(file, contract) if isinstance(contract, ExploreContract) else _flow(file, contract)
    made.__name__ = made.__qualname__ = contract.name
    # pytest asks the code where a test stands.
    made.__code__ = made.__code__.replace(co_filename=str(file.path), co_firstlineno=contract.line)
    marks = [_mark(file, contract, number) for number in range(len(contract.marks))]
    if contract.fixtures:
        marks.append(pytest.mark.usefixtures(*contract.fixtures))
    settings = _settings(file, contract)
    if settings:
        marks.append(pytest.mark.minivoice(**settings))
    vars(made)["pytestmark"] = marks  # where pytest looks for the marks of a function
    return made


def _flow(file: FlowFile, contract: FlowContract) -> FunctionType:
    def flow(minivoice: Account) -> None:
        __tracebackhide__ = True
        try:
            with said_plainly():
                call = play(contract.flow, minivoice)
            compare(contract.flow, call)
        except ContractViolation as error:
            fail_at(file.path, _line(contract, error), contract.name, error)

    return cast("FunctionType", flow)


def _exploration(file: FlowFile, contract: ExploreContract) -> FunctionType:
    def explore(minivoice: Account, request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        from pytest_minivoice.explore.assertions import failure  # noqa: PLC0415 - most files do not explore

        with said_plainly(f"{file.nodeid}:{contract.line}: "):
            hooks: dict[str, Callable[..., object]] = {}
            for name in contract.hooks:  # a comprehension would be a frame of its own
                hooks[name] = _hook(request, contract, name)
            route(minivoice, contract.dids)
            exploration = minivoice.explore(**contract.options, **hooks)  # type: ignore[arg-type]  # explore checks them
            failed = failure(exploration, contract.asserted)
        if failed is not None:
            name, error = failed
            fail_at(file.path, contract.lines.get(name, contract.line), contract.name, error)

    return cast("FunctionType", explore)


def _hook(request: pytest.FixtureRequest, contract: ExploreContract, name: str) -> Callable[..., object]:
    __tracebackhide__ = True
    fixture = contract.hooks[name]
    with said_plainly(f"{request.node.parent.nodeid}:{contract.lines[name]}: explore.{name} names the fixture "):
        try:
            found = request.getfixturevalue(fixture)
        except pytest.FixtureLookupError as error:
            if error.argname != fixture:
                raise
            message = f"{fixture!r}, which does not exist; define it in conftest.py: it gives the function"
            raise SettingError(message) from None
        except Exception as error:  # noqa: BLE001 - raised again
            raise handlers_own(error)  # noqa: B904 - the same, without pytest's frames
        if not callable(found):
            raise SettingError(f"{fixture!r}, which gives {found!r}; it must give a function")
    return cast("Callable[..., object]", found)


def _line(contract: FlowContract, error: ContractViolation) -> int:
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
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            decorator = getattr(pytest.mark, spec.name)
        for each in caught:  # of a mark that is not registered
            warnings.warn_explicit(each.message, each.category, str(file.path), spec.place.line)
    except (AttributeError, pytest.fail.Exception, Warning) as error:
        raise SettingError(f"{where}: {error}") from None
    # with_args, because a mark that is called with one function takes it for the test
    return cast("pytest.MarkDecorator", decorator.with_args(*spec.arguments, **spec.keywords))


def _settings(file: FlowFile, contract: Contract) -> dict[str, object]:
    configuration = run_state(file.config).configuration
    for name, (value, place) in contract.settings.items():
        with placed(f"{file.nodeid}:{place.line}:{place.column}"):
            configuration.check({name: value})
    settings = {name: value for name, (value, _) in contract.settings.items()}
    if isinstance(contract, FlowContract) and "findings" in contract.flow.expected:
        findings = contract.flow.expected["findings"]
        with placed(f"{file.nodeid}:{contract.lines['findings']}"):
            configuration.check_findings(findings)
        failing = {rule.code for rule in (*CATALOGUE, *configuration.rules) if rule.severity in configuration.failing}
        if failing & set(findings):
            settings.setdefault("strict", False)
    return settings
