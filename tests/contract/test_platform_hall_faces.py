"""What the faces of a hall ask and hear, and what its head arranges."""

import pytest
from hall_desk import CASE, Hall, paper, person, reinsert, take, taken
from hall_fixtures import hall_on
from platform_client import Stream, code_of, neighbour, new_key
from store_under_test import opened

KINDS = (
    "ticket-taken,ticket-called,ticket-recalled,ticket-passed,ticket-parked,ticket-returned,"
    "ticket-transferred,ticket-finished,ticket-void,window-changed,hall-arranged"
)


@pytest.fixture(scope="module")
def whole_hall(tmp_path_factory):
    with hall_on("sqlite", tmp_path_factory.mktemp("faces")) as hall:
        yield hall


@pytest.fixture
def hall(whole_hall):
    whole_hall.clear()
    return whole_hall


@pytest.fixture
def desk(hall):
    return hall.desks[0].open()


# questions ---------------------------------------------------------------------------------------


def test_what_another_hall_gave_out_is_named_and_not_shown(hall, desk):
    visit = take(hall.kiosk, "market").json()
    booking = {"act": "book", "service": "market", "day": "2026-11-25", "start": "09:00"}
    booking |= {"holder": person(77), "name": "测试甲"}
    booked = hall.kiosk.post("/v1/appointments", booking, Idempotency_Key=new_key())
    assert booked.status_code == 201, booked.text
    for face in (hall.kiosk, desk.client):
        own = face.get(f"/v1/visits/{visit['visit']}").json()
        assert own["tickets"][0]["number"] == visit["tickets"][0]["number"]
        nobodys = face.get("/v1/visits/00000000-0000-4000-8000-000000000001")
        assert code_of(nobodys) == "not-found"
    path = f"/v1/appointments/{booked.json()['code']}"
    with neighbour(hall.platform) as there:
        answers = (
            there.get(f"/v1/visits/{visit['visit']}"),
            there.get(path),
            there.post(path + "/check-in", {"act": "check-in"}, Idempotency_Key=new_key()),
        )
    for answer in answers:
        assert code_of(answer) == "elsewhere"
        told = answer.json()
        assert told["place"] == "市民之家"
        assert told.keys() == {"type", "title", "status", "code", "place"}


def test_the_workbench_has_all_a_queue_panel_shows(hall, desk):
    tickets = [taken(hall.kiosk, "market") for _ in range(7)]
    taken(hall.kiosk, "advice")
    desk.call()
    desk.on(tickets[0]["ticket"], "pass")
    desk.call()
    bench = desk.workbench()
    assert bench["in_hand"]["number"] == tickets[1]["number"]
    assert bench["window"]["in_hand"] == tickets[1]["number"]
    assert bench["window"]["state"] == "open"
    assert bench["waiting"] == 5
    assert {one["service"]: one["waiting"] for one in bench["services"]}["market"] == 5
    assert "advice" not in {one["service"] for one in bench["services"]}
    assert [one["number"] for one in bench["next"]] == [one["number"] for one in tickets[2:]]
    assert [one["number"] for one in bench["passed"]] == [tickets[0]["number"]]
    assert hall.screen.get("/v1/workbench").json()["in_hand"] == bench["in_hand"]


def test_a_person_sees_the_own_position_and_how_the_wait_is_computed(hall, desk):
    tickets = [taken(hall.kiosk, "market") for _ in range(3)]
    last = hall.kiosk.get(f"/v1/ticket-positions/{tickets[2]['number']}").json()
    assert (last["state"], last["ahead"]) == ("waiting", 2)
    expected = last["expected"]
    assert expected["open_windows"] == 1
    assert expected["seconds"] == 2 * expected["mean_service_s"]
    taken(hall.kiosk, "market", priority="pregnant")
    last = hall.kiosk.get(f"/v1/ticket-positions/{tickets[2]['number']}").json()
    assert last["ahead"] == 3
    assert code_of(hall.kiosk.get("/v1/ticket-positions/Z999")) == "not-found"
    assert code_of(hall.kiosk.get("/v1/ticket-positions/nonsense")) == "invalid-request"


