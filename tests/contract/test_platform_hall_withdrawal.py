"""A taking whose answer was lost is withdrawn by its key; what else kiosks may ask and say."""

import pytest
from hall_desk import paper, person, take, taken
from hall_fixtures import BOTH_STORES, hall_on
from platform_client import DEMONSTRATION, code_of, new_key


@pytest.fixture(scope="module", params=BOTH_STORES)
def whole_hall(request, tmp_path_factory):
    with hall_on(request.param, tmp_path_factory.mktemp("withdrawal")) as hall:
        yield hall


@pytest.fixture
def hall(whole_hall):
    whole_hall.clear()
    return whole_hall


def take_under(by, key, service="market"):
    body = {"act": "take-ticket", "services": [service]}
    return by.post("/v1/tickets", body, Idempotency_Key=key)


def withdraw(by, taking, key=None):
    body = {"act": "withdraw-taking", "reason": "没有收到答复"}
    path = f"/v1/takings/{taking}/withdrawal"
    return by.post(path, body, Idempotency_Key=key or new_key())


def test_a_number_whose_answer_was_lost_is_void_and_nobody_is_called(hall):
    lost, key = new_key(), new_key()
    ticket = take_under(hall.kiosk, lost).json()["tickets"][0]
    answer = withdraw(hall.kiosk, lost, key)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"known": True, "numbers": [ticket["number"]]}
    assert hall.history(ticket["ticket"])["ticket"]["state"] == "void"
    assert code_of(hall.desks[0].open().call()) == "nobody-waiting"
    assert withdraw(hall.kiosk, lost, key).json() == answer.json()
    assert withdraw(hall.kiosk, lost).json() == {"known": True, "numbers": []}


def test_what_never_came_can_come_no_more(hall):
    lost = new_key()
    assert withdraw(hall.kiosk, lost).json() == {"known": False, "numbers": []}
    late = take_under(hall.kiosk, lost)
    assert (late.status_code, code_of(late)) == (422, "idempotency-key-reused")
    assert hall.of_day("waiting") == []


def test_a_number_with_a_paper_or_at_a_window_stays(hall):
    with_paper, at_window = new_key(), new_key()
    visit = take_under(hall.kiosk, with_paper).json()["visit"]
    assert paper(hall.kiosk, visit, "handed_out").status_code == 200
    assert code_of(withdraw(hall.kiosk, with_paper)) == "ticket-state"
    taken_last = take_under(hall.kiosk, at_window, "civil").json()["tickets"][0]
    called = [hall.desks[0].open().call().json(), hall.desks[1].open().call().json()]
    assert {one["number"] for one in called} >= {taken_last["number"]}
    assert withdraw(hall.kiosk, at_window).json() == {"known": True, "numbers": []}
    assert hall.history(taken_last["ticket"])["ticket"]["state"] == "called"


def test_only_takings_are_withdrawn_and_only_by_kiosks(hall):
    other = new_key()
    assert hall.desks[0].state("open").status_code == 200
    body = {"act": "report-paper", "outcome": "handed_out", "detail": ""}
    visit = take(hall.kiosk, "market").json()["visit"]
    path = f"/v1/visits/{visit}/paper"
    assert hall.kiosk.post(path, body, Idempotency_Key=other).status_code == 200
    assert code_of(withdraw(hall.kiosk, other)) == "not-found"
    for who in (hall.desks[0].client, hall.display, hall.head):
        assert withdraw(who, other).status_code == 403


def test_numbers_without_a_paper_are_counted_as_held(hall):
    before = hall.kiosk.get("/v1/hall/queue").json()
    visit = take(hall.kiosk, "market").json()["visit"]
    assert paper(hall.kiosk, visit, "failed").status_code == 200
    after = hall.kiosk.get("/v1/hall/queue").json()
    assert (after["held"], after["waiting"]) == (before["held"] + 1, before["waiting"])
    live = hall.head.get("/v1/analytics/live").json()
    assert live["queue"]["held"] == after["held"]
    paper(hall.kiosk, visit, "kept")
    assert hall.kiosk.get("/v1/hall/queue").json()["held"] == before["held"]


def test_a_kiosk_asks_for_the_cases_of_a_card_and_takes_for_who_needs_not_say_why(hall):
    question = {"holder": DEMONSTRATION, "purpose": "本人在自助机查询"}
    answer = hall.kiosk.post("/v1/case-queries", question)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json()["cases"], list)
    assert hall.display.post("/v1/case-queries", question).status_code == 403
    ticket = taken(hall.kiosk, "market", holder=person(77), priority="unstated")
    assert (ticket["priority"], ticket["priority_reason"]) == (True, "unstated")


def test_rows_at_no_window_can_be_asked_for(hall):
    taken(hall.kiosk, "market")
    hall.desks[0].open().call()
    day = hall.head.get("/v1/hall").json()["day"]
    asked = f"/v1/analytics/rows?from={day}&to={day}"
    of_taking = hall.head.get(f"{asked}&figure=tickets_taken&window=").json()["rows"]
    assert of_taking
    assert {row["window"] for row in of_taking} == {""}
    of_calling = hall.head.get(f"{asked}&figure=tickets_called&window=").json()["rows"]
    assert of_calling == []
