"""Applications with one defect each, and applications that are right."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phone import ANSWER, HOOKS, answer, gather, redirect, say, typed
from small_ivr import Ask, Ivr, first

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SALES = typed("transfer", destination="+15551230099")
SUPPORT = typed("transfer", destination="+15551230098")
BYE = [say("Goodbye.")]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Hold an application, and what must be found in it."""

    name: str
    make: Callable[[], Ivr]
    codes: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


def ask_for(prompt: str, path: str, **parameters: object) -> list[object]:
    return [gather(prompt, **parameters), redirect(path)]


def menu(chosen: Callable[[Ask], object], prompt: str = "Press 1 for sales or 2 for support.", **more: object) -> Ivr:
    """Return an application with one menu; wrong keys and silence are asked again twice."""
    return first(lambda _: ask_for(prompt, "/chosen"), chosen=chosen, **more)


def again(
    ask: Ask, prompt: str = "Press 1 for sales or 2 for support.", path: str = "/chosen", limit: int = 3
) -> object:
    """Ask again, at most twice."""
    return BYE if ask.count() >= limit else [say("Sorry."), *ask_for(prompt, path)]


def chosen_by(keys: Mapping[str, object], **given: object) -> Callable[[Ask], object]:
    def chosen(ask: Ask) -> object:
        if ask.digits not in keys:
            return again(ask, **given)
        page = keys[ask.digits]
        return page(ask) if callable(page) else page

    return chosen


def with_star(prompt: str) -> Ivr:
    """Return a menu whose key 1 is handled, and whose star repeats it."""
    return menu(chosen_by({"1": [SALES], "*": ask_for(prompt, "/chosen")}, prompt=prompt), prompt=prompt)


def with_key_2(page: object, **more: object) -> Callable[[], Ivr]:
    """Return a maker of the usual menu whose key 2 does something else."""
    return lambda: menu(chosen_by({"1": [SALES], "2": page}), **more)


def boom(_: Ask) -> object:
    raise KeyError("boom")


def deep(levels: int, bottom: Callable[[Ask], object]) -> Ivr:
    """Return menus in a row; key 1 leads a level down."""
    pages: dict[str, Callable[[Ask], object]] = {ANSWER: lambda _: ask_for("Press 1 to go on.", "/level1")}
    for level in range(1, levels):
        pages[f"/level{level}"] = chosen_by(
            {"1": ask_for(f"Level {level}. Press 1 to go on.", f"/level{level + 1}")},
            prompt="Press 1 to go on.",
            path=f"/level{level}",
        )
    pages[f"/level{levels}"] = bottom
    return Ivr(pages)


def pin(right: Callable[[Ask], object], wrong: Callable[[Ask], object], **gathered: object) -> Ivr:
    def check(ask: Ask) -> object:
        return right(ask) if ask.digits == "4711" else wrong(ask)

    return first(lambda _: ask_for("Enter your PIN.", "/check", **{"num_digits": 4, **gathered}), check=check)


def wrong_pin(ask: Ask) -> object:
    return BYE if ask.count() >= 3 else [say("Wrong."), *ask_for("Enter your PIN.", "/check", num_digits=4)]


def loop_behind_third_pin(ask: Ask) -> object:
    return [redirect("/check")] if ask.count() >= 3 else ask_for("Enter your PIN.", "/check", num_digits=4)


def off_by_one(ask: Ask) -> object:
    if ask.digits == "1":
        return [SALES]
    return [say(["Sorry.", "Once more."][ask.count() - 1]), *ask_for("Press 1 for sales.", "/chosen")]


def silent(ask: Ask) -> object:
    if ask.digits == "1":
        return [SALES]
    if ask.timed_out:
        return ask_for("Press 1 for sales.", "/chosen")
    return again(ask, prompt="Press 1 for sales.")


def trap(ask: Ask) -> object:
    if ask.digits == "1":
        return [SALES]
    return ask_for("Our opening hours are nine to five.", "/hours")