def test_the_expected_wait_follows_what_was_served_lately(hall, desk):
    before = queue(hall)["civil"]["expected"]
    assert (before["basis"], before["mean_service_s"]) == ("standard", 540)
    for _ in range(5):
        ticket = taken(hall.kiosk, "civil")["ticket"]
        desk.on(ticket, "call")
        desk.on(ticket, "finish")
    after = queue(hall)["civil"]["expected"]
    assert (after["basis"], after["samples"]) == ("recent", 5)
    assert after["mean_service_s"] < 540


def queue(hall):
    return {one["service"]: one for one in hall.kiosk.get("/v1/hall/queue").json()["services"]}


def test_the_queue_counts_those_who_wait_and_nobody_else(hall, desk):
    visit = take(hall.kiosk, "market", "health", priority="soldier").json()
    held = taken(hall.kiosk, "market")
    paper(hall.kiosk, held["visit"], "failed")
    now = queue(hall)
    assert (now["market"]["waiting"], now["market"]["priority_waiting"]) == (1, 1)
    assert now["health"]["waiting"] == 0
    assert now["market"]["longest_wait_s"] >= 0
    desk.on(visit["tickets"][0]["ticket"], "call")
    assert queue(hall)["market"]["waiting"] == 0


def test_the_board_shows_the_last_five_calls_with_masked_names(hall, desk):
    for serial in range(7):
        taken(hall.kiosk, "market", holder=person(20 + serial), name=f"{serial}号测试人")
    for _ in range(6):
        ticket = desk.call().json()
        desk.on(ticket["ticket"], "finish")
    ticket = desk.call().json()
    desk.on(ticket["ticket"], "recall")
    board = hall.display.get("/v1/hall/board").json()
    assert [one["name"] for one in board["calls"]] == ["6*", "5*", "4*", "3*", "2*"]
    assert (board["calls"][0]["call"], board["calls"][0]["window"]) == (2, "03")
    assert board["hall_name"] == "市民之家"
    assert {one["service"]: one["waiting"] for one in board["waiting"]}["market"] == 0
    assert "测试人" not in hall.display.get("/v1/hall/board").text


def test_the_card_shows_the_tickets_of_today_and_the_look_is_on_record(hall):
    visit = take(hall.kiosk, "market", "health", holder=person(30)).json()
    body = {"holder": person(30), "purpose": "查询今日票号"}
    found = hall.kiosk.post("/v1/ticket-queries", body).json()["tickets"]
    assert [one["ticket"] for one in found] == [one["ticket"] for one in visit["tickets"]]
    nobody = hall.kiosk.post("/v1/ticket-queries", {**body, "holder": person(31)}).json()
    assert nobody == {"tickets": []}
    looks = records(hall, "tickets")
    assert [look["holder_number"] for look in looks][-2:] == [
        person(30)["number"],
        person(31)["number"],
    ]
    assert {look["purpose"] for look in looks} == {"查询今日票号"}


def records(hall: Hall, resource: str):
    with opened(hall.platform.data_dir) as store:
        statement = "SELECT * FROM data_uses WHERE resource = ? ORDER BY at"
        return store.execute(statement, (resource,)).mappings().all()


def test_nothing_the_hall_keeps_holds_a_name_or_a_number(hall):
    take(hall.kiosk, "market", holder=person(40), name="司马不留名")
    with opened(hall.platform.data_dir) as store:
        for table in ("visits", "tickets", "ticket_steps", "events", "idempotency_keys"):
            everything = str(store.execute(f"SELECT * FROM {table}").fetchall())
            assert person(40)["number"] not in everything, table
            assert "司马不留名" not in everything, table


def test_a_tickets_history_says_who_did_what_where(hall, desk):
    ticket = taken(hall.kiosk, "market")["ticket"]
    desk.call()
    desk.on(ticket, "recall")
    desk.on(ticket, "pass")
    reinsert(desk.client, ticket)
    desk.call()
    desk.on(ticket, "start")
    desk.on(ticket, "finish")
    steps = hall.history(ticket)["steps"]
    assert [step["act"] for step in steps] == [
        *("take", "call", "recall", "pass", "reinsert", "call", "start", "finish")
    ]
    assert [step["to_state"] for step in steps] == [
        *("waiting", "called", "called", "passed", "waiting", "called", "serving", "finished")
    ]
    assert steps[0]["by"] == "kiosk-01"
    assert {step["by"] for step in steps[1:]} == {desk.client.operator["id"]}


