"""Accounts of the online hall over a real socket: registering, verifying, organisations."""

import json
import queue
import statistics
import time

import pytest
from answering_server import AnsweringServer, answer
from identity_platform import STORES, act, identity_platform, into
from platform_client import Client, code_of
from platform_process import PlatformProcess
from sqlalchemy import select, text

from hall_platform.check_digits import resident_number
from hall_platform.exchange.tables import data_uses
from hall_platform.identity.tables import citizens
from hall_platform.identity.text_messages import text_messages

PASSWORD = "a garden with nine old walls"
OTHER = "seven boats upon the lake"


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture
def demo(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        yield running


def resident(platform, position=0):
    return [one for one in platform.people["people"] if one["kind"] == "resident"][position]


def registration(person, **changes):
    body = {
        **{name: person[name] for name in ("kind", "number", "name")},
        "mobile": "12000000001",
        "password": PASSWORD,
    }
    return {**body, **changes}


def register(platform, body):
    client = platform.anonymous()
    sent = client.post("/v1/citizen-registrations", body)
    assert sent.status_code == 202, sent.text
    code = platform.code_sent_to(body["mobile"])
    confirmation = {"registration": sent.json()["id"], "code": code}
    return client, client.post("/v1/citizens", confirmation)


def registered(platform, position=0, **changes):
    client, made = register(platform, registration(resident(platform, position), **changes))
    assert made.status_code == 201, made.text
    return into(client, made)


def test_who_has_the_number_and_the_mobile_gets_an_account(platform):
    person = resident(platform)
    with registered(platform) as citizen:
        account = citizen.get("/v1/own-account").json()
        assert (account["name"], account["level"]) == (person["name"], 1)
        assert account["mobile"] == "120****0001"
        assert person["number"] not in json.dumps(account)
        assert citizen.get("/v1/own-organisations").json() == {"organisations": []}
    body = {"kind": "resident", "number": person["number"], "password": PASSWORD}
    again = platform.anonymous().post("/v1/citizen-sessions", body)
    assert again.status_code == 201
    token = {"refresh_token": again.json()["refresh_token"]}
    client = platform.anonymous()
    renewed = client.post("/v1/citizen-sessions/refresh", token)
    assert renewed.json()["citizen"]["id"] == account["id"]
    assert code_of(client.post("/v1/citizen-sessions/refresh", token)) == "session-ended"
    newest = {"refresh_token": renewed.json()["refresh_token"]}
    assert code_of(client.post("/v1/citizen-sessions/refresh", newest)) == "session-ended"


def test_the_look_into_the_population_library_is_recorded(platform):
    person = resident(platform)
    registered(platform).http.close()
    with platform.store.read() as connection:
        (look,) = connection.execute(
            select(data_uses).where(data_uses.c.holder_number == person["number"])
        )
    assert (look.resource, look.purpose) == ("population-basic", "网上用户注册核验")
    assert (json.loads(look.answered), look.outcome) == (["name"], "answered")
    assert look.citizen


def test_a_registered_number_a_wrong_name_and_an_unknown_number_look_alike(platform):
    person, other = resident(platform), resident(platform, 1)
    registered(platform).http.close()
    unknown = {**other, "number": resident_number("990302", "19800101", 987)}
    answers = []
    for position, body in enumerate(
        (
            registration(person, mobile="12000000011"),  # has an account
            registration(other, name="别人", mobile="12000000012"),
            registration(unknown, mobile="12000000013"),
        )
    ):
        client = platform.anonymous()
        sent = client.post("/v1/citizen-registrations", body)
        assert sent.status_code == 202, position
        assert set(sent.json()) == {"id", "expires_at"}
        code = platform.code_sent_to(body["mobile"])
        confirmation = {"registration": sent.json()["id"], "code": code}
        refused = client.post("/v1/citizens", confirmation)
        answers.append((refused.status_code, refused.json()))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1]["code"] == "registration-refused"