def language(where: str) -> Ivr:
    def chosen(ask: Ask) -> object:
        if ask.digits not in "12" or not ask.digits:
            return again(ask, "Press 1 for English or 2 for German.")
        getattr(ask, where)["language"] = ask.digits
        return ask_for("Press 1 to be connected.", "/connect")

    def connect(ask: Ask) -> object:
        if ask.digits != "1":
            return again(ask, "Press 1 to be connected.", "/connect")
        return [SALES] if getattr(ask, where)["language"] == "1" else [SUPPORT]

    return first(lambda _: ask_for("Press 1 for English or 2 for German.", "/chosen"), chosen=chosen, connect=connect)


def every_other(ask: Ask) -> object:
    ask.shared["number"] = int(ask.shared.get("number", 0)) + 1
    return [SALES] if ask.shared["number"] % 2 else [SUPPORT]


def worn_out(ask: Ask) -> object:
    ask.shared["number"] = int(ask.shared.get("number", 0)) + 1
    return [SUPPORT] if ask.shared["number"] < 4 else BYE


def chain(_: Ask) -> object:
    return [redirect("/hop0")]


def hops(number: int) -> dict[str, Callable[[Ask], object]]:
    pages: dict[str, Callable[[Ask], object]] = {
        f"hop{each}": (lambda _, to=each + 1: [redirect(f"/hop{to}")]) for each in range(number)
    }
    return pages | {f"hop{number}": lambda _: BYE}


def second_silence(ask: Ask) -> object:
    if ask.digits == "1":
        return [SALES]
    if ask.timed_out and ask.count("silence") == 2:
        raise RuntimeError("nobody there")
    return again(ask, prompt="Press 1 for sales.", limit=4)


def recorded_twice() -> Ivr:
    page = lambda _: [{"start_recording": {}}, *ask_for("Press 1 for sales.", "/chosen")]  # noqa: E731

    def chosen(ask: Ask) -> object:
        if ask.digits == "1":
            return [SALES]
        return BYE if ask.count() >= 3 else [redirect("/again")]

    return first(page, again=page, chosen=chosen)


def hook_fails_on(event: str) -> Ivr:
    app = menu(chosen_by({"1": [SALES], "2": [SUPPORT]}))
    app.pages = {
        **app.pages,
        HOOKS: lambda request: answer(b"", status=500) if request.json["event"] == event else None,
    }
    return app


def hidden_code() -> Ivr:
    """A code that stands in this file, and fails."""
    return first(
        lambda _: ask_for("Enter your code.", "/code", num_digits=6),
        code=lambda ask: boom(ask) if ask.digits == "271828" else BYE,
    )


def int_of_nothing(ask: Ask) -> object:
    return [SALES] if int(ask.digits) == 4711 else BYE


def too_short(ask: Ask) -> object:
    return [SALES] if ask.digits[3] == "1" else BYE


def accounts() -> Ivr:
    """One page for everything; the words of a menu alone tell two accounts apart, and another page reads out a number."""
    words = "Press 1 for savings or 2 for checking."

    def voice(ask: Ask) -> object:
        kind = ask.call.get("kind")
        if kind is None and ask.digits in {"1", "2"}:
            ask.call["kind"] = {"1": "savings", "2": "checking"}[ask.digits]
            return [say(f"Account {ask.call['kind']}."), *ask_for("Press 1 to talk to us.", "/voice")]
        if kind is not None and ask.digits == "1":
            return [SALES] if kind == "savings" else boom(ask)
        return [say(f"Ticket {next(TICKETS)}.")]

    return first(lambda _: ask_for(words, "/voice"), voice=voice)


def last_choice() -> Ivr:
    """Keep what was chosen for all calls; of the two keys one ends the call, and only the other reads it again."""

    def chosen(ask: Ask) -> object:
        if ask.digits not in {"1", "2"}:
            return again(ask)
        ask.shared["choice"] = ask.digits
        return BYE if ask.digits == "2" else ask_for("Press 1 to be connected.", "/connect")

    def connect(ask: Ask) -> object:
        if ask.digits != "1":
            return again(ask, "Press 1 to be connected.", "/connect")
        return [SALES] if ask.shared["choice"] == "1" else [SUPPORT]

    return first(
        lambda _: ask_for("Press 1 for sales or 2 to end the call.", "/chosen"), chosen=chosen, connect=connect
    )


