from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from phone import open_account
from seeded import BYE, SALES, ask_for, chosen_by, menu
from small_ivr import first

from pytest_minivoice.explore.coverage import places, table
from pytest_minivoice.explore.drawing import grouped
from pytest_minivoice.explore.graph import Branch, Graph, State
from pytest_minivoice.explore.lettering import broken, cut
from pytest_minivoice.explore.mermaid import EDGES, mermaid, parts
from pytest_minivoice.explore.naming import branch_line, state_line
from pytest_minivoice.explore.prompts import offered_keys
from pytest_minivoice.explore.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


def explore(app):
    return open_account(app).explore(loops=0)


def shop():
    return menu(chosen_by({"1": [SALES], "2": [{"tranfer": {}}]}, limit=1))


def wide(pages):
    """Return an application of many menus that lead to each other."""

    def page(ask):
        if ask.timed_out:
            return BYE
        number = (int(ask.query.get("menu", 0)) * 3 + "123456789".find(ask.digits)) % pages
        return ask_for(f"Menu {number}.", f"/page?menu={number}")

    return first(lambda _: ask_for("Menu 0.", "/page?menu=0"), page=page)


def test_a_mermaid_chart_groups_keys_and_marks_what_fails():
    assert explore(shop()).to_mermaid() == (
        "flowchart LR\n"
        '    s0["Press 1 for sales or 2 for support."]\n'
        '    s1[/"call +15551230099"/]\n'
        '    s2(["completed"])\n'
        '    s3(["failed:redirect_failed"])\n'
        '    s4(["transferred:+15551230099"])\n'
        '    s5(["failed:busy:+15551230099"])\n'
        '    s6(["failed:no_answer:+15551230099"])\n'
        '    s7(["failed:unreachable:+15551230099"])\n'
        '    s0 -->|"0, 3-9, *, #35;, timeout"| s2\n'
        '    s0 -->|"1"| s1\n'
        '    s0 --x|"2"| s3\n'
        '    s1 -->|"answered"| s4\n'
        '    s1 -->|"busy"| s5\n'
        '    s1 -->|"no_answer"| s6\n'
        '    s1 -->|"unreachable"| s7\n'
    )


def test_a_large_chart_is_split_by_menu():
    exploration = explore(wide(8))
    charts = parts(exploration.graph)
    assert len(charts) == 10  # the overview, the first page and eight menus
    assert all(chart.count("-->") <= EDGES for chart in charts.values())
    menu_of = exploration.states[-1].menu
    assert exploration.to_mermaid(menu_of) == charts[menu_of]
    assert mermaid(exploration.graph).startswith("flowchart LR\n    m0[")


