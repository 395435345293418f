"""The pytest entry point: options, markers, hooks and fixtures. It imports pytest; all else is loaded when used."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice import hookspecs

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.cloud.factory import WebhookFactory
    from pytest_minivoice.cloud.rest.api import MockedApi
    from pytest_minivoice.explore.exploration import Exploration

_SETTINGS = Path(__file__).parent / "spec" / "schemas" / "settings.schema.json"
_PRINTED = ("answer", "flow", "openapi", "report", "rest", "settings", "webhook")
_USED = {
    "minivoice_flow": "minivoice_call",
    "minivoice_explore": "minivoice_exploration",
    "minivoice_receiver": "minivoice",
}
"""The fixture that does what a marker says."""
_GUARDED = frozenset({"minivoice", "minivoice_webhooks"})
_INI_TYPES = {"boolean": "bool", "integer": "int", "number": "float", "array": "linelist"}


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the plugin's own hooks known."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add an ini option for each setting of the schema, and the command line options."""
    group = parser.getgroup("minivoice", "MiniVoice call flows")
    group.addoption("--minivoice-rules", action="store_true", help="print the catalogue of rules and exit")
    group.addoption(
        "--minivoice-schema",
        choices=_PRINTED,
        help="print a JSON Schema, such as the grammar of *.callflow.yaml, and exit",
    )
    group.addoption(
        "--minivoice-record",
        metavar="DIR",
        type=_folder,
        help="write a flow contract for each call that passing Python tests make",
    )
    group.addoption(
        "--minivoice-report",
        metavar="PATH",
        action="append",
        type=_report,
        help="write a report: .json, .md, .html or .sarif; may be given more than once",
    )
    group.addoption(
        "--minivoice-fail-on",
        choices=("error", "warning", "never"),
        help="the least severe finding that fails (default: error in a strict test, warning in an exploration)",
    )
    group.addoption(
        "--minivoice-max-answer-ms",
        metavar="MS",
        type=_milliseconds,
        help="fail the run if an answer document took longer, explored ones too",
    )
    group.addoption(
        "--minivoice-require-flows", metavar="N", type=_number, help="fail the run if fewer flows were played"
    )
    group.addoption("--minivoice-update", action="store_true", help="write the lock files of explored call flows")
    group.addoption(
        "--minivoice-update-new", action="store_true", help="write lock files where nothing but additions changed"
    )
    group.addoption(
        "--minivoice-fail-on-change",
        choices=("breaking", "any"),
        default="any",
        help="which changes against a lock file fail a test (default: any)",
    )
    group.addoption(
        "--minivoice-generate",
        metavar="DIR",
        type=_folder,
        help="write flow contracts that take every branch that tests explore",
    )
    group.addoption("--minivoice-cov", action="store_true", help="report which explored branches the tests took")
    group.addoption(
        "--minivoice-cov-fail-under",
        type=float,
        metavar="N",
        help="fail if the tests took less than N %% of the branches",
    )
    group.addoption(
        "--minivoice-cov-lock",
        metavar="PATH",
        action="append",
        help="where nothing was explored, count the branches of this lock file; may be given more than once",
    )
    group.addoption(
        "--minivoice-graph",
        metavar="PATH",
        action="append",
        help="draw the explored call flows: PATH ends in .svg, .dot, .mmd or .md; may be given more than once",
    )
    for name, rule in json.loads(_SETTINGS.read_text(encoding="utf-8"))["properties"].items():
        kind = _INI_TYPES.get(rule.get("type", "string"), "string")
        parser.addini(f"minivoice_{name}", rule["title"], type=kind, default=None)  # type: ignore[arg-type]  # a Literal


def _report(path: str) -> str:
    from pytest_minivoice.reports.files import SUFFIXES  # noqa: PLC0415 - loaded when used

    if Path(path).suffix.lower() not in SUFFIXES:
        message = f"{path!r} must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise argparse.ArgumentTypeError(message)
    return path


def _folder(path: str) -> str:
    if not path:
        message = "it needs the name of a folder"
        raise argparse.ArgumentTypeError(message)
    if Path(path).is_file() or Path(path).suffix in {".yaml", ".yml"}:
        message = f"{path!r} must be a folder: a contract is written into it for each test"
        raise argparse.ArgumentTypeError(message)
    return path


def _milliseconds(given: str) -> float:
    with suppress(ValueError):
        if 0 < float(given) < float("inf"):
            return float(given)
    message = f"{given!r} must be a number of milliseconds above 0"
    raise argparse.ArgumentTypeError(message)


