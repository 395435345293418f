"""A MiniVoice account wired to a small application without pytest's fixtures: the one place that knows the parts."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_minivoice.call.actions import variable_actions
from pytest_minivoice.cloud.account import Account
from pytest_minivoice.cloud.ids import Ids
from pytest_minivoice.cloud.routes import Routes
from pytest_minivoice.cloud.switchboard import Switchboard
from pytest_minivoice.drivers.local import started
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.settings import Settings, override
from pytest_minivoice.spec.http import Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_minivoice import Call, CustomAction, Request, Rule
    from pytest_minivoice.explore.exploration import Exploration

HOST = "https://example.com"
ANSWER = "/minivoice/answer"
HOOKS = "/minivoice/webhooks"
CODES = [rule.code for rule in CATALOGUE]
JSON = [("Content-Type", "application/json")]
ACCEPTED = Response(status=204, headers=[], body=b"", elapsed=0.0)


class Site:
    """Be an application: pages by path, and all requests that came.

    A page is a list of actions, a whole document (dict), the body (bytes), a `Response`, an exception that is raised,
    or a function of the request that gives one of these.
    """

    def __init__(self, pages: Mapping[str, object]) -> None:
        self.pages = dict(pages)
        self.asked: list[Request] = []

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        page = self.pages.get(request.path, answer(b"no such page", status=404))
        if callable(page):
            page = page(request)
        return answer(page)

    async def asend(self, request: Request) -> Response:
        return self.send(request)


def answer(page: object, *, status: int = 200, elapsed: float = 0.0, headers: object = JSON) -> Response:
    """Return the response that a page of a `Site` is."""
    if isinstance(page, Response):
        return page
    if isinstance(page, Exception):
        return Response(status=0, headers=[], body=b"", elapsed=elapsed, error=page)
    document = {"actions": page} if isinstance(page, list) else page
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Response(status=status, headers=list(headers), body=body, elapsed=elapsed)


def open_account(
    site: Site | Mapping[str, object] | list[object],
    *,
    actions: Sequence[CustomAction] = (),
    rules: Sequence[Rule] = (),
    tell: object = None,
    lent: object = lambda: nullcontext(lambda _: None),
    **given: object,
) -> Account:
    """Open an account whose calls go to a site, to pages, or to one document; settings as the marker takes them."""
    if isinstance(site, list | dict):
        site = Site({ANSWER: site} if isinstance(site, list) else site)
    settings = override(Settings(), given, origin="the test", codes=CODES)
    custom = {each.name: each for each in (*actions, *variable_actions(settings.variable_actions))}
    reader = DocumentReader(
        settings,
        custom={name: each.schema for name, each in custom.items()},
        rules=rules,
        webhooks=settings.webhook_url is not None,
    )
    board = Switchboard(
        settings=settings,
        reader=reader,
        ids=Ids(1),
        custom=custom,
    )
    return Account(
        board,
        Routes({settings.base_url.split("//")[1]: site}, started),
        explorer=explorer(site, tell, lent),
        answer_url=settings.base_url + settings.answer_url,
        webhook_url=None if settings.webhook_url is None else settings.base_url + settings.webhook_url,
    )


def explorer(app: object, tell: object, lent: object) -> object:
    """Return what `Account.explore` calls, without a test run around it: lock files are compared and never written."""

    def run(account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object]) -> Exploration:
        from pytest_minivoice.explore.explorer import Surroundings, explore  # noqa: PLC0415 - few tests explore
        from pytest_minivoice.explore.matching import Matcher  # noqa: PLC0415 - the same

        folder = Path(__file__).parent
        said: list[str] = []
        matcher = Matcher(
            folder=folder, update="none", fail_on="any", ci=False, today=date(2026, 6, 1), say=said.append
        )
        around = Surroundings(app=app, root=folder, matcher=matcher, tell=tell, done=lambda _: None, lent=lent)
        return explore(account, board, routes, given, around)

    return run


def call_of(site: Site | Mapping[str, object] | list[object], **given: object) -> Call:
    """Call a site from outside; see `open_account`."""
    return open_account(site, **given).inbound_call()


def keyed(name: str, /, **parameters: object) -> dict[str, object]:
    """Write an action in the keyed notation."""
    return {name: parameters}


def typed(name: str, /, **parameters: object) -> dict[str, object]:
    """Write an action in the typed notation."""
    return {"type": name, **parameters}


def say(text: str = "Hello.") -> dict[str, object]:
    """Write a say."""
    return {"say": {"text": text}}


def gather(prompt: str = "Press 1.", **parameters: object) -> dict[str, object]:
    """Write a gather."""
    return {"gather": {"prompt": prompt, **parameters}}


def redirect(path: str, **parameters: object) -> dict[str, object]:
    """Write a redirect to a page of the site."""
    return {"redirect": {"url": HOST + path, **parameters}}


def codes(findings: Sequence[object]) -> list[str]:
    """Return the codes of findings."""
    return [each.code for each in findings]