def test_the_head_reads_the_days_list_page_by_page(hall):
    tickets = [taken(hall.kiosk, "city") for _ in range(5)]
    first = hall.head.get("/v1/tickets?service=city&state=waiting&limit=2").json()
    rest = hall.head.get(
        f"/v1/tickets?service=city&state=waiting&limit=200&cursor={first['next']}"
    ).json()
    found = [one["number"] for one in (*first["tickets"], *rest["tickets"])]
    assert found == [one["number"] for one in tickets]
    assert rest["next"] is None
    assert hall.head.get("/v1/tickets?day=2026-11-23").json()["tickets"] == []
    assert code_of(hall.head.get("/v1/tickets?state=lost")) == "invalid-request"


# what is heard -----------------------------------------------------------------------------------


def test_everything_that_happens_is_told_with_nothing_of_the_person(hall):
    desk = hall.desks[0]
    with Stream(hall.display, f"?kinds={KINDS}") as stream:
        desk.open()
        ticket = taken(hall.kiosk, "market", holder=person(50), name="上官测试", priority="ill")
        desk.call()
        desk.on(ticket["ticket"], "recall")
        desk.on(ticket["ticket"], "pass")
        reinsert(hall.kiosk, ticket["ticket"])
        desk.call()
        desk.on(ticket["ticket"], "park")
        desk.on(ticket["ticket"], "take-back")
        desk.on(ticket["ticket"], "transfer", to_service="health")
        desk.call()
        desk.on(ticket["ticket"], "finish")
        void = taken(hall.kiosk, "market")
        hall.void(void["ticket"], hall.kiosk)
        heard = [stream.next() for _ in range(14)]
    assert [one["kind"] for one in heard] == [
        "window-changed",
        "ticket-taken",
        "ticket-called",
        "ticket-recalled",
        "ticket-passed",
        "ticket-returned",
        "ticket-recalled",
        "ticket-parked",
        "ticket-returned",
        "ticket-transferred",
        "ticket-called",
        "ticket-finished",
        "ticket-taken",
        "ticket-void",
    ]
    for one in heard[1:]:
        assert {"ticket", "number", "service"} <= one["body"].keys()
        assert one["hall"] == "99030201"
    window, first, called, again = (one["body"] for one in heard[:4])
    assert (window["window"], window["state"], window["operator_present"]) == ("03", "open", True)
    assert "market" in window["services"]
    assert (first["source"], first["priority"]) == ("kiosk", "priority")
    assert (called["window"], called["call"], called["name"]) == ("03", 1, "上*")
    assert isinstance(called["waited"], int)
    assert (again["call"], again["waited"]) == (2, called["waited"])
    moved, other = heard[9]["body"], heard[10]["body"]
    assert (moved["service"], moved["to_service"]) == ("market", "health")
    assert (other["service"], other["call"]) == ("health", 1)
    assert heard[11]["body"]["served"] >= 0
    everything = str(heard)
    assert "上官" not in everything
    assert person(50)["number"] not in everything


# the arrangement ---------------------------------------------------------------------------------


def test_the_head_says_which_services_a_window_takes(hall, desk):
    window = next(one for one in windows(hall) if one["window"] == "03")
    services = window["services"]
    path = "/hall-windows/03/services"
    changed = hall.arrange(path, "arrange-window", window["etag"], services=["advice"])
    assert changed.json()["services"] == ["advice"]
    taken(hall.kiosk, "market")
    assert code_of(desk.call()) == "nobody-waiting"
    advice = taken(hall.kiosk, "advice")
    assert desk.call().json()["number"] == advice["number"]
    stale = hall.arrange(path, "arrange-window", window["etag"], services=services)
    assert code_of(stale) == "changed-meanwhile"
    etag = changed.json()["etag"]
    wrong = hall.arrange(path, "arrange-window", etag, services=["nothing"])
    assert (code_of(wrong), wrong.json()["services"]) == ("service-unknown", ["nothing"])
    assert hall.arrange(path, "arrange-window", etag, services=services).status_code == 200
    missing = hall.arrange("/hall-windows/99/services", "arrange-window", "*", services=[])
    assert code_of(missing) == "not-found"