def last_pin() -> Ivr:
    """Keep the digits of the last caller, whoever that is."""

    def check(ask: Ask) -> object:
        ask.shared["pin"] = ask.digits
        return ask_for("Press 1 for your balance.", "/balance")

    def balance(ask: Ask) -> object:
        return [say(f"The account {ask.shared['pin']} holds ten euros.")] if ask.digits == "1" else BYE

    return first(lambda _: ask_for("PIN?", "/check", num_digits=4), check=check, balance=balance)


def last_call() -> Ivr:
    """Answer the call that began last, and no other."""

    def answered(ask: Ask) -> object:
        ask.shared["call"] = ask.call_id
        return ask_for("Press 1 for sales.", "/chosen")

    def chosen(ask: Ask) -> object:
        return [SALES] if ask.digits == "1" and ask.shared["call"] == ask.call_id else BYE

    return first(answered, chosen=chosen)


def drawn(page: Callable[[random.Random], object]) -> Callable[[], Ivr]:
    """Return a maker of the usual menu whose key 2 does something by chance."""
    chance = random.Random(7)
    return with_key_2(lambda _: page(chance))


def counted(ask: Ask) -> object:
    """Ask again for ever, and count the tries in the URL."""
    if ask.digits == "1":
        return [SALES]
    return ask_for("Press 1 for sales.", f"/menu?tries={int(ask.query.get('tries', 0)) + 1}")


TICKETS = itertools.count(1000)
HOOKED = {"webhook_url": HOOKS}