def _number(given: str) -> int:
    with suppress(ValueError):
        if int(given) >= 0:
            return int(given)
    message = f"{given!r} must be a whole number of at least 0"
    raise argparse.ArgumentTypeError(message)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "minivoice(**settings): override minivoice settings for a test, class or module")
    config.addinivalue_line(
        "markers",
        "minivoice_flow(caller, *, terminal=, status=, destination=, room=, hears=, actions=, events=, requests=, "
        "variables=, from_=, to=, direction=, destinations=, answer_url=, id=): one call of a caller such as "
        "['1', 'timeout', 'hang_up']; "
        "stacked markers give one item each",
    )
    config.addinivalue_line(
        "markers",
        "minivoice_receiver(state=, signatures=): check the receiver of webhooks before the test; "
        "state is a function of the call's id, or the name of a fixture that gives one",
    )
    config.addinivalue_line(
        "markers",
        "minivoice_explore(*, lock=, reaches=, clean=True, **options): explore the call flow, fail on findings, "
        "compare with a lock file; options are those of minivoice.explore()",
    )
    option = config.option
    asked = option.minivoice_graph or option.minivoice_cov_lock or option.minivoice_update_new
    if asked or option.minivoice_cov_fail_under is not None:
        from pytest_minivoice._explore_options import check_options  # noqa: PLC0415 - loaded when used

        check_options(config)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Print the rule catalogue or a schema, if asked."""
    if config.option.minivoice_rules:
        from pytest_minivoice._reporting import print_rules  # noqa: PLC0415 - loaded when used

        return print_rules(config)
    if config.option.minivoice_schema:
        [path] = _SETTINGS.parent.glob(f"{config.option.minivoice_schema}.*json")
        print(path.read_text(encoding="utf-8"), end="")  # noqa: T201 - the option's purpose
        return 0
    return None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the flow contracts of a `*.callflow.yaml`."""
    if not file_path.name.endswith(".callflow.yaml"):
        return None
    from pytest_minivoice._contracts import flow_file  # noqa: PLC0415 - loaded when used

    return flow_file(file_path, parent)


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> None:
    """Let a test that carries a marker use the marker's fixture without naming it, and whatever that needs."""
    if not isinstance(collector, pytest.Module | pytest.Class) or not collector.istestfunction(obj, name):
        return
    marks = [*collector.iter_markers(), *getattr(obj, "pytestmark", ())]
    used = [_USED[each.name] for each in marks if each.name in _USED]
    used += [each.kwargs["state"] for each in marks if each.name in _USED and isinstance(each.kwargs.get("state"), str)]
    if used:
        pytest.mark.usefixtures(*used)(obj)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item of each `minivoice_flow` marker, and check what other markers are given."""
    if metafunc.definition.get_closest_marker("parametrize") is not None:
        from pytest_minivoice._failing import refuse_in_parameters  # noqa: PLC0415 - loaded when used

        refuse_in_parameters(metafunc.definition, _USED)
    markers = list(metafunc.definition.iter_markers("minivoice_flow"))
    if markers:
        from pytest_minivoice._flow_marker import parametrize  # noqa: PLC0415 - loaded when used

        parametrize(metafunc, markers)
    marker = metafunc.definition.get_closest_marker("minivoice_receiver")
    if marker is not None:
        from pytest_minivoice._receiver import check_keywords  # noqa: PLC0415 - loaded when used

        check_keywords(marker)
    if metafunc.definition.get_closest_marker("minivoice_explore") is not None:
        from pytest_minivoice._exploring import check_markers  # noqa: PLC0415 - loaded when used

        check_markers(metafunc.definition)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse a marker where nothing would be done for it; else let its fixture come last of the test's fixtures."""
    names: list[str] = getattr(item, "fixturenames", [])
    for marker, fixture in _USED.items():
        if item.get_closest_marker(marker) is None:
            continue
        if fixture not in names:
            message = f"{item.nodeid}: @pytest.mark.{marker} works on functions and plain classes, not on a TestCase"
            raise pytest.UsageError(message)
        # What else the test asks for changes the application, and must do so before its calls are made.
        names.remove(fixture)
        names.append(fixture)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Stand before MiniVoice's hosts while a test lasts that uses one of these fixtures, or one that needs them."""
    __tracebackhide__ = True
    if _GUARDED.isdisjoint(getattr(item, "fixturenames", ())):
        return (yield)
    from pytest_minivoice._guard import stand_by  # noqa: PLC0415 - loaded when used
    from pytest_minivoice._items import explain  # noqa: PLC0415 - loaded when used

    stand_by(item)
    try:
        return (yield)
    except pytest.FixtureLookupError as error:
        explain(error)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Refuse or answer requests to MiniVoice that fixtures make, whatever other mocks they begin."""
    __tracebackhide__ = True
    if "pytest_minivoice._guard" not in sys.modules:
        return (yield)
    from pytest_minivoice._guard import after_fixture, before_fixture  # noqa: PLC0415 - loaded when used

    before_fixture(request.config, fixturedef)
    result = yield
    after_fixture(request.config)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail the test, and not its set-up, where the call of its `minivoice_flow` marker failed."""
    __tracebackhide__ = True
    if pyfuncitem.get_closest_marker("minivoice_flow") is not None:
        from pytest_minivoice._flow_marker import raise_kept  # noqa: PLC0415 - loaded when used

        raise_kept(pyfuncitem)
    marker = pyfuncitem.get_closest_marker("minivoice_receiver")
    if marker is not None:
        from pytest_minivoice._receiver import check_marked  # noqa: PLC0415 - loaded when used

        check_marked(pyfuncitem, marker)
    if pyfuncitem.get_closest_marker("minivoice_explore") is not None:
        from pytest_minivoice._exploring import fail_where_marked  # noqa: PLC0415 - loaded when used

        fail_where_marked(pyfuncitem)
    return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of what captures output and logs: calls may go on behind the body
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Be around the body of a test, a method of a TestCase too, and fail it for what its REST requests broke."""
    __tracebackhide__ = True
    if "pytest_minivoice._session" not in sys.modules:
        return (yield)
    from pytest_minivoice._guard import after_fixture  # noqa: PLC0415 - loaded when used
    from pytest_minivoice._items import finish  # noqa: PLC0415 - loaded when used

    after_fixture(item.config)  # plugins and conftest.py may have patched clients without a fixture
    yield
    # Not as a context manager's own end: pytest would show a frame of contextlib.
    finish(item)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Fail the clean-up of a test for what its REST requests broke."""
    __tracebackhide__ = True
    if "pytest_minivoice._session" not in sys.modules:
        return (yield)
    from pytest_minivoice._guard import dismiss  # noqa: PLC0415 - loaded when used
    from pytest_minivoice._items import forget, judge  # noqa: PLC0415 - loaded when used

    forget(item)
    try:
        yield
        judge(item)
    finally:
        dismiss(item.config)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the transcripts of a failing test's calls, and count the findings of every test."""
    report = yield
    if "pytest_minivoice._session" in sys.modules:
        from pytest_minivoice._reporting import complete  # noqa: PLC0415 - loaded when used

        complete(item, report)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Check the gates: answers in time, enough flows, enough branches taken."""
    option = session.config.option
    gates = (option.minivoice_max_answer_ms, option.minivoice_require_flows, option.minivoice_cov_fail_under)
    if any(each is not None for each in gates):
        from pytest_minivoice._results import check_gates  # noqa: PLC0415 - loaded when used

        check_gates(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Sum up what calls there were and what was explored, and write reports."""
    option = config.option
    reports = [each for some in terminalreporter.stats.values() for each in some]
    explored = any(hasattr(each, "minivoice_explored") or hasattr(each, "minivoice_said") for each in reports)
    if explored or option.minivoice_cov or option.minivoice_graph:
        from pytest_minivoice._explored import summarize as end_of_exploring  # noqa: PLC0415 - loaded when used

        end_of_exploring(terminalreporter)
    asked = (option.minivoice_report, option.minivoice_require_flows, option.minivoice_max_answer_ms)
    noted = any(hasattr(each, "minivoice_calls") for each in reports)
    if noted or any(each is not None for each in asked):
        from pytest_minivoice._reporting import summarize  # noqa: PLC0415 - loaded when used

        summarize(terminalreporter, int(exitstatus))