def windows(hall):
    return hall.head.get("/v1/hall/windows").json()


def test_every_window_says_its_state_who_is_there_and_since_when(hall, desk):
    desk.state("paused", "打印机换纸")
    found = {one["window"]: one for one in windows(hall)}
    assert len(found) == 12
    shown = found["03"]
    assert (shown["state"], shown["reason"]) == ("paused", "打印机换纸")
    assert (shown["operator"], shown["operator_name"]) == (
        desk.client.operator["id"],
        desk.client.operator["name"],
    )
    assert shown["since"].startswith("2026-11-24T")
    assert (found["04"]["state"], found["04"]["operator"]) == ("closed", "")


def test_the_head_closes_a_window_and_its_clerk_opens_it_again(hall, desk):
    ordered = hall.arrange(
        "/hall-windows/03/state", "order-window", state="closed", reason="人员调整"
    )
    assert ordered.json()["state"] == "closed"
    assert code_of(desk.call()) == "window-not-open"
    desk.open()
    assert code_of(desk.call()) == "nobody-waiting"


def test_a_clerk_changes_no_other_window(hall, desk):
    body = {
        "act": "change-window",
        "operator": desk.client.operator,
        "window": "04",
        "state": "open",
    }
    answer = desk.client.post("/v1/window-state", body, Idempotency_Key=new_key())
    assert code_of(answer) == "other-window"


def test_a_new_service_has_a_letter_of_its_own(hall):
    facts = {
        "prefix": "H",
        "name": "出入境与户政",
        "position": 9,
        "items": [],
        "mean_service_s": 500,
    }
    added = hall.arrange("/hall-services", "add-service", code="police", **facts)
    assert added.status_code == 201
    assert taken(hall.kiosk, "police")["number"] == "H001"
    twice = hall.arrange("/hall-services", "add-service", code="police", **facts)
    assert code_of(twice) == "service-exists"
    letter = hall.arrange("/hall-services", "add-service", code="more", **facts)
    assert (code_of(letter), letter.json()["service"]) == ("prefix-used", "police")


def test_the_opening_hours_decide_where_the_rules_say_so(hall):
    shown = hall.head.get("/v1/hall/opening").json()
    etag = shown.pop("etag")
    closed = {"day": "2026-11-24", "spans": [], "note": "盘点"}
    changed = hall.arrange(
        "/hall/opening", "set-opening", etag, **{**shown, "exceptions": [closed]}
    )
    assert hall.kiosk.get("/v1/hall").json()["open_now"] is False
    taken(hall.kiosk, "market")
    hall.set_rules(only_when_open=True)
    assert code_of(take(hall.kiosk, "market")) == "hall-closed"
    taken(hall.desks[0].client, "market")  # who stands at a window gets a number there
    etag = changed.json()["etag"]
    assert hall.arrange("/hall/opening", "set-opening", etag, **shown).status_code == 200
    assert hall.kiosk.get("/v1/hall").json()["open_now"] is True
    taken(hall.kiosk, "market")
    hall.set_rules(only_when_open=False)


def test_acts_on_nothing_and_shapes_that_are_none(hall, desk):
    for act in ("call", "recall", "pass", "park", "take-back", "start", "finish"):
        assert code_of(desk.on(CASE, act)) == "not-found", act
    assert code_of(reinsert(hall.kiosk, CASE)) == "not-found"
    assert code_of(paper(hall.kiosk, CASE, "failed")) == "not-found"
    assert code_of(take(hall.kiosk)) == "invalid-request"
    assert code_of(take(hall.kiosk, "market", priority="friend")) == "invalid-request"
    assert code_of(take(hall.kiosk, "market", colour="red")) == "invalid-request"


def test_an_address_names_all_its_methods(hall):
    answer = hall.head.request("DELETE", "/v1/tickets")
    assert (answer.status_code, code_of(answer)) == (405, "wrong-method")
    assert answer.headers["allow"] == "GET, POST"