DEFECTS = [
    Case(name="tries counted in a URL without a limit", make=lambda: first(counted, menu=counted), codes=("MV219",)),
    Case(name="the second account of a page that also reads out numbers", make=accounts, codes=("MV108",)),
    Case(
        name="retry limit off by one",
        make=lambda: first(lambda _: ask_for("Press 1 for sales.", "/chosen"), chosen=off_by_one),
        codes=("MV108",),
    ),
    Case(
        name="silence for ever",
        make=lambda: first(lambda _: ask_for("Press 1 for sales.", "/chosen"), chosen=silent),
        codes=("MV219",),
    ),
    Case(
        name="an exception on * four levels down",
        make=lambda: deep(4, chosen_by({"1": [SALES], "*": boom}, prompt="Press 1 to go on.", path="/level4")),
        codes=("MV108",),
    ),
    Case(name="a state shared between two calls", make=lambda: language("shared"), codes=("MV405",)),
    Case(name="a choice kept for all calls", make=last_choice, codes=("MV405",)),
    Case(name="the call that began last", make=last_call, codes=("MV405",)),
    Case(name="the PIN of the last caller", make=last_pin, codes=("MV405",), options={"samples": ["4711"]}),
    Case(
        name="a number drawn out of five",
        make=drawn(lambda chance: [typed("transfer", destination=f"+1555123009{chance.randrange(5)}")]),
        codes=("MV218",),
    ),
    Case(
        name="a SIP address drawn out of four",
        make=drawn(lambda chance: [typed("transfer", destination=f"sip:desk{chance.randrange(4)}@example.com")]),
        codes=("MV218",),
    ),
    Case(
        name="a room drawn out of three",
        make=drawn(lambda chance: [{"conference": {"room": chance.choice(["red", "green", "blue"])}}]),
        codes=("MV218",),
    ),
    Case(
        name="words drawn out of four",
        make=drawn(lambda chance: [say(f"Today we sell {chance.choice(['apples', 'pears', 'plums', 'figs'])}.")]),
        codes=("MV218",),
    ),
    Case(name="an offered key without handling", make=lambda: menu(chosen_by({"1": [SALES]})), codes=("MV402",)),
    Case(
        name="an offered key without handling, where wrong keys end the call",
        make=lambda: menu(lambda ask: [SALES] if ask.digits == "1" else BYE),
        codes=("MV402",),
    ),
    Case(
        name="an offered key without handling beside one that repeats",
        make=lambda: with_star("Press 1 for sales, 2 for support or star to hear this again."),
        codes=("MV402",),
    ),
    Case(
        name="a key that is to repeat the menu, and ends the call as a wrong one does",
        make=lambda: menu(
            lambda ask: [SALES] if ask.digits == "1" else BYE, prompt="Press 1 for sales or 9 to hear this again."
        ),
        codes=("MV402",),
    ),
    Case(
        name="a grade that is not taken",
        make=lambda: menu(
            lambda ask: (
                [say("Thank you.")] if ask.digits in {"1", "2", "3", "4"} else again(ask, "Rate us from 1 to 5.")
            ),
            prompt="Rate us from 1 to 5.",
        ),
        codes=("MV402",),
    ),
    Case(
        name="a grade that the second of two questions does not take",
        make=lambda: first(
            lambda _: ask_for("How friendly were we? Rate us from 1 to 5.", "/one"),
            one=chosen_by(
                dict.fromkeys("12345", ask_for("How fast were we? Rate us from 1 to 5.", "/two")),
                prompt="How friendly were we? Rate us from 1 to 5.",
                path="/one",
            ),
            two=chosen_by(
                {key: [say("Thank you.")] for key in "1234"},
                prompt="How fast were we? Rate us from 1 to 5.",
                path="/two",
                limit=4,
            ),
        ),
        codes=("MV402",),
    ),
    Case(
        name="a forgotten key of a submenu that goes back",
        make=lambda: first(
            lambda _: ask_for("Press 1 for help.", "/main"),
            main=chosen_by(
                {"1": ask_for("Press 1 for orders or 2 for bills.", "/sub")}, prompt="Press 1 for help.", path="/main"
            ),
            sub=lambda ask: (
                [SALES] if ask.digits == "1" else BYE if ask.count("sub") > 2 else ask_for("Press 1 for help.", "/main")
            ),
        ),
        codes=("MV402",),
    ),
    Case(name="a menu that handles nothing", make=lambda: menu(again), codes=("MV402",)),
    Case(
        name="a handled key that is not offered",
        make=lambda: menu(chosen_by({"1": [SALES], "2": [SUPPORT], "7": BYE})),
        codes=("MV403",),
    ),
    Case(name="a different answer on a repeated request", make=with_key_2(every_other), codes=("MV218",)),
    Case(name="an answer that wears out", make=with_key_2(worn_out), codes=("MV218",)),
    Case(
        name="no way out",
        make=lambda: first(
            lambda _: ask_for("Press 1 for sales.", "/chosen"),
            chosen=trap,
            hours=lambda _: ask_for("Our opening hours are nine to five.", "/hours"),
        ),
        codes=("MV219", "MV401"),
    ),
    Case(
        name="a redirect to itself",
        make=with_key_2([redirect("/round")], round=lambda _: [redirect("/round")]),
        codes=("MV208",),
    ),
    Case(
        name="a redirect loop behind the third wrong PIN",
        make=lambda: pin(lambda _: [SALES], loop_behind_third_pin),
        codes=("MV208",),
    ),
    Case(
        name="the right PIN raises",
        make=lambda: pin(boom, wrong_pin),
        codes=("MV108",),
        options={"samples": {ANSWER: ["4711"]}},
    ),
    Case(name="a code that stands in the application raises", make=hidden_code, codes=("MV108",)),
    Case(name="an unknown action", make=with_key_2([{"tranfer": {"destination": "+15551230098"}}]), codes=("MV114",)),
    Case(name="a transfer to nobody", make=with_key_2([typed("transfer")]), codes=("MV115",)),
    Case(name="a number that is none", make=with_key_2([typed("transfer", destination="0155")]), codes=("MV117",)),
    Case(
        name="a timeout out of range",
        make=with_key_2(ask_for("Press 1.", "/chosen", timeout_seconds=60)),
        codes=("MV117",),
    ),
    Case(name="stop_recording without start", make=with_key_2([say(), {"stop_recording": {}}]), codes=("MV204",)),
    Case(name="resume without hold", make=with_key_2([say(), {"resume": {}}]), codes=("MV205",)),
    Case(
        name="unmute of what is not muted",
        make=with_key_2([{"mute": {"direction": "read"}}, say(), {"unmute": {"direction": "write"}}]),
        codes=("MV206",),
    ),
    Case(name="stop_stream without a stream", make=with_key_2([say(), {"stop_stream": {}}]), codes=("MV207",)),
    Case(
        name="contradictory limits",
        make=with_key_2(ask_for("PIN?", "/end", min_digits=6, max_digits=4), end=lambda _: BYE),
        codes=("MV213",),
    ),
    Case(
        name="a finish key that finishes nothing",
        make=with_key_2(ask_for("PIN?", "/end", min_digits=4, max_digits=4, finish_on_key="#"), end=lambda _: BYE),
        codes=("MV214",),
    ),
    Case(
        name="dead air two levels down",
        make=with_key_2([{"gather": {"num_digits": 1}}, redirect("/end")], end=lambda _: BYE),
        codes=("MV210",),
    ),
    Case(
        name="a redirect to a strange host",
        make=with_key_2([{"redirect": {"url": "https://elsewhere.example/x"}}]),
        codes=("MV215",),
    ),
    Case(
        name="a redirect in the clear",
        make=with_key_2([{"redirect": {"url": "http://example.com/end"}}], end=lambda _: BYE),
        codes=("MV212",),
    ),
    Case(name="an answer that is not JSON", make=with_key_2(b"<Response/>"), codes=("MV103",)),
    Case(name="a page that does not exist", make=with_key_2([redirect("/suport")]), codes=("MV101",)),
    Case(name="words behind a transfer", make=with_key_2([SUPPORT, say("Nobody is here.")]), codes=("MV202",)),
    Case(name="a redirect behind a transfer", make=with_key_2([SUPPORT, redirect("/busy")]), codes=("MV201",)),
    Case(name="a gather that leads nowhere", make=with_key_2([gather("Press 1 or 2.")]), codes=("MV203",)),
    Case(name="a recording started twice", make=recorded_twice, codes=("MV216",)),
    Case(
        name="a PIN too short raises",
        make=lambda: first(lambda _: ask_for("PIN?", "/check", num_digits=4), check=too_short),
        codes=("MV108",),
    ),
    Case(
        name="a star in a PIN raises",
        make=lambda: first(
            lambda _: ask_for("PIN?", "/check", num_digits=4),
            check=lambda ask: int_of_nothing(ask) if len(ask.digits) == 4 else BYE,
        ),
        codes=("MV108",),
    ),
    Case(
        name="the finish key alone raises",
        make=lambda: first(lambda _: ask_for("PIN?", "/check", num_digits=4, finish_on_key="#"), check=int_of_nothing),
        codes=("MV108",),
    ),
    Case(
        name="the second silence raises",
        make=lambda: first(lambda _: ask_for("Press 1 for sales.", "/chosen"), chosen=second_silence),
        codes=("MV108",),
    ),
    Case(name="too many redirects", make=with_key_2(chain, **hops(25)), codes=("MV209",)),
    Case(name="an undocumented alias", make=with_key_2([{"transfer": {"to": "+15551230098"}}]), codes=("MV211",)),
    Case(
        name="the webhook of a failed call is refused",
        make=lambda: hook_fails_on("call.failed"),
        codes=("MV301",),
        settings=HOOKED,
    ),
    Case(
        name="the webhook of a gather is refused",
        make=lambda: hook_fails_on("call.gathered"),
        codes=("MV301",),
        settings=HOOKED,
    ),
]