def large(menus, each=1, *, prompt="Press 1.", page="GET /menu/{}", given=("1", "2", "3")):
    """Return a tree of menus with three keys each, of several states each, that all end the same."""
    number = menus * each
    names = ["answer"]
    branches = []
    for at in range(1, number):
        source, key = names[(at - 1) // 3], given[(at - 1) % 3]
        names.append(f"{source}/{(at - 1) % 3 + 1}")
        branches.append(Branch(source=source, input=key, target=names[-1]))
    branches += [Branch(source=name, input="9", target="completed") for name in names]
    states = [
        State(name=name, kind="gather", digits=1, prompt=prompt, menu=page.format(at // each))
        for at, name in enumerate(names)
    ]
    return Graph([*states, State(name="completed", kind="end", terminal="completed")], branches)


def limits(chart):
    """Return what Mermaid counts: the arrows, and the characters as JavaScript does."""
    return len(re.findall(r"^    \w+ (?:-->|==>|-\.->|--x)", chart, re.MULTILINE)), len(chart.encode("utf-16-le")) // 2


EVIL = '<"#"> \N{TELEPHONE RECEIVER}' * 30


@pytest.mark.parametrize(
    "graph",
    [
        large(3007),
        large(1, each=3007),
        large(30, each=100),
        large(400, page="GET /" + "a/" * 500 + "{}"),
        large(160, prompt=EVIL, page=EVIL + "{}"),
        large(2, each=150, prompt=EVIL),
        large(40, given=["1" * 3000, "2" * 3000, "3" * 3000]),
        large(120, prompt="\N{TELEPHONE RECEIVER}" * 300),
    ],
    ids=["menus", "one-menu", "thirty", "long-pages", "signs", "signs-of-two", "long-keys", "wide-letters"],
)
@pytest.mark.parametrize("taken", [None, frozenset({"answer 1"})])
def test_each_chart_of_a_large_graph_is_one_that_mermaid_accepts(graph, taken):
    charts = parts(graph, taken)
    for chart in charts.values():
        arrows, characters = limits(chart)
        assert arrows <= EDGES
        assert characters <= 50_000
        assert "answer" in chart or "[" in chart
    assert mermaid(graph, taken=taken) == charts["all"]


def test_an_overview_that_is_cut_says_how_much_it_leaves_out():
    chart = mermaid(large(3007))
    shown = set(re.findall(r"GET /menu/\d+", chart))
    assert len(shown) > 100
    arrows, _ = limits(chart)
    assert chart.splitlines()[-1] == f'    more["left out: {3007 - len(shown)} menus, {6013 - arrows} arrows"]'


def test_a_menu_that_is_cut_says_how_much_it_leaves_out():
    chart = mermaid(large(1, each=3007), "GET /menu/0")
    arrows, _ = limits(chart)
    assert arrows == EDGES
    assert re.fullmatch(r'    more\["left out: \d{4} states, 5513 arrows"\]', chart.splitlines()[-1])


def test_a_chart_within_the_limits_leaves_nothing_out():
    chart = mermaid(large(250))
    assert limits(chart)[0] == 499
    assert "left out" not in chart
    assert "menu/" not in chart


def test_a_chart_with_few_arrows_and_long_prompts_becomes_an_overview():
    graph = large(160, prompt='"' * 99)
    assert mermaid(graph).startswith('flowchart LR\n    m0["GET /menu/0"]\n')
    assert "left out" not in mermaid(graph)
    assert len(parts(graph)) == 161


def test_dot_names_every_state_and_arrow():
    text = explore(shop()).to_dot()
    assert text.startswith("digraph calls {\n")
    assert '    "answer" -> "answer/1" [label="1"];' in text
    assert '"failed:redirect_failed" [label="2" style=dotted' in text


def test_an_svg_stands_alone_and_draws_each_state_once():
    exploration = explore(wide(3))
    root = ET.fromstring(exploration.to_svg())
    ids = [each.get("id") for each in root.iter(f"{SVG}g") if each.get("id")]
    assert len(ids) == len(set(ids)) == sum(state.kind != "end" for state in exploration.states)
    links = {each.get("href").removeprefix("#") for each in root.iter(f"{SVG}a")}
    assert links <= set(ids)
    assert not re.search(r"(src|href)=.?(http|//)", exploration.to_svg())


def test_what_is_taken_and_what_fails_differs_without_colour():
    exploration = explore(shop())
    picture = svg(exploration.graph, {"answer 1"})
    assert re.search(r'class="covered".*?✓ 1<', picture)
    assert re.search(r'class="uncovered".*?○ 0, 3-9', picture)
    assert re.search(r'class="failing".*?✗ 2 MV114<', picture)
    dashes = re.findall(r"\.(covered|uncovered|failing) path \{([^}]*)\}", picture)
    assert len({re.sub(r"stroke: #\w+;?", "", style) for _, style in dashes}) == 3


def test_an_arrow_of_the_svg_shows_the_call_that_takes_it():
    assert "1: minivoice.inbound_call().run([&quot;1&quot;])" in explore(shop()).to_svg()


def test_a_prompt_cannot_break_the_pictures():
    exploration = explore(first(lambda _: ask_for('<b>"1" & #2; -->', "/x"), x=lambda _: BYE))
    ET.fromstring(exploration.to_svg())
    assert '["#lt;b#gt;#quot;1#quot; & #35;2; --#gt;"]' in exploration.to_mermaid()


def test_a_picture_stands_alone_and_has_nothing_of_the_report():
    picture = explore(shop()).to_svg()
    assert "<style>" in picture
    for part in ("<script", "data-item", "data-state", 'class="hit"', "var("):
        assert part not in picture
    assert set(re.findall(r'(?:href|src|url)[=(]"?([^">)]*)', picture)) <= {f"#state-{number}" for number in range(9)}


def test_a_line_to_paste_ends_the_call_that_would_go_on():
    graph = explore(first(lambda _: ask_for("Press 1.", "/x"), x=lambda _: ask_for("Press 2.", "/x"))).graph
    on = next(each for each in graph.branches if graph.by_name[each.target].kind == "gather" and each.input == "1")
    assert branch_line(graph, on) == 'minivoice.inbound_call().run(["1", "hang_up"])'
    assert state_line(graph, graph.root) == 'minivoice.inbound_call().run(["hang_up"])'


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("Press 1.", ["Press 1."]),
        ("Press 1 for sales, 2 for support.", ["Press 1 for", "sales, 2 for", "support."]),
        ("请按一选择销售", ["请按一选择销", "售"]),
        ("WWWWWWWWWW iiiiiiiiii", ["WWWWWW", "WWWW", "iiiiiiiiii"]),
    ],
)
def test_a_prompt_is_broken_by_how_wide_its_letters_are(text, lines):
    assert broken(text, 90) == lines


def test_a_label_is_cut_where_it_would_leave_its_place():
    assert cut("0-7, *, #, timeout", 200) == "0-7, *, #, timeout"
    assert cut("222222222222+timeout", 100) == "2222222222..."
    assert cut("宽宽", 1) == "宽..."


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        (["1"], "1"),
        (["timeout", "6", "7", "8", "9", "*"], "6-9, *, timeout"),
        (["1", "2", "5"], "1, 2, 5"),
        (["timeout", "0000", "00+timeout"], "0000, 00+timeout, timeout"),
    ],
)
def test_inputs_are_written_in_few_characters(inputs, text):
    assert grouped(inputs) == text