def test_signing_in_does_not_say_which_numbers_have_accounts(demo):
    registered(demo).http.close()
    known, unknown = resident(demo)["number"], resident(demo, 1)["number"]

    def attempts(number):
        seconds, answers = [], []
        with demo.anonymous() as client:
            for _ in range(5):
                body = {"kind": "resident", "number": number, "password": "wrong"}
                began = time.perf_counter()
                answer = client.post("/v1/citizen-sessions", body)
                seconds.append(time.perf_counter() - began)
                answers.append((code_of(answer), answer.json().get("attempts_remaining")))
        return answers, statistics.median(seconds)

    of_known, known_seconds = attempts(known)
    of_unknown, unknown_seconds = attempts(unknown)
    assert of_known == of_unknown
    assert of_known[-1] == ("account-locked", None)
    assert 0.4 < known_seconds / unknown_seconds < 2.5
    right = {"kind": "resident", "number": known, "password": PASSWORD}
    with demo.anonymous() as client:
        assert code_of(client.post("/v1/citizen-sessions", right)) == "account-locked"
        demo.pass_time(minutes=16)
        assert client.post("/v1/citizen-sessions", right).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "990302199001010017"}, "invalid-request"),
        ({"kind": "organisation"}, "invalid-request"),
        ({"mobile": "82300001"}, "invalid-request"),
        ({"password": "short"}, "password-too-weak"),
        ({"password": "12000000001990302"}, "password-too-weak"),
        ({"password": "password2026"}, "password-too-weak"),
    ],
)
def test_what_cannot_be_an_account_is_refused_at_once(demo, change, code):
    body = registration(resident(demo), **change)
    with demo.anonymous() as client:
        assert code_of(client.post("/v1/citizen-registrations", body)) == code
    assert demo.messages.sent == []


def test_a_code_works_once_for_ten_minutes_and_five_tries(platform):
    client = platform.anonymous()

    def begin(mobile):
        body = registration(resident(platform), mobile=mobile)
        return client.post("/v1/citizen-registrations", body).json()["id"]

    def confirm(number, code):
        return client.post("/v1/citizens", {"registration": number, "code": code})

    late = begin("12000000021")
    platform.pass_time(minutes=11)
    assert code_of(confirm(late, platform.code_sent_to("12000000021"))) == "code-refused"
    guessed = begin("12000000022")
    right = platform.code_sent_to("12000000022")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert code_of(confirm(guessed, wrong)) == "code-refused"
    assert code_of(confirm(guessed, right)) == "code-refused"
    good, other = begin("12000000023"), begin("12000000024")
    assert code_of(confirm(good, "000000")) == "code-refused"
    assert code_of(confirm(other, platform.code_sent_to("12000000023"))) == "code-refused"
    assert confirm(good, platform.code_sent_to("12000000023")).status_code == 201
    assert code_of(confirm(good, platform.code_sent_to("12000000023"))) == "code-refused"


def test_a_mobile_is_not_flooded(demo):
    body = registration(resident(demo))
    with demo.anonymous() as client:
        codes = [client.post("/v1/citizen-registrations", body).status_code for _ in range(6)]
        assert codes == [202] * 5 + [429]
        refused = client.post("/v1/citizen-registrations", body)
        assert (code_of(refused), refused.headers["retry-after"]) == ("code-too-often", "900")
    assert len(demo.messages.sent) == 5


def test_a_forgotten_password_is_set_anew_by_the_mobile(platform):
    person = resident(platform)
    citizen = registered(platform)
    client = platform.anonymous()
    asked = {"kind": "resident", "number": person["number"], "mobile": "12000000001"}
    answers = [
        client.post("/v1/citizen-password-resets", body)
        for body in (
            asked,
            {**asked, "mobile": "12000000002"},
            {**asked, "number": resident(platform, 1)["number"]},
        )
    ]
    assert [(one.status_code, set(one.json())) for one in answers] == [
        (202, {"id", "expires_at"})
    ] * 3
    assert [to for to, _ in platform.messages.sent] == ["12000000001"] * 2  # registering, one reset
    code = platform.code_sent_to("12000000001")
    body = {"reset": answers[0].json()["id"], "code": code, "new_password": OTHER}
    for other in answers[1:]:
        stolen = {**body, "reset": other.json()["id"]}
        refused = client.post("/v1/citizen-password-resets/completion", stolen)
        assert code_of(refused) == "code-refused"
    done = client.post("/v1/citizen-password-resets/completion", body)
    assert done.status_code == 204
    assert citizen.get("/v1/own-account").status_code == 401
    right = {"kind": "resident", "number": person["number"], "password": OTHER}
    assert client.post("/v1/citizen-sessions", right).status_code == 201


