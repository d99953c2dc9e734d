"""A window that is switched off: nobody signs in there, nobody is called, nobody is forgotten."""

import json
import threading

import pyotp
import pytest
from hall_desk import Desk, person, take, taken
from identity_platform import STORES, act, identity_platform, into
from platform_client import accept_act, code_of, new_key
from sqlalchemy import text

from counter_app.platform_link.exchange import Answer
from counter_app.platform_link.ticketing import HttpTicketing

STANDING = "/v1/administration/window-standing"
HALL = "99030201"
ESTATE = ("11", "12")  # the two windows that take real estate


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture
def demo(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        yield running


def switch(platform, window, *, active, username="system", **members):
    with platform.signed_in(username) as administrator:
        return act(
            administrator,
            STANDING,
            "switch-window",
            **{"hall": HALL, "code": window, "active": active, "reason": "窗口改造", **members},
        )


def off(platform, window, **members):
    answer = switch(platform, window, active=False, **members)
    assert answer.status_code == 200, answer.text
    return answer.json()


def desk(platform, username="clerk03", window="03"):
    return Desk(platform.signed_in(username, window=window))


def device(platform, code):
    client = platform.anonymous()
    return into(client, client.post("/v1/device-sessions", platform.device(code)))


def kiosk(platform):
    return device(platform, platform.accounts["kiosks"][0]["device"])


def queue(client, service):
    return next(
        one for one in client.get("/v1/hall/queue").json()["services"] if one["service"] == service
    )


class AsKiosk:
    """The counter's own link, with the test's client below it."""

    def __init__(self, client):
        self.client = client

    def as_device(self, method, path):
        answer = self.client.request(method, path)
        return Answer(answer.status_code, answer.headers, answer.content)


def offered(machine):
    """The services a kiosk shows."""
    return {one.code for one in HttpTicketing(AsKiosk(machine)).hall().services}


def windows(client):
    return {one["window"]: one for one in client.get("/v1/hall/windows").json()}


def test_who_is_signed_in_there_is_out_and_nobody_gets_in(platform):
    clerk = desk(platform).open()
    elsewhere = desk(platform, "clerk04", "04").open()
    done = off(platform, "03")
    assert done["sessions_ended"] == 1
    assert done["left_waiting"] == []
    shown = done["window"]
    assert (shown["active"], shown["state"], shown["operator"]) == (False, "closed", "")
    assert shown["reason"] == "窗口改造"
    assert code_of(clerk.call()) == "not-signed-in"
    renewed = platform.anonymous().post(
        "/v1/sessions/refresh", {"refresh_token": clerk.client.session["refresh_token"]}
    )
    assert code_of(renewed) == "session-ended"
    refused = platform.anonymous().post("/v1/sessions", platform.account("clerk03"))
    assert (refused.status_code, code_of(refused)) == (409, "window-off")
    assert "停用" in refused.json()["title"]
    assert elsewhere.client.get("/v1/workbench").status_code == 200
    assert platform.signed_in("clerk03", window="05").session["window"]["code"] == "05"

    on = switch(platform, "03", active=True).json()
    assert (on["window"]["active"], on["window"]["state"]) == (True, "closed")
    assert on["window"]["reason"] == ""
    assert desk(platform).open().workbench()["window"]["state"] == "open"


def test_it_counts_as_open_no_more_and_is_shown_as_off(demo):
    for code, window in (("clerk03", "03"), ("clerk04", "04")):
        desk(demo, code, window).open()
    head = demo.signed_in("head")
    before = queue(head, "market")
    assert (before["expected"]["open_windows"], before["windows_on"]) == (2, 6)
    off(demo, "03")
    after = queue(head, "market")
    assert (after["expected"]["open_windows"], after["windows_on"]) == (1, 5)
    assert [code for code, one in windows(head).items() if not one["active"]] == ["03"]
    live = head.get("/v1/analytics/live").json()["windows"]
    assert {one["window"] for one in live if not one["active"]} == {"03"}
    with demo.signed_in("system") as system:
        (hall,) = system.get("/v1/administration/windows").json()["halls"]
        assert [one["code"] for one in hall["windows"] if not one["active"]] == ["03"]


def test_who_was_sent_to_it_is_called_by_another(platform):
    desk(platform).open()
    other = desk(platform, "clerk04", "04").open()
    taken(kiosk(platform), "market")
    ticket = other.call().json()
    sent = other.on(ticket["ticket"], "transfer", to_window="03", reason="原窗口办理")
    assert sent.status_code == 200, sent.text
    assert code_of(other.call()) == "nobody-waiting"
    off(platform, "03")
    assert other.call().json()["number"] == ticket["number"]
    back = other.on(ticket["ticket"], "transfer", to_window="03", reason="原窗口办理")
    assert code_of(back) == "window-closed"


def test_a_number_in_hand_is_finished_first(platform):
    clerk = desk(platform).open()
    taken(kiosk(platform), "market")
    ticket = clerk.call().json()
    refused = switch(platform, "03", active=False)
    assert (refused.status_code, code_of(refused)) == (409, "ticket-in-hand")
    assert refused.json()["number"] == ticket["number"]
    assert clerk.on(ticket["ticket"], "finish").status_code == 200  # and was not signed out
    off(platform, "03")


def test_numbers_that_only_it_could_call_are_not_stranded_unawares(platform):
    off(platform, ESTATE[1])
    clerk = desk(platform, "clerk04", ESTATE[0]).open()
    machine = kiosk(platform)
    assert "estate" in offered(machine)
    first, second = (taken(machine, "estate", holder=person(serial)) for serial in (1, 2))
    assert clerk.call().json()["number"] == first["number"]
    assert clerk.on(first["ticket"], "park", reason="补材料").status_code == 200

    refused = switch(platform, ESTATE[0], active=False)
    assert (refused.status_code, code_of(refused)) == (409, "waiting-only-here")
    (left,) = refused.json()["services"]
    assert (left["service"], left["open"]) == ("estate", 2)
    assert clerk.client.get("/v1/workbench").status_code == 200  # nothing has changed
    (told,) = off(platform, ESTATE[0], leave_waiting=True)["left_waiting"]
    assert told == left

    head = platform.signed_in("head")
    shown = queue(head, "estate")
    assert (shown["waiting"], shown["windows_on"], shown["taking"]) == (1, 0, False)
    assert code_of(take(machine, "estate", holder=person(3))) == "service-closed"
    assert "estate" not in offered(machine)
    assert "market" in offered(machine)

    # The head of the hall gives the service to another window, which goes on with both.
    other = windows(head)["03"]
    arranged = head.post(
        "/v1/hall-windows/03/services",
        {"act": "arrange-window", "services": [*other["services"], "estate"]},
        Idempotency_Key=new_key(),
        If_Match=other["etag"],
    )
    assert arranged.status_code == 200, arranged.text
    here = desk(platform).open()
    called = here.on(second["ticket"], "call").json()
    assert called["number"] == second["number"]
    assert here.on(second["ticket"], "finish").status_code == 200
    taken_back = here.on(first["ticket"], "take-back")
    assert taken_back.status_code == 200, taken_back.text
    assert taken(machine, "estate", holder=person(3))["state"] == "waiting"


def test_what_its_counter_had_not_sent_is_still_delivered(demo):
    counter = device(demo, demo.accounts["devices"][0]["device"])
    window = counter.session["device"]["window"]["code"]
    clerk = desk(demo, "clerk03", window)
    made = accept_act(clerk.client, clerk.client.lease(1)[0])
    off(demo, window)
    acts = [{"key": new_key(), "act": "accept", "body": made}]
    answer = counter.post("/v1/sync/batches", {"acts": acts})
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["answers"]
    assert result["status"] == 201, result
    assert device(demo, demo.accounts["devices"][0]["device"]).session["session"]


def test_past_figures_keep_it(demo):
    clerk = desk(demo).open()
    taken(kiosk(demo), "market")
    ticket = clerk.call().json()["ticket"]
    demo.pass_time(minutes=7)
    assert clerk.on(ticket, "finish").status_code == 200
    head = demo.signed_in("head")
    path = "/v1/analytics/figures?from=2026-11-24&to=2026-11-24&by=window"
    before = head.get(path).json()
    assert "03" in [one["label"] for one in before["parts"]]
    off(demo, "03")
    assert head.get(path).json()["parts"] == before["parts"]


def test_a_sign_in_under_way_ends_at_a_window_that_went_off(demo):
    with demo.signed_in("security") as security:
        act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name="second_factor.clerk",
            hall=HALL,
            value="any",
        )
    with demo.anonymous() as client:
        asked = client.post("/v1/sessions", demo.account("clerk03")).json()
        begin = {"sign_in": asked["sign_in"], "kind": "totp"}
        begun = client.post("/v1/sessions/enrolments", begin).json()
        off(demo, "03")
        done = client.post(
            "/v1/sessions/enrolments/completion",
            {
                "sign_in": asked["sign_in"],
                "enrolment": begun["enrolment"],
                "name": "我的",
                "code": pyotp.TOTP(begun["secret"]).at(demo.clock.now()),
            },
        )
    assert code_of(done) == "window-off"