@pytest.mark.parametrize(
    ("prompt", "keys"),
    [
        ("Press 1 for sales or 2 for support.", "12"),
        ("Press 1 for appointments, 2 for billing, or 0 for the operator.", "120"),
        ("For sales, press one. For support, press two. To repeat, press star.", "12*"),
        ("Press 1 or 2.", "12"),
        ("Press 1, 2 or 3.", "123"),
        ("Please press the pound key.", "#"),
        ("Dial 1 to 4 for a department.", "1234"),
        ("Drücken Sie 1 für Verkauf oder 2 für Hilfe.", "12"),
        ("Our number is 555 1234. We are open from 9 to 5.", ""),
        ("You have 2 new messages.", ""),
        ("Enter your four-digit PIN.", ""),
        ("Press 12 for nothing.", ""),
        ("Rate us from 1 to 5.", "12345"),
        ("How was it, on a scale of 1 to 3?", "123"),
        ("Please enter a number between 1 and 4.", "1234"),
        ("Press any key from 1 through 3.", "123"),
        ("Bewerten Sie uns von 1 bis 3.", "123"),
        ("Press 1 and 5 to reset.", "15"),
        ("Dial our office from 9 to 5.", ""),
        ("Rate us, we are open from 1 to 5.", ""),
        ("Enter the room from 1 to 5 p.m.", ""),
        ("Press and hold for 1 to 3 minutes.", ""),
    ],
)
def test_the_words_of_a_prompt_tell_the_keys(prompt, keys):
    assert offered_keys(prompt) == set(keys)


def test_a_call_covers_the_branches_it_took():
    graph = explore(shop()).graph
    assert places(graph, [["1", "busy"], ["timeout"]]) == {"answer 1", "answer/1 busy", "answer timeout"}


def test_digits_pressed_one_by_one_and_other_wrong_digits_count():
    app = first(lambda _: ask_for("PIN?", "/x", num_digits=4), x=lambda ask: [SALES] if ask.digits == "4711" else BYE)
    graph = open_account(app).explore(samples=["4711"]).graph
    wrong = graph.branches[2].place
    assert places(graph, [["4", "7", "1", "1", "answered"]]) == {"answer 4711", "answer/4711 answered"}
    assert places(graph, [["5678"]]) == {wrong}


def test_the_table_names_the_nearest_branches_not_taken():
    graph = explore(shop()).graph
    first_menu, transfer = table(graph, {"answer 1", "answer/1 busy"})
    assert (first_menu.name, first_menu.states, first_menu.branches, first_menu.taken) == (
        "POST /minivoice/answer",
        1,
        14,
        1,
    )
    assert first_menu.missing[0].line == 'minivoice.inbound_call().run(["hang_up"])'
    assert first_menu.more == 8
    assert (transfer.name, transfer.taken) == ("transfer to +15551230099", 1)
