"""The queue: numbers taken, called to one window each, called again, passed over, finished."""

from __future__ import annotations

from functools import partial

from hall_platform.conformance.cases import key
from hall_platform.conformance.contract import due, problem
from hall_platform.conformance.people import NAME, somebody
from hall_platform.conformance.running import Asked, check
from hall_platform.conformance.windows import hall, side_by_side
from hall_platform.roles import DISPLAY

_ROUNDS = 4
_MOST_RECALLS = 10  # a hall whose rule allows more is not called up to it


@check(
    "A person has one open ticket of a service; the name is masked, the number not shown", full=True
)
def ticket_taken(asked: Asked) -> None:
    """409 ticket-exists for a second one, until the first is over."""
    here, person = hall(asked), somebody()
    answer = here.send_take(person)
    asked.contract.check_answer(asked.contract.operation("POST /v1/tickets"), answer)
    due(answer.status_code == 201, f"a taking answered {answer.status_code}")
    ticket = answer.json()["tickets"][0]
    due(ticket["state"] == "waiting", f"a ticket just taken is {ticket['state']}")
    due(NAME not in answer.text, "the whole name comes back")
    due(person["number"] not in answer.text, "the person's number comes back")
    problem(here.send_take(person), 409, "ticket-exists")
    here.one.do(ticket["ticket"], "call")
    problem(here.send_take(person), 409, "ticket-exists")
    here.one.do(ticket["ticket"], "finish")
    here.take(person)


@check("Two windows that call at the same moment never get the same ticket", full=True)
def called_once(asked: Asked) -> None:
    """One waits: one window gets it, the other hears 409 nobody-waiting. Two wait: one each."""
    here = hall(asked)
    here.nobody_waits()
    for round_number in range(_ROUNDS):
        waiting = {here.take()["ticket"] for _ in range(1 + round_number % 2)}
        answers = side_by_side([here.one.call_next, here.other.call_next])
        got = [one.json()["ticket"] for one in answers if one.status_code == 200]
        due(len(got) == len(set(got)), "one ticket was called to two windows")
        due(set(got) == waiting, f"{len(got)} of {len(waiting)} that waited were called")
        for answer in answers:
            if answer.status_code != 200:
                problem(answer, 409, "nobody-waiting")
        for ticket in got:
            here.finish(ticket)


@check("One ticket called by name from two windows at the same moment goes to one", full=True)
def one_window(asked: Asked) -> None:
    """The other hears 409 ticket-state, and has nothing in hand."""
    here = hall(asked)
    for _ in range(_ROUNDS):
        ticket = here.take()["ticket"]
        calls = [partial(desk.on, ticket, "call") for desk in (here.one, here.other)]
        answers = side_by_side(calls)
        won = [one.status_code == 200 for one in answers]
        due(sum(won) == 1, f"{sum(won)} windows got one ticket")
        problem(answers[won.index(False)], 409, "ticket-state")
        loser = (here.one, here.other)[won.index(False)]
        due(loser.workbench()["in_hand"] is None, "who lost has it in hand")
        here.finish(ticket)


@check(
    "A ticket is called again up to the limit, passed over, back, begun and finished once",
    full=True,
)
def call_round(asked: Asked) -> None:
    """Only by the window that has it, and with one in hand at a time."""
    here = hall(asked)
    one, other = here.one, here.other
    rules = one.clerk.ask("GET", "/v1/hall").json()["rules"]
    ticket, waiting = (here.take()["ticket"] for _ in range(2))
    called = one.do(ticket, "call")
    seen = (called["state"], called["window"], called["calls"])
    due(seen == ("called", one.clerk.window, 1), f"called, it is {seen}")
    for act in ("recall", "pass", "start", "finish"):
        problem(other.on(ticket, act), 409, "ticket-elsewhere")
    problem(one.on(waiting, "call"), 409, "ticket-in-hand")
    if rules["recall_limit"] <= _MOST_RECALLS:
        for count in range(2, rules["recall_limit"] + 1):
            due(one.do(ticket, "recall")["calls"] == count, "a call was not counted")
        problem(one.on(ticket, "recall"), 409, "recall-limit")
    passed = one.do(ticket, "pass")
    due(passed["ticket"]["state"] == "passed", f"passed over, it is {passed['ticket']['state']}")
    if passed["may_return"]:
        path = f"/v1/tickets/{ticket}/reinsertion"
        back = one.clerk.ask("POST", path, {"act": "reinsert"}, Idempotency_Key=key())
        due(back.status_code == 200, f"a ticket that may return answered {back.status_code}")
        due(back.json()["state"] == "waiting", f"back, it is {back.json()['state']}")
        one.do(ticket, "call")
        due(one.do(ticket, "start")["state"] == "serving", "begun, it is not served")
        problem(one.on(ticket, "recall"), 409, "ticket-state")
        due(one.do(ticket, "finish")["ticket"]["state"] == "finished", "it is not finished")
    problem(one.on(ticket, "finish"), 409, "ticket-state")


@check("The display shows the ticket that is called, and names nobody", full=True)
def display_names_nobody(asked: Asked) -> None:
    """The board, the queue and a number's position hold neither name nor number of the person."""
    display, here, person = asked.party(DISPLAY), hall(asked), somebody()
    ticket = here.take(person)
    called = here.one.do(ticket["ticket"], "call")
    board = display.ask("GET", "/v1/hall/board")
    asked.contract.check_answer(asked.contract.operation("GET /v1/hall/board"), board)
    shown = [one for one in board.json()["calls"] if one["ticket"] == ticket["ticket"]]
    due(len(shown) == 1, "the ticket that was called is not on the board")
    told = (shown[0]["number"], shown[0]["window"])
    due(told == (called["number"], here.one.clerk.window), f"the board shows {told}")
    for path in ("/v1/hall/board", "/v1/hall/queue", f"/v1/ticket-positions/{called['number']}"):
        text = display.ask("GET", path).text
        due(NAME not in text and person["number"] not in text, f"{path} names the person")
    here.finish(ticket["ticket"])