@pytest.fixture
def minivoice_app(request: pytest.FixtureRequest) -> object:
    """Give the application under test: override this, or set the ini option minivoice_app."""
    __tracebackhide__ = True
    from pytest_minivoice._items import configured_app  # noqa: PLC0415 - loaded when used

    return configured_app(request)


@pytest.fixture
def minivoice(request: pytest.FixtureRequest, minivoice_app: object) -> Generator[Account, None, None]:
    """Give the MiniVoice account, bound to `minivoice_app`."""
    __tracebackhide__ = True
    from pytest_minivoice._items import open_account  # noqa: PLC0415 - loaded when used

    with open_account(request, minivoice_app) as account:
        yield account


@pytest.fixture
def minivoice_api(request: pytest.FixtureRequest, minivoice: Account) -> Generator[MockedApi, None, None]:
    """Give the mocked MiniVoice API: it answers the application's own REST requests out of the account."""
    __tracebackhide__ = True
    from pytest_minivoice._items import open_api  # noqa: PLC0415 - loaded when used

    del minivoice  # the account is the test's; its API belongs to it
    with open_api(request) as api:
        yield api


@pytest.fixture
def minivoice_webhooks(request: pytest.FixtureRequest) -> WebhookFactory:
    """Give the factory of webhooks, signed as MiniVoice signs them; needs no application until one is delivered."""
    __tracebackhide__ = True
    from pytest_minivoice._items import webhook_factory  # noqa: PLC0415 - loaded when used

    return webhook_factory(request)


@pytest.fixture
def minivoice_exploration(request: pytest.FixtureRequest, minivoice: Account) -> Exploration:
    """Give the exploration of a `minivoice_explore` marker, or one without options."""
    __tracebackhide__ = True
    from pytest_minivoice._exploring import explore_marked  # noqa: PLC0415 - loaded when used

    return explore_marked(request, minivoice)


@pytest.fixture
def minivoice_call(request: pytest.FixtureRequest, minivoice: Account) -> Call:
    """Give the finished call of a `minivoice_flow` marker."""
    __tracebackhide__ = True
    from pytest_minivoice._flow_marker import play_flow  # noqa: PLC0415 - loaded when used

    return play_flow(request, minivoice)
