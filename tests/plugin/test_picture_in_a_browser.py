"""The picture of a call flow in the HTML report answers to mouse and keyboard, on any screen and with no network."""

from __future__ import annotations

import pytest
from browser import Browser, needs_chromium

from pytest_minivoice.explore.graph import Branch, Graph, State
from pytest_minivoice.reports.as_html import html
from pytest_minivoice.reports.covered import Moves, put_together
from pytest_minivoice.reports.explored import BrokenOnPath, Exploration
from pytest_minivoice.reports.model import Run

pytestmark = needs_chromium

EVIL = "</script><img src=x onerror=\"document.title='broken'\"> & 'so' \"on\" <!--DATA--> \\u003c"
PANEL = r"document.querySelector('.panel').innerText.replace(/\n+/g, '\n')"
CHOSEN = "document.querySelector('.chosen')?.querySelector('title').textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def gather(name, prompt, menu="GET /menu"):
    return State(name=name, kind="gather", menu=menu, prompt=prompt, digits=1)


def shop():
    states = [
        gather("answer", f"Press 1 for sales. {EVIL}", "POST /answer"),
        gather("answer/2", "Support. Press 9 to go back.", "GET /support"),
        State(name="answer/1", kind="dial", menu="GET /sales", destination="+15551230099"),
        State(name="hung_up", kind="end", terminal="hung_up"),
        State(name="completed", kind="end", terminal="completed"),
        State(name="failed:redirect_failed", kind="end", terminal="failed"),
        State(name="transferred:+15551230099", kind="end", terminal="transferred", destination="+15551230099"),
    ]
    steps = [
        ("answer", "hang_up", "hung_up", (), ()),
        ("answer", "timeout", "completed", ("Goodbye.",), ()),
        ("answer", "1", "answer/1", ("One moment.", EVIL), ()),
        ("answer", "2", "answer/2", (), ()),
        ("answer", "8", "failed:redirect_failed", (), ("MV114",)),
        ("answer/2", "hang_up", "hung_up", (), ()),
        ("answer/2", "9", "answer", (), ()),
        ("answer/1", "answered", "transferred:+15551230099", (), ()),
        ("answer/1", "busy", "failed:redirect_failed", (), ("TEAM1",)),
    ]
    return states, [
        Branch(source=source, input=given, target=target, heard=heard, codes=codes)
        for source, given, target, heard, codes in steps
    ]