def verify(clerk, person, by=None, **changes):
    body = {
        "operator": clerk.operator,
        "window": clerk.window,
        **{name: person[name] for name in ("kind", "number", "name")},
        "document": {"source": "card", "sam_id": "05.03", "valid_to": "2040-01-01"},
    }
    path = "/v1/citizen-verifications"
    return act(by or clerk, path, "verify-citizen", **{**body, **changes})


def test_a_window_verifies_the_person_by_the_card(platform):
    person = resident(platform)
    with platform.signed_in("clerk03") as clerk, registered(platform) as citizen:
        assert code_of(verify(clerk, resident(platform, 1))) == "not-found"
        assert code_of(verify(clerk, person, name="别人")) == "not-found"
        over = {"source": "card", "sam_id": "05.03", "valid_to": "2020-01-01"}
        assert code_of(verify(clerk, person, document=over)) == "invalid-request"
        done = verify(clerk, person)
        assert (done.status_code, done.json()["level"]) == (200, 2)
        account = citizen.get("/v1/own-account").json()
        assert (account["level"], account["verified_at"]) == (2, done.json()["verified_at"])
        assert code_of(verify(clerk, person, by=citizen)) == "not-allowed"
    with platform.store.read() as connection:
        row = connection.execute(
            select(citizens).where(citizens.c.number == person["number"])
        ).one()
    assert (row.verified_by, row.verified_hall) == (clerk.operator["id"], "99030201")


def bind(clerk, person, organisation, capacity, **changes):
    body = {
        "operator": clerk.operator,
        "window": clerk.window,
        "kind": person["kind"],
        "number": person["number"],
        "organisation": organisation,
        "capacity": capacity,
        "evidence": "营业执照、授权委托书",
    }
    path = "/v1/organisation-agents"
    return act(clerk, path, "bind-organisation-agent", **{**body, **changes})


def test_a_window_binds_a_verified_person_to_an_organisation(platform):
    firms = platform.people["organisations"]
    people = [one for one in platform.people["people"] if one["kind"] == "resident"]
    position, firm = next(
        (place, firm)
        for place, one in enumerate(people)
        for firm in firms
        if firm["representative"]["number"] == one["number"]
    )
    person = people[position]
    another = next(firm for firm in firms if firm["representative"]["number"] != person["number"])
    with platform.signed_in("clerk03") as clerk, registered(platform, position) as citizen:
        early = bind(clerk, person, firm["number"], "legal_representative")
        assert code_of(early) == "level-too-low"
        assert verify(clerk, person).status_code == 200
        assert code_of(bind(clerk, person, firm["number"][:-1] + "0", "agent")) == (
            "invalid-request"
        )
        not_theirs = bind(clerk, person, another["number"], "legal_representative")
        assert code_of(not_theirs) == "not-representative"
        first = bind(clerk, person, firm["number"], "legal_representative")
        assert first.status_code == 201, first.text
        assert code_of(bind(clerk, person, firm["number"], "agent")) == "already-bound"
        second = bind(clerk, person, another["number"], "agent", ends_on="2026-11-30")
        assert second.status_code == 201
        bound = citizen.get("/v1/own-organisations").json()["organisations"]
        assert {one["name"] for one in bound} == {firm["name"], another["name"]}
        path = f"/v1/organisation-agents/{first.json()['id']}/ending"
        members = {"operator": clerk.operator, "window": clerk.window, "reason": "已离任"}
        with platform.signed_in("east01") as neighbour:
            elsewhere = {**members, "operator": neighbour.operator, "window": "01"}
            refused = act(neighbour, path, "unbind-organisation-agent", **elsewhere)
            assert code_of(refused) == "not-found"
        assert act(clerk, path, "unbind-organisation-agent", **members).status_code == 200
        again = act(clerk, path, "unbind-organisation-agent", **members)
        assert code_of(again) == "not-found"
        assert len(citizen.get("/v1/own-organisations").json()["organisations"]) == 1
    with platform.store.read() as connection:
        looked = connection.execute(
            select(data_uses.c.purpose).where(data_uses.c.holder_number == firm["number"])
        ).scalars()
        assert "法人账号绑定核验" in set(looked)