def ticket(ask: Ask) -> object:
    number = next(TICKETS)
    return [
        say(f"Your ticket is {number}. Again: {number}."),
        *ask_for("Press 1 to be called back.", f"/back?ticket={number}"),
    ]


def in_line(ask: Ask) -> object:
    ask.shared["callers"] = number = int(ask.shared.get("callers", 0)) + 1
    return [
        say(f"You are caller {number}."),
        *ask_for("Press 3 for sales or 4 for support.", "/chosen"),
    ]


def voicemail(_: Ask) -> object:
    return [{"start_recording": {}}, *ask_for("Leave a message, then press #.", "/saved", timeout_seconds=30)]


def own_pages(ask: Ask) -> object:
    return ask_for("Press 1 for sales.", f"/calls?id={ask.call_id}")


RIGHT = [
    Case(name="a menu with three tries", make=lambda: menu(chosen_by({"1": [SALES], "2": [SUPPORT]}))),
    Case(name="a PIN with three tries", make=lambda: pin(lambda _: [SALES], wrong_pin)),
    Case(name="a language for each call", make=lambda: language("call")),
    Case(name="four levels", make=lambda: deep(4, chosen_by({"1": [SALES]}, prompt="Press 1 to go on.", path="/level4"))),
    Case(name="a ticket number and its page", make=lambda: first(ticket, back=chosen_by({"1": BYE}, prompt="Press 1 to be called back.", path="/back"))),
    Case(name="a place in the queue", make=lambda: first(in_line, chosen=chosen_by({"3": [SALES], "4": [SUPPORT]}, prompt="Press 3 for sales or 4 for support."))),
    Case(name="a voicemail", make=lambda: first(voicemail, saved=lambda _: [{"stop_recording": {}}, say("Saved.")])),
    Case(name="the call id in the URL", make=lambda: first(own_pages, calls=chosen_by({"1": [SALES]}, prompt="Press 1 for sales.", path="/calls"))),
    Case(name="star repeats the menu", make=lambda: menu(
        lambda ask: [SALES] if ask.digits == "1" else BYE if ask.count() > 2 else [redirect("/menu")],
        prompt="Press 1 for sales or * to repeat.",
        menu=lambda _: ask_for("Press 1 for sales or * to repeat.", "/chosen"),
    )),
    Case(name="star repeats the menu and counts as a try", make=lambda: menu(chosen_by({"1": [SALES]}, prompt="Press 1 for sales. To hear this again, press star."), prompt="Press 1 for sales. To hear this again, press star.")),
    Case(name="a key that ends the call as a wrong one does", make=lambda: menu(lambda ask: [SALES] if ask.digits == "1" else BYE, prompt="Press 1 for sales or 9 to end the call.")),
    Case(name="a message is taken whatever is pressed", make=lambda: menu(
        lambda ask: [SALES] if ask.digits == "1" else [say("Please leave a message after the tone."), {"start_recording": {}}],
        prompt="Press 1 for sales or 2 to leave a message.",
    )),
    Case(name="a person for whatever is pressed", make=lambda: menu(lambda ask: [SALES] if ask.digits == "1" else [SUPPORT])),
    Case(name="a conference", make=lambda: menu(chosen_by({"1": [{"conference": {"room": "daily"}}], "2": BYE}))),
    Case(name="an outbound reminder", make=lambda: menu(chosen_by({"1": BYE, "2": [SUPPORT]}, prompt="Press 1 to confirm or 2 to talk to us."), prompt="Press 1 to confirm or 2 to talk to us."), options={"direction": "outbound"}),
    Case(name="a room of its own for each call", make=drawn(lambda chance: [{"conference": {"room": f"room-{chance.getrandbits(64):x}"}}])),
    Case(name="a code drawn for each call", make=drawn(lambda chance: [say(f"Your code is {chance.randrange(1000, 9999)}.")])),
    Case(name="what is kept unless a key deletes it", make=lambda: menu(
        lambda ask: ask_for("Press 1 for sales.", "/next") if ask.digits != "2" else [say("Deleted."), *ask_for("Press 1 for sales.", "/next")],
        prompt="Press 1 to keep the message or 2 to delete it.",
        next=lambda ask: [SALES] if ask.digits == "1" else BYE,
    )),
    Case(name="no unless a key says yes", make=lambda: menu(
        lambda ask: [SALES] if ask.digits == "1" else BYE, prompt="Shall we connect you? Press 1 for yes or 2 for no."
    )),
    Case(name="a default that goes on", make=lambda: menu(
        lambda ask: [say("By mail."), *ask_for("Press 1 for sales.", "/next")] if ask.digits == "2" else ask_for("Press 1 for sales.", "/next"),
        prompt="Press 1 for a text message or 2 for a letter.",
        next=lambda ask: [SALES] if ask.digits == "1" else BYE,
    )),
    Case(name="webhooks are taken", make=lambda: hook_fails_on("nothing"), settings=HOOKED),
    Case(name="an account number up to #", make=lambda: first(lambda _: ask_for("Account number, then #.", "/check", min_digits=4, max_digits=8, finish_on_key="#"), check=lambda ask: [SALES] if len(ask.digits) > 3 else BYE)),
]  # fmt: skip
