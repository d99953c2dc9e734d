"""The queue of a hall: taken, called, passed over, parked, transferred, finished."""

import pytest
from hall_desk import CASE, paper, person, reinsert, take, taken
from hall_fixtures import BOTH_STORES, hall_on
from platform_client import code_of, new_key, side_by_side


@pytest.fixture(scope="module", params=BOTH_STORES)
def whole_hall(request, tmp_path_factory):
    with hall_on(request.param, tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest.fixture
def hall(whole_hall):
    whole_hall.clear()
    return whole_hall


@pytest.fixture
def desk(hall):
    return hall.desks[0].open()


def numbers_called(desk, count):
    """Call and finish so many; their numbers."""
    found = []
    for _ in range(count):
        ticket = desk.call().json()
        found.append(ticket["number"])
        assert desk.on(ticket["ticket"], "finish").status_code == 200
    return found


# taking ------------------------------------------------------------------------------------------


def test_a_ticket_has_the_services_letter_and_the_next_number(hall):
    first, second = taken(hall.kiosk, "market"), taken(hall.other_kiosk, "market")
    other = taken(hall.kiosk, "health")
    assert first["number"][0] == second["number"][0] == "A"
    assert int(second["number"][1:]) == int(first["number"][1:]) + 1
    assert len(first["number"]) == 4
    assert other["number"][0] == "B"
    assert (first["state"], first["paper"], first["source"]) == ("waiting", "pending", "kiosk")


def test_the_name_is_masked_and_the_number_comes_back_nowhere(hall):
    answer = take(hall.kiosk, "market", holder=person(1), name="欧阳测试")
    assert answer.json()["tickets"][0]["name"] == "欧*"
    assert "欧阳" not in answer.text
    assert person(1)["number"] not in answer.text


def test_one_person_has_one_open_ticket_a_service(hall, desk):
    first = taken(hall.kiosk, "market", holder=person(2))
    again = take(hall.desks[1].client, "market", holder=person(2))
    assert code_of(again) == "ticket-exists"
    assert again.json()["number"] == first["number"]
    taken(hall.kiosk, "health", holder=person(2))
    taken(hall.kiosk, "market", holder=person(3))
    desk.on(first["ticket"], "call")
    assert code_of(take(hall.kiosk, "market", holder=person(2))) == "ticket-exists"
    desk.on(first["ticket"], "finish")
    taken(hall.kiosk, "market", holder=person(2))


def test_a_person_at_two_kiosks_at_once_gets_one_ticket(hall):
    for serial in range(100, 106):
        answers = side_by_side(
            [
                lambda k=k, s=serial: take(k, "market", holder=person(s))
                for k in (hall.kiosk, hall.other_kiosk)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_what_cannot_be_taken_says_why(hall):
    assert code_of(take(hall.kiosk, "nothing")) == "service-unknown"
    assert code_of(take(hall.kiosk, "estate")) == "holder-needed"
    assert code_of(take(hall.kiosk, "market", "market")) == "invalid-request"
    services = {one["code"]: one for one in hall.head.get("/v1/hall").json()["services"]}
    civil = services["civil"]
    facts = {name: value for name, value in civil.items() if name not in ("code", "etag")}
    path = "/hall-services/civil"
    closed = hall.arrange(path, "change-service", civil["etag"], **{**facts, "taking": False})
    assert closed.status_code == 200
    assert code_of(take(hall.kiosk, "civil")) == "service-closed"
    stale = hall.arrange(path, "change-service", civil["etag"], **facts)
    assert code_of(stale) == "changed-meanwhile"
    hall.arrange(path, "change-service", closed.json()["etag"], **facts)
    taken(hall.kiosk, "civil")


def test_who_asks_twice_with_one_key_has_one_ticket(hall):
    body = {"act": "take-ticket", "services": ["market"], "name": "测试"}
    key = new_key()
    first, second = (hall.kiosk.post("/v1/tickets", body, Idempotency_Key=key) for _ in range(2))
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"


def test_a_preapplication_waits_in_the_same_queue(hall, desk):
    known = hall.platform.people["preapplication_codes"]
    market = next(
        one for one in hall.head.get("/v1/hall").json()["services"] if one["prefix"] == "A"
    )
    wanted = next(
        one
        for one in known
        if one["state"] == "checked" and one["item_name"] == "个体工商户设立登记"
    )
    found = desk.client.post(
        "/v1/preapplication-queries", {"code": wanted["code"], "purpose": "取号"}
    ).json()["preapplications"][0]
    assert found["item"] in market["items"]
    applicant = found["applicant"]
    holder = {"kind": applicant["kind"], "number": applicant["number"]}
    ordinary = taken(hall.kiosk, "market")
    ticket = taken(hall.kiosk, "market", holder=holder, preapplication=wanted["code"])
    assert (ticket["source"], ticket["preapplication"]) == ("preapplication", found["id"])
    other = take(hall.kiosk, "market", holder=person(4), preapplication=wanted["code"])
    assert code_of(other) == "preapplication-unknown"
    # It has a head start of ten minutes by the rules.
    assert numbers_called(desk, 2) == [ticket["number"], ordinary["number"]]


# the paper ---------------------------------------------------------------------------------------


def test_a_ticket_whose_paper_failed_is_not_called_until_it_is_kept(hall, desk):
    ticket = taken(hall.kiosk, "market")
    later = taken(hall.kiosk, "market")
    failed = paper(hall.kiosk, ticket["visit"], "failed").json()
    assert (failed["paper"], failed["tickets"][0]["state"]) == ("failed", "held")
    assert numbers_called(desk, 1) == [later["number"]]
    assert code_of(desk.call()) == "nobody-waiting"
    kept = paper(hall.kiosk, ticket["visit"], "kept").json()
    assert (kept["paper"], kept["tickets"][0]["state"]) == ("kept", "waiting")
    assert numbers_called(desk, 1) == [ticket["number"]]


def test_a_failed_paper_may_be_printed_again_or_given_up(hall, desk):
    again, gone = taken(hall.kiosk, "market"), taken(hall.kiosk, "market")
    for ticket in (again, gone):
        paper(hall.kiosk, ticket["visit"], "failed")
    assert paper(hall.kiosk, again["visit"], "handed_out").json()["paper"] == "handed_out"
    assert code_of(paper(hall.kiosk, again["visit"], "failed")) == "ticket-state"
    assert code_of(paper(hall.kiosk, again["visit"], "kept")) == "ticket-state"
    void = hall.void(gone["ticket"], hall.kiosk)
    assert void.json()["state"] == "void"
    assert numbers_called(desk, 1) == [again["number"]]
    assert code_of(desk.call()) == "nobody-waiting"


def test_handed_out_is_what_the_kiosk_says_came_out(hall):
    ticket = taken(hall.kiosk, "market")
    assert hall.history(ticket["ticket"])["ticket"]["paper"] == "pending"
    paper(hall.kiosk, ticket["visit"], "handed_out")
    shown = hall.history(ticket["ticket"])
    assert shown["ticket"]["paper"] == "handed_out"
    assert [step["act"] for step in shown["steps"]] == ["take", "paper-handed-out"]


# several services in one visit -------------------------------------------------------------------


def test_the_next_service_of_a_visit_is_queued_when_one_finishes(hall, desk):
    visit = take(hall.kiosk, "market", "health", holder=person(5)).json()
    market, health = visit["tickets"]
    assert [market["number"][0], health["number"][0]] == ["A", "B"]
    assert (market["state"], health["state"]) == ("waiting", "later")
    assert desk.call().json()["ticket"] == market["ticket"]
    assert code_of(hall.desks[1].open().call()) == "nobody-waiting"
    finished = desk.on(market["ticket"], "finish").json()
    assert finished["next"]["ticket"] == health["ticket"]
    assert finished["next"]["state"] == "waiting"
    assert hall.desks[1].call().json()["number"] == health["number"]


def test_giving_up_one_service_goes_on_with_the_next_or_ends_all(hall):
    visit = take(hall.kiosk, "market", "health").json()
    hall.void(visit["tickets"][0]["ticket"], hall.kiosk)
    assert hall.history(visit["tickets"][1]["ticket"])["ticket"]["state"] == "waiting"
    visit = take(hall.kiosk, "market", "health").json()
    hall.void(visit["tickets"][0]["ticket"], hall.kiosk, whole_visit=True)
    assert hall.history(visit["tickets"][1]["ticket"])["ticket"]["state"] == "void"


# calling -----------------------------------------------------------------------------------------


def test_who_waits_longest_is_called_of_what_the_window_takes(hall, desk):
    waiting = [taken(hall.kiosk, service) for service in ("market", "health", "advice", "market")]
    assert numbers_called(desk, 3) == [waiting[place]["number"] for place in (0, 1, 3)]
    assert code_of(desk.call()) == "nobody-waiting"  # advice is for windows 01 and 02


def test_priority_and_ordinary_tickets_are_interleaved_by_the_rule(hall, desk):
    hall.set_rules(priority_turns=2, ordinary_turns=1)
    ordinary = [taken(hall.kiosk, "market") for _ in range(4)]
    first = [taken(hall.kiosk, "market", priority="elderly") for _ in range(4)]
    found = numbers_called(desk, 8)
    wanted = [first[0], first[1], ordinary[0], first[2], first[3], ordinary[1]]
    assert found[:6] == [one["number"] for one in wanted]
    assert first[0]["priority_reason"] == "elderly"


def test_a_service_of_smaller_rank_comes_first(hall, desk):
    services = {one["code"]: one for one in hall.head.get("/v1/hall").json()["services"]}
    health = services["health"]
    facts = {name: value for name, value in health.items() if name not in ("code", "etag")}
    path = "/hall-services/health"
    changed = hall.arrange(path, "change-service", health["etag"], **{**facts, "rank": 1}).json()
    market, other = taken(hall.kiosk, "market"), taken(hall.kiosk, "health")
    assert numbers_called(desk, 2) == [other["number"], market["number"]]
    hall.arrange(path, "change-service", changed["etag"], **facts)


def test_a_window_has_at_most_one_ticket_in_hand_and_must_be_open(hall, desk):
    tickets = [taken(hall.kiosk, "market") for _ in range(2)]
    closed = hall.desks[1]
    assert code_of(closed.call()) == "window-not-open"
    desk.call()
    second = desk.call()
    assert (code_of(second), second.json()["number"]) == ("ticket-in-hand", tickets[0]["number"])
    assert code_of(desk.on(tickets[1]["ticket"], "call")) == "ticket-in-hand"
    assert code_of(desk.state("closed")) == "ticket-in-hand"
    assert desk.state("paused", "系统升级").json()["reason"] == "系统升级"
    desk.on(tickets[0]["ticket"], "finish")
    assert code_of(desk.call()) == "window-not-open"
    assert code_of(desk.state("paused")) == "invalid-request"


def test_one_may_be_called_out_of_turn_but_only_where_it_is_done(hall, desk):
    tickets = [taken(hall.kiosk, "market") for _ in range(3)]
    called = desk.on(tickets[2]["ticket"], "call").json()
    assert (called["state"], called["window"], called["calls"]) == ("called", "03", 1)
    other = hall.desks[1].open()
    assert code_of(other.on(tickets[2]["ticket"], "call")) == "ticket-state"
    advice = taken(hall.kiosk, "advice")
    assert code_of(other.on(advice["ticket"], "call")) == "service-not-here"


def test_recalled_up_to_the_limit_then_passed_and_back_behind_three(hall, desk):
    hall.set_rules(recall_limit=3, reinsert_after=3, passes_limit=2)
    tickets = [taken(hall.kiosk, "market") for _ in range(6)]
    first = tickets[0]["ticket"]
    desk.call()
    assert [desk.on(first, "recall").json()["calls"] for _ in range(2)] == [2, 3]
    assert code_of(desk.on(first, "recall")) == "recall-limit"
    passed = desk.on(first, "pass").json()
    assert (passed["ticket"]["state"], passed["may_return"]) == ("passed", True)
    assert code_of(desk.on(first, "pass")) == "ticket-state"
    back = reinsert(hall.kiosk, first)
    assert (back.status_code, back.json()["state"]) == (200, "waiting")
    numbers = [one["number"] for one in tickets]
    assert numbers_called(desk, 3) == numbers[1:4]
    again = desk.call().json()
    assert again["ticket"] == first
    assert again["waited"] == hall.history(first)["ticket"]["waited"]
    passed = desk.on(first, "pass").json()
    assert passed["may_return"] is False
    assert code_of(reinsert(hall.kiosk, first)) == "passed-too-often"
    hall.set_rules(passes_limit=3)


def test_two_who_come_back_keep_the_order_in_which_they_came(hall, desk):
    hall.set_rules(reinsert_after=2)
    tickets = [taken(hall.kiosk, "market") for _ in range(6)]
    for one in tickets[:2]:
        desk.on(one["ticket"], "call")
        desk.on(one["ticket"], "pass")
    for one in tickets[1::-1]:
        reinsert(hall.kiosk, one["ticket"])
    numbers = [one["number"] for one in tickets]
    assert numbers_called(desk, 6) == [numbers[place] for place in (2, 3, 1, 0, 4, 5)]
    hall.set_rules(reinsert_after=3)


def test_parked_and_taken_back_and_the_time_in_hand_adds_up(hall, desk):
    one, other = taken(hall.kiosk, "market"), taken(hall.kiosk, "market")
    desk.call()
    parked = desk.on(one["ticket"], "park", reason="补拍照片").json()
    assert parked["state"] == "parked"
    assert desk.workbench()["parked"][0]["number"] == one["number"]
    assert desk.call().json()["number"] == other["number"]
    assert code_of(desk.on(one["ticket"], "take-back")) == "ticket-in-hand"
    desk.on(other["ticket"], "finish")
    back = desk.on(one["ticket"], "take-back").json()
    assert (back["state"], back["window"]) == ("called", "03")
    done = desk.on(one["ticket"], "finish").json()["ticket"]
    assert done["state"] == "finished"
    assert done["served"] >= 0


def test_transferred_to_another_service_and_to_another_window(hall, desk):
    other = hall.desks[1].open()
    ticket = taken(hall.kiosk, "market", holder=person(6))
    late = taken(hall.kiosk, "health")
    desk.call()
    moved = desk.on(ticket["ticket"], "transfer", to_service="health", reason="先办许可").json()
    assert (moved["service"], moved["number"], moved["waited"]) == (
        "health",
        ticket["number"],
        None,
    )
    assert code_of(take(hall.kiosk, "health", holder=person(6))) == "ticket-exists"
    taken(hall.kiosk, "market", holder=person(6))
    # It keeps the place of the time it was taken at, so it comes before who came later.
    assert other.call().json()["number"] == ticket["number"]
    third = hall.desks[2].open()
    sent = other.on(ticket["ticket"], "transfer", to_window=third.window).json()
    assert sent["to_window"] == third.window == "05"
    assert desk.call().json()["number"] == late["number"]
    assert third.call().json()["number"] == ticket["number"]
    nowhere = third.on(ticket["ticket"], "transfer")
    assert code_of(nowhere) == "invalid-request"
    assert code_of(third.on(ticket["ticket"], "transfer", to_window="06")) == "window-closed"
    assert code_of(third.on(ticket["ticket"], "transfer", to_window="99")) == "window-unknown"
    assert code_of(third.on(ticket["ticket"], "transfer", to_service="x")) == "service-unknown"


def test_who_was_sent_to_a_window_that_closes_is_called_by_another(hall, desk):
    target = hall.desks[1].open()
    ticket = taken(hall.kiosk, "market")
    desk.call()
    desk.on(ticket["ticket"], "transfer", to_window=target.window)
    assert code_of(desk.call()) == "nobody-waiting"
    assert code_of(desk.on(ticket["ticket"], "call")) == "ticket-elsewhere"
    assert target.state("closed").status_code == 200
    assert desk.call().json()["number"] == ticket["number"]


def test_only_the_window_that_has_it_acts_on_it(hall, desk):
    ticket = taken(hall.kiosk, "market")["ticket"]
    desk.call()
    other = hall.desks[1].open()
    for act in ("recall", "pass", "park", "start", "finish"):
        assert code_of(other.on(ticket, act)) == "ticket-elsewhere", act
    assert code_of(other.on(ticket, "transfer", to_service="health")) == "ticket-elsewhere"
    assert code_of(hall.void(ticket, other.client)) == "ticket-elsewhere"
    assert code_of(hall.void(ticket, hall.kiosk)) == "ticket-state"
    assert code_of(other.on(CASE, "finish")) == "not-found"


def test_the_card_of_the_person_called_begins_the_service_a_strangers_says_so(hall, desk):
    ticket = taken(hall.kiosk, "market", holder=person(7))["ticket"]
    desk.call()
    stranger = desk.on(ticket, "start", holder=person(8))
    assert code_of(stranger) == "other-person"
    assert person(7)["number"] not in stranger.text
    assert desk.on(ticket, "start", holder=person(7)).json()["state"] == "serving"
    assert desk.on(ticket, "start").json()["state"] == "serving"
    assert code_of(desk.on(ticket, "recall")) == "ticket-state"
    assert desk.on(ticket, "finish").json()["ticket"]["state"] == "finished"


def test_four_windows_call_one_ticket_at_once_and_one_gets_it(hall):
    desks = [desk.open() for desk in hall.desks]
    for _ in range(6):
        ticket = taken(hall.kiosk, "market")["ticket"]
        answers = side_by_side([lambda d=d, t=ticket: d.on(t, "call") for d in desks])
        won = [one for one in answers if one.status_code == 200]
        assert len(won) == 1
        assert {code_of(one) for one in answers if one.status_code != 200} == {"ticket-state"}
        winner = next(d for d, one in zip(desks, answers, strict=True) if one.status_code == 200)
        winner.on(ticket, "finish")


def test_the_county_next_door_sees_and_does_nothing_of_it(hall, desk):
    from platform_client import neighbour

    ticket = taken(hall.kiosk, "market")
    with neighbour(hall.platform) as east:
        assert code_of(east.get(f"/v1/tickets/{ticket['ticket']}")) == "not-found"
        assert code_of(east.get(f"/v1/ticket-positions/{ticket['number']}")) == "not-found"
        assert east.get("/v1/hall/queue").json()["waiting"] == 0
        assert code_of(hall.void(ticket["ticket"], east)) == "not-found"
        assert code_of(paper(east, ticket["visit"], "failed")) == "not-found"