def test_who_signs_in_while_it_is_switched_off_is_out_or_refused(platform):
    """Side by side: whichever comes first, nobody is left signed in at a window that is off."""
    for _ in range(3):
        codes, gate = [], threading.Barrier(5)

        def sign_in(gate=gate, codes=codes):
            with platform.anonymous() as client:
                gate.wait()
                answer = client.post("/v1/sessions", platform.account("clerk03"))
                codes.append(answer.status_code)

        people = [threading.Thread(target=sign_in) for _ in range(4)]
        for one in people:
            one.start()
        with platform.signed_in("system") as system:
            gate.wait()
            members = {"hall": HALL, "code": "03", "active": False, "reason": "改造"}
            assert act(system, STANDING, "switch-window", **members).status_code == 200
        for one in people:
            one.join()
        assert set(codes) <= {201, 409}
        with platform.store.read() as connection:
            left = connection.execute(
                text(
                    "SELECT count(*) FROM sessions WHERE \"window\" = '03' AND hall = :hall"
                    " AND kind = 'operator' AND ended_at IS NULL"
                ),
                {"hall": HALL},
            ).scalar_one()
        assert left == 0
        assert switch(platform, "03", active=True).status_code == 200


def test_it_is_the_system_administrators_and_of_the_own_county(demo):
    for username in ("head", "security", "audit"):
        assert code_of(switch(demo, "03", active=False, username=username)) == "not-allowed"
    assert code_of(switch(demo, "99", active=False)) == "not-found"
    assert code_of(switch(demo, "01", active=False, hall="99030401")) == "invalid-request"
    assert code_of(switch(demo, "03", active=False, reason=" ")) == "invalid-request"


def test_it_stands_in_the_audit_and_is_told(demo):
    desk(demo)
    off(demo, "03")
    switch(demo, "03", active=True)
    with demo.signed_in("audit") as auditor:
        lines = auditor.get("/v1/audit/lines?kind=window-changed").json()["lines"]
    assert [one["facts"]["what"] for one in lines] == ["switched-on", "switched-off"]
    assert lines[1]["facts"]["sessions_ended"] == 1
    assert "窗口改造" not in json.dumps(lines, ensure_ascii=False)
    with demo.store.read() as connection:
        bodies = connection.execute(
            text("SELECT body FROM events WHERE kind = 'window-changed' ORDER BY id")
        ).scalars()
        assert [json.loads(one)["active"] for one in bodies] == [False, True]