def large(number):
    """Return a tree of menus with four keys each."""
    names = ["answer"]
    branches = []
    for at in range(1, number):
        parent = names[(at - 1) // 4]
        given = str((at - 1) % 4 + 1)
        names.append(f"{parent}/{given}")
        branches.append(Branch(source=parent, input=given, target=names[-1]))
    ends = [Branch(source=name, input="9", target="completed", heard=("Goodbye.",)) for name in names]
    states = [gather(name, f"This is menu {at}.", f"GET /menu/{at}") for at, name in enumerate(names)]
    order = {name: at for at, name in enumerate(names)}
    branches = sorted([*branches, *ends], key=lambda each: order[each.source])
    return [*states, State(name="completed", kind="end", terminal="completed")], branches


@pytest.fixture
def page(tmp_path):
    """Write a report of an exploration."""

    def write(states, branches, *, measured=True):
        graph = Graph(states, branches, begins="inbound POST /answer").with_scripts()
        finding = BrokenOnPath(
            code="MV114", name="unknown-action", severity="error", where="actions[0]", message=f"no action {EVIL}",
            fix="Mend it.", url="https://pytest-minivoice.readthedocs.io/rules/MV114.html", caller=("8",),
            destinations={}, branches=1, line='minivoice.inbound_call().run(["8"])',
            flow='unknown-action: {caller: ["8"], expect: {findings: []}}',
        )  # fmt: skip
        exploration = Exploration(
            test=f"test_a.py::test_every_path[{EVIL}]", app=f"app{EVIL}", begins="inbound POST /answer",
            assurance="exhaustive", complete=True, requests=9, states=tuple(graph.states),
            branches=tuple(graph.branches), findings=(finding,), ignored=(EVIL,),
        )  # fmt: skip
        moves = [
            Moves(test=f"test_a.py::{name}", app=exploration.app, begins=exploration.begins, items=("1", "answered"))
            for name in ("test_sales", f"test_b[{EVIL}]")
        ]
        explored = put_together([exploration], moves, {}, measured=measured, fail_under=None)
        run = Run(exit_code=0, counts={"passed": 1}, gates=(), tests=(), explored=explored)
        file = tmp_path / "report.html"
        file.write_text(html(run), encoding="utf-8")
        return file

    return write


def arrow(given):
    """Return the selector of the arrow for an input."""
    return f'[data-given="{given}"] .keys'


def mark(browser):
    """Give each arrow its inputs as an attribute, so that tests can name it."""
    browser.see(
        "document.querySelectorAll('.arrow').forEach(each => "
        "each.dataset.given = each.querySelector('title').textContent.split(':')[0])"
    )


@pytest.fixture
def opened(browser, page):
    """Open the report of a small shop."""

    def opening(*, measured=True, **how):
        browser.open(page(*shop(), measured=measured), **how)
        mark(browser)
        return browser

    return opening


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_click_on_an_arrow_shows_the_call_and_what_it_brings(opened, width, dark):
    browser = opened(width=width, dark=dark)
    browser.click(arrow("1"))
    told = browser.see(PANEL)
    assert 'minivoice.inbound_call().run(["1"])' in told
    assert f"The caller hears:\nOne moment.\n{EVIL}" in told
    assert f"Tests that take it:\ntest_a.py::test_b[{EVIL}]\ntest_a.py::test_sales" in told
    assert browser.see("document.documentElement.scrollWidth <= innerWidth")
    top, bottom = browser.see(
        "(box => [box.top, box.bottom])(document.querySelector('.panel').getBoundingClientRect())"
    )
    assert top < 700
    assert bottom > 0
    assert browser.complaints() == []


def test_a_click_on_what_can_be_seen_moves_nothing(browser, page):
    browser.open(page(*large(100)))
    mark(browser)
    far = arrow("4")
    browser.see(f"document.querySelector({far!r}).scrollIntoView({{block: 'center', inline: 'center'}})")
    scrolled = "(each => [each.scrollLeft, each.scrollTop, scrollY])(document.querySelector('.canvas'))"
    before = browser.see(scrolled)
    browser.click(far, scroll=False)
    assert browser.see(CHOSEN).startswith("4: ")
    assert browser.see(scrolled) == before


def test_what_is_shown_comes_into_sight(opened):
    browser = opened(width=390)
    browser.see(
        "scrollTo(0, document.querySelector('.canvas').getBoundingClientRect().top + scrollY - innerHeight + 120)"
    )
    browser.click("#flow-0-state-0", scroll=False)
    assert browser.see(CHOSEN).startswith("answer: ")
    assert browser.see("document.querySelector('.panel').getBoundingClientRect().top < innerHeight - 120")


def test_a_click_shows_the_rules_that_are_broken_and_that_no_test_takes_it(opened):
    browser = opened()
    browser.click(arrow("8"))
    told = browser.see(PANEL)
    assert f"Breaks MV114 unknown-action: no action {EVIL}\nMend it." in told
    assert "No test takes it." in told
    assert browser.see("document.querySelector('.panel a').href").endswith("/rules/MV114.html")
    browser.click(arrow("busy"))
    told = browser.see(PANEL)
    assert 'minivoice.destinations["+15551230099"] = "busy"; minivoice.inbound_call().run(["1"])' in told
    assert "Breaks TEAM1" in told


def test_what_was_not_measured_is_not_called_untaken(opened):
    browser = opened(measured=False)
    browser.click(arrow("1"))
    told = browser.see(PANEL)
    assert "Which tests take it was not measured; --minivoice-cov does." in told
    assert "No test" not in told
    assert "taken by" not in browser.see("document.querySelector('.flow').innerText")


def test_the_call_can_be_copied_from_a_file(opened):
    browser = opened()
    browser.click(arrow("2"))
    browser.click(".panel .copy")
    assert browser.see("document.querySelector('.panel .copy').textContent") == "Copied"
    browser.click("#search")
    browser.ask("Input.dispatchKeyEvent", type="keyDown", key="v", commands=["paste"])
    assert browser.see("search.value") == 'minivoice.inbound_call().run(["2", "hang_up"])'


def test_where_nothing_can_be_copied_the_call_is_marked(opened):
    browser = opened()
    browser.see("document.execCommand = () => false; navigator.clipboard.writeText = () => Promise.reject()")
    browser.click(arrow("2"))
    browser.click(".panel .copy")
    assert browser.see("document.querySelector('.panel .copy').textContent") == "Press Ctrl+C"
    assert browser.see("String(getSelection())") == 'minivoice.inbound_call().run(["2", "hang_up"])'


def test_a_click_on_a_state_shows_what_it_says_and_the_call_that_leads_there(opened):
    browser = opened()
    browser.click("#flow-0-state-1")
    told = browser.see(PANEL)
    assert told.startswith("answer/2\nSupport. Press 9 to go back.\nPage: GET /support\nTakes 1 digit\n")
    assert 'The shortest call that leads here:\nminivoice.inbound_call().run(["2", "hang_up"])' in told
    assert "hang_up → hung_up" in told


def test_a_link_to_a_state_leads_to_it(opened):
    browser = opened()
    browser.click("svg a text")
    assert browser.see(CHOSEN).startswith("answer: Press 1 for sales.")
    assert browser.see("document.activeElement.id") == "flow-0-state-0"


def test_the_picture_can_be_used_with_the_keyboard_alone(opened):
    browser = opened()
    browser.see("document.querySelector('.canvas').focus()")
    browser.press("Tab", "ArrowRight", "ArrowDown", "Enter")
    assert browser.see(CHOSEN) == '1: minivoice.inbound_call().run(["1"])'
    browser.press("ArrowRight", " ")
    assert browser.see(CHOSEN) == "answer/1"
    assert "Calls +15551230099" in browser.see(PANEL)
    browser.press("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "Enter")
    assert browser.see(CHOSEN).startswith("answered: ")
    browser.press("ArrowLeft", "ArrowDown", "Enter")
    assert browser.see(CHOSEN) == "answer/2: Support. Press 9 to go back."
    browser.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowUp", "Enter")
    assert browser.see(CHOSEN).startswith("answer: ")


def test_nothing_that_was_heard_or_named_is_html(opened):
    browser = opened()
    assert browser.see("[document.title, document.images.length]") == ["MiniVoice: passed", 0]
    assert EVIL in browser.see("document.querySelector('#flow-0-state-0 title').textContent")


def test_the_report_says_what_is_covered(opened):
    browser = opened()
    told = browser.see("document.body.innerText")
    assert "Coverage: 2 of 9 branches were taken by tests (22 %)" in told
    assert "7 states, 9 branches; hanging up is not drawn. Tests take 2 branches (22 %)." in told
    assert "✓ taken by a test" in told
    assert browser.see("document.querySelector('.arrow.covered .keys').textContent") == "✓ 1"


def test_without_scripts_the_picture_has_its_titles_and_nothing_that_does_not_work(opened, browser, page):
    browser.open(page(*shop()), scripts=False)
    seen = browser.see(
        "['.tools', '.panel', '.copy'].map(each => document.querySelector(each)?.getBoundingClientRect().width || 0)"
    )
    assert seen == [0, 0, 0]
    assert browser.see("document.querySelector('.arrow.covered title').textContent").startswith("1: minivoice.")
    assert browser.see("document.querySelector('.canvas').getBoundingClientRect().width") > 1000


@pytest.mark.parametrize("number", [10, 100, 500])
def test_a_state_is_found_among_many(browser, page, number):
    browser.open(page(*large(number)), width=390)
    browser.click(".tools input")
    browser.write(f"menu {number - 1}.")
    assert browser.see("document.querySelector('.tools output').textContent") == "1 of 1"
    assert browser.see(CHOSEN).endswith(f"This is menu {number - 1}.")
    inside = (
        "((box, around) => box.top >= around.top && box.bottom <= around.bottom && box.left >= around.left && box.left"
        " < around.right)(document.querySelector('.chosen').getBoundingClientRect(), "
        "document.querySelector('.canvas').getBoundingClientRect())"
    )
    assert browser.see(inside)
    browser.write(" nowhere")
    assert browser.see("document.querySelector('.tools output').textContent") == "0 of 0"
    assert browser.see("document.documentElement.scrollWidth <= innerWidth")
    assert browser.complaints() == []


def test_what_was_found_stands_where_what_follows_can_be_seen(browser, page):
    browser.open(page(*large(100)))
    browser.click(".tools input")
    browser.write("menu 20.")
    left, top = browser.see(
        "((box, around) => [box.left - around.left, (box.top - around.top) / around.height])"
        "(document.querySelector('.chosen').getBoundingClientRect(), "
        "document.querySelector('.canvas').getBoundingClientRect())"
    )
    assert left == pytest.approx(20, abs=3)
    assert 0.2 < top < 0.5


def test_the_picture_can_be_made_smaller_and_fit(browser, page):
    browser.open(page(*large(100)))
    size = "document.querySelector('svg').getBoundingClientRect().width"
    whole = browser.see(size)
    browser.click('[data-zoom="0.8"]')
    assert browser.see(size) == pytest.approx(whole * 0.8)
    browser.click('[data-zoom="fit"]')
    assert browser.see(size) <= browser.see("document.querySelector('.canvas').clientWidth")
    browser.click('[data-zoom="whole"]')
    assert browser.see(size) == pytest.approx(whole)


def test_enter_leads_from_one_state_that_was_found_to_the_next(browser, page):
    browser.open(page(*large(10)))
    browser.click(".tools input")
    browser.write("menu")
    for number in (1, 2):
        assert browser.see("document.querySelector('.tools output').textContent") == f"{number} of 10"
        browser.press("Enter")


@pytest.mark.parametrize("number", [10, 100])
def test_no_text_of_the_picture_leaves_its_box(browser, page, number):
    browser.open(page(*large(number)))
    wide = (
        "[...document.querySelectorAll('.node')].filter(each => [...each.querySelectorAll('text')].some(text => "
        "text.getBBox().width > each.querySelector('rect').getBBox().width - 9)).length"
    )
    assert browser.see(wide) == 0