def test_a_binding_ends_with_its_day(demo):
    person = resident(demo)
    with demo.signed_in("clerk03") as clerk, registered(demo):
        verify(clerk, person)
        firm = demo.people["organisations"][0]["number"]
        assert bind(clerk, person, firm, "agent", ends_on="2026-11-25").status_code == 201
    demo.pass_time(days=2)
    body = {"kind": "resident", "number": person["number"], "password": PASSWORD}
    client = demo.anonymous()
    citizen = into(client, client.post("/v1/citizen-sessions", body))
    assert citizen.get("/v1/own-organisations").json() == {"organisations": []}


def test_a_deleted_account_leaves_nothing_of_the_person(platform):
    person = resident(platform)
    with registered(platform) as citizen:
        wrong = citizen.post("/v1/own-account/deletion", {"password": "wrong"})
        assert code_of(wrong) == "password-wrong"
        done = citizen.post("/v1/own-account/deletion", {"password": PASSWORD})
        assert done.status_code == 204
        assert citizen.get("/v1/own-account").status_code == 401
    with platform.store.read() as connection:
        row = connection.execute(
            select(citizens).where(citizens.c.id == citizen.session["citizen"]["id"])
        ).one()
        codes = connection.execute(text("SELECT count(*) FROM citizen_codes")).scalar_one()
    assert (row.number, row.name, row.mobile, row.password_hash) == (None,) * 4
    assert codes == 0
    body = {"kind": "resident", "number": person["number"], "password": PASSWORD}
    client = platform.anonymous()
    assert code_of(client.post("/v1/citizen-sessions", body)) == "sign-in-refused"
    assert register(platform, registration(person))[1].status_code == 201


def test_a_citizen_changes_the_password_and_other_sessions_end(demo):
    person = resident(demo)
    with registered(demo) as citizen:
        client = demo.anonymous()
        body = {"kind": "resident", "number": person["number"], "password": PASSWORD}
        other = into(client, client.post("/v1/citizen-sessions", body))
        change = {"password": PASSWORD, "new_password": OTHER}
        assert citizen.post("/v1/own-password", change).status_code == 204
        assert citizen.get("/v1/own-account").status_code == 200
        assert other.get("/v1/own-account").status_code == 401
        assert len(citizen.get("/v1/own-sessions").json()["sessions"]) == 1


def test_without_a_gateway_nobody_registers(tmp_path):
    running = PlatformProcess.start(tmp_path / "platform")
    try:
        person = next(one for one in running.people["people"] if one["kind"] == "resident")
        with Client(running.url) as client:
            answer = client.post("/v1/citizen-registrations", registration(person))
            assert (answer.status_code, code_of(answer)) == (409, "text-messages-off")
    finally:
        running.stop()


def test_no_code_number_or_name_is_in_the_log(demo, caplog):
    person = resident(demo)
    caplog.set_level("DEBUG")
    registered(demo).http.close()
    code = demo.code_sent_to("12000000001")
    for personal in (code, person["number"], person["name"], "12000000001", PASSWORD):
        assert personal not in caplog.text


def test_a_gateway_gets_the_messages_one_after_the_other():
    came = queue.Queue()
    statuses = iter([503, 400, 202])

    def reply(request):
        came.put((request.method, request.path, request.json))
        return answer(next(statuses), {})

    with AnsweringServer(reply) as gateway:
        sender = text_messages(gateway.url + "/send")
        assert sender.works
        for number in range(3):  # one that is not taken holds up no other
            sender.send(f"1200000000{number}", "验证码 492039")
        for number in range(3):
            message = {"mobile": f"1200000000{number}", "text": "验证码 492039"}
            assert came.get(timeout=20) == ("POST", "/send", message)
