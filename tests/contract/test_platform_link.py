"""The counter's link to a platform that answers right, wrong, late, or not at all."""

import json
import socket
from datetime import UTC, date, datetime, timedelta

import pytest
from answering_server import AnsweringServer, answer, problem
from fakes import MORNING, SESSION, preapplication

from counter_app.domain.outgoing import OutgoingAct, fingerprint
from counter_app.domain.preapplication import PreapplicationState
from counter_app.domain.signing_in import FactorKind, StepKind
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    SettingsError,
    SignInError,
)
from counter_app.platform_link.exchange import LARGEST_ANSWER, Exchange
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link

CLERK = {
    "session": "s-1",
    "access_token": "clerk-1",
    "refresh_token": "fresh-1",
    "operator": {"id": "clerk-1", "name": "试验员", "roles": ["officer"]},
    "window": {
        "code": "03",
        "name": "综合窗口3",
        "hall": {"code": "hall-1", "name": "试验政务大厅"},
        "region": "990302000000",
    },
    "added_by_a_later_platform": {"and": ["passed", "over"]},
}
DEVICE = {"session": "d-1", "access_token": "device-1"}
HEALTH = {"status": "ok", "time": "2026-11-24T09:30:00+08:00"}
BODY = b'{"act":"accept"}'
NOTHING = {"preapplications": [], "licences": [], "cases": []}
ACT = OutgoingAct("key-1", "case-1", "accept", "/v1/cases/case-1/acceptance", BODY,
                  fingerprint(BODY), MORNING)  # fmt: skip
RECEIPT = {
    "key": "key-1",
    "case": "case-1",
    "number": "990302202611240300001",
    "state": "accepted",
    "accepted_at": "2026-11-24T09:30:00.000+08:00",
    "due_on": "2026-11-27",
    "due_provisional": False,
    "query_code": "23456789",
    "received_at": "2026-11-24T01:30:01Z",
    "body_sha256": fingerprint(BODY),
    "duplicate_of": [],
}
PRE = {
    "id": "pre-1",
    "code": "A1B2C3",
    "item": "item-1",
    "item_name": "试验事项",
    "submitted_at": "2026-11-23T09:30:00+08:00",
    "state": "claimed",
    "applicant": {"kind": "resident", "name": "测试甲", "number": "990302199001010016"},
    "form_complete": True,
    "uploads": [],
    "claimed_by": {"window": "03", "at": "2026-11-24T09:30:00+08:00"},
    "etag": '"2"',
}


@pytest.fixture
def serve():
    """A server that signs everybody in and answers the rest as told, and the link to it."""
    servers = []

    def begin(reply, *, sign_in=True, **options):
        def replying(request):
            if request.path == "/v1/device-sessions" and sign_in:
                return answer(201, DEVICE)
            if request.path == "/v1/sessions" and sign_in:
                return answer(201, CLERK)
            return reply(request) if callable(reply) else reply

        server = AnsweringServer(replying).__enter__()
        servers.append(server)
        link = HttpPlatform(
            Link(server.url, device="device-3", device_secret=lambda: "s", **options)
        )
        return server, link

    yield begin
    for server in servers:
        server.__exit__()


def test_sign_in_and_who_is_at_the_window(serve):
    server, link = serve(answer(204))
    assert link.sign_in("wang", "secret", "03").operator.name == "试验员"
    asked = server.requests[0]
    assert asked.json == {"username": "wang", "password": "secret", "window": "03"}
    assert "Authorization" not in asked.headers
    link.sign_out("s-1")
    assert server.requests[1].headers["Authorization"] == "Bearer clerk-1"
    link.sign_out("s-1")
    assert len(server.requests) == 2, "signed out once"


def test_who_signs_in_over_another_ends_the_others_session(serve):
    sign_ins = iter([CLERK, {**CLERK, "session": "s-2", "access_token": "clerk-2"}])

    def reply(request):
        return answer(204) if request.method == "DELETE" else answer(201, next(sign_ins))

    server, link = serve(reply, sign_in=False)
    link.sign_in("wang", "secret", "03")
    link.sign_in("li", "secret", "03")
    link.sign_out("s-1")  # the sign-out of the one before, come late
    link.sign_out("s-2")
    ended = [one.headers["Authorization"] for one in server.requests if one.method == "DELETE"]
    assert ended == ["Bearer clerk-1", "Bearer clerk-2"]


def test_a_sign_in_counts_although_the_session_before_could_not_be_ended(serve):
    _, link = serve(answer(500))
    link.sign_in("wang", "secret", "03")
    assert link.sign_in("wang", "secret", "03").id == "s-1"


@pytest.mark.parametrize(
    ("status", "code", "facts", "told"),
    [
        (401, "sign-in-refused", {"attempts_remaining": 2}, "sign_in.refused"),
        (403, "account-locked", {"locked_until": "2026-11-24T10:00:00Z"}, "sign_in.locked"),
        (401, "sign-in-over", {}, "sign_in.over"),
        (409, "window-off", {}, "sign_in.window_off"),
    ],
)
def test_a_refused_sign_in(serve, status, code, facts, told):
    _, link = serve(problem(status, code, **facts), sign_in=False)
    with pytest.raises(SignInError) as refused:
        link.sign_in("wang", "wrong", "03")
    assert refused.value.code == told
    assert all(refused.value.facts[fact] is not None for fact in facts)
    with pytest.raises(PlatformRefused) as ended:
        link.records(kind="resident", number="1", purpose="x")
    assert ended.value.code == "platform.session_ended"


STEP = {"sign_in": "the-secret-handle", "expires_at": "2026-11-24T10:00:00Z"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("password-change-required", StepKind.NEW_PASSWORD),
        ("second-factor-required", StepKind.SECOND_FACTOR),
        ("factor-enrolment-required", StepKind.ENROLMENT),
    ],
)
def test_a_sign_in_that_is_not_done_says_what_comes_next(serve, code, kind):
    kinds = ["security_key", "totp", "something-new"]
    reply = problem(403, code, **STEP, kinds=kinds, options={"publicKey": {}})
    _, link = serve(reply, sign_in=False)
    step = link.sign_in("wang", "secret", "03")
    assert (step.kind, step.handle) == (kind, STEP["sign_in"])
    assert step.factors == (FactorKind.SECURITY_KEY, FactorKind.TOTP)
    assert STEP["sign_in"] not in repr(step)


@pytest.mark.parametrize(
    "facts", [{}, {**STEP, "sign_in": ""}, {**STEP, "expires_at": "2026-11-24T10:00:00"}]
)
def test_a_step_without_its_handle_or_time_is_no_answer_of_the_contract(serve, facts):
    _, link = serve(problem(403, "second-factor-required", **facts), sign_in=False)
    with pytest.raises(PlatformError) as garbled:
        link.sign_in("wang", "secret", "03")
    assert garbled.value.code == "platform.garbled"


@pytest.mark.parametrize(
    ("status", "code", "facts", "told"),
    [
        (401, "sign-in-over", {}, "sign_in.over"),
        (403, "factor-refused", {}, "sign_in.factor_refused"),
        (409, "factor-key-missing", {}, "sign_in.codes_unchecked"),
        (409, "factor-key-wrong", {}, "sign_in.codes_unchecked"),
        (409, "window-off", {}, "sign_in.window_off"),
        (403, "account-locked", {}, "sign_in.locked"),
        (422, "password-too-weak", {"reason": "too-short"}, "sign_in.password_short"),
        (422, "password-too-weak", {"reason": "common"}, "sign_in.password_common"),
        (422, "password-too-weak", {"reason": "own-name"}, "sign_in.password_own_name"),
        (422, "password-too-weak", {"reason": "too-long"}, "sign_in.password_long"),
        (422, "password-too-weak", {"reason": "of-a-later-version"}, "sign_in.password_weak"),
        (422, "password-unchanged", {}, "sign_in.password_unchanged"),
    ],
)
def test_a_refused_step(serve, status, code, facts, told):
    replies = iter([problem(403, "password-change-required", **STEP)])
    _, link = serve(lambda _: next(replies, problem(status, code, **facts)), sign_in=False)
    step = link.sign_in("wang", "secret", "03")
    with pytest.raises(SignInError) as refused:
        link.choose_password(step, "another")
    assert refused.value.code == told


@pytest.mark.parametrize("code", ["sign-in-refused", "account-locked", "password-change-required"])
def test_only_signing_in_can_fail_as_a_sign_in(serve, code):
    _, link = serve(problem(403, code))
    link.sign_in("wang", "secret", "03")
    for call in (
        lambda: link.send(ACT),
        lambda: link.items(),
        lambda: link.records(kind="resident", number="1", purpose="x"),
    ):
        with pytest.raises(PlatformRefused) as refused:
            call()
        assert refused.value.code == "platform.not_allowed"


HTML = b"<!doctype html><html><body>\xe7\x99\xbb\xe5\xbd\x95</body></html>"
HALF = json.dumps(HEALTH).encode()[:-20]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(200, HTML, Content_Type="text/html"), "platform.garbled"),
        (answer(200, HALF), "platform.garbled"),
        (answer(200, b""), "platform.garbled"),
        (answer(200, b"\xff\xfe\x00"), "platform.garbled"),
        (answer(200, {"status": "ok", "time": 5}), "platform.garbled"),
        (answer(200, {"status": "ok", "time": "2026-11-24T09:30:00"}), "platform.garbled"),
        (answer(200, ["ok"]), "platform.garbled"),
        (answer(200, b"[" * 100_000), "platform.garbled"),
        (answer(204), "platform.garbled"),
        (answer(302, b"", Location="http://127.0.0.1:1/portal"), "platform.garbled"),
        (answer(200, HEALTH, Content_Encoding="gzip"), "platform.garbled"),
        (answer(500, b"Internal Server Error", Content_Type="text/plain"), "platform.fault"),
        (answer(502, HTML), "platform.fault"),
        (problem(500, "internal"), "platform.fault"),
        (problem(503, "store-unavailable"), "platform.busy"),
        (answer(429, b"slow down"), "platform.busy"),
        (answer(404, HTML), "platform.garbled"),
        (answer(403, b'{"detail":"proxy"}'), "platform.garbled"),
        (problem(404, "not-found"), "platform.not_found"),
        (problem(403, "not-allowed"), "platform.not_allowed"),
        (problem(405, "wrong-method"), "platform.not_allowed"),
        (problem(422, "invalid-request"), "platform.refused"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{",
            "platform.unreachable",
        ),
        (b"NOT HTTP AT ALL\r\n\r\nConnection: close", "platform.garbled"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
            "platform.garbled",
        ),
    ],
    ids=range(25),
)
def test_each_strange_answer_has_its_code(serve, reply, code):
    _, link = serve(reply)
    with pytest.raises(PlatformError) as told:
        link.health()
    assert told.value.code == code
    assert isinstance(told.value, PlatformUnreachable) is (code == "platform.unreachable")


def test_a_redirect_is_not_followed(serve):
    other, _ = serve(answer(200, HEALTH))
    server, link = serve(answer(307, b"", Location=other.url + "/v1/health"))
    with pytest.raises(PlatformError):
        link.health()
    assert (len(server.requests), other.requests) == (1, [])


def test_a_huge_answer_is_cut_off(serve):
    sent = []

    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while len(sent) * 65536 < 20 * LARGEST_ANSWER:
            connection.sendall(b" " * 65536)
            sent.append(1)

    _, link = serve(lambda _: endless)
    with pytest.raises(PlatformError) as told:
        link.health()
    assert (told.value.code, told.value.facts["where"]) == ("platform.garbled", "size")
    assert len(sent) * 65536 < 4 * LARGEST_ANSWER


def test_a_silent_platform_is_a_time_out(serve):
    server, link = serve(lambda _: lambda __: server.closing.wait(20), timeouts=(0.5, 0.15))
    with pytest.raises(PlatformUnreachable) as told:
        link.health()
    assert told.value.code == "platform.timeout"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_a_platform_that_trickles_cannot_hold_the_window(serve, head):
    def trickle(connection):
        connection.sendall(head)
        while not server.closing.wait(0.02):
            connection.sendall(b"X")

    server, _ = serve(lambda _: trickle)
    exchange = Exchange(server.url, timeouts=(0.2, 0.2), verify=True, patience=0.2)
    with pytest.raises(PlatformUnreachable) as told:
        exchange.ask("GET", "/", headers={})
    assert told.value.code == "platform.timeout"


def test_a_platform_that_hangs_up_is_not_there(serve):
    _, link = serve(lambda _: lambda connection: connection.shutdown(socket.SHUT_RDWR))
    with pytest.raises(PlatformUnreachable) as told:
        link.health()
    assert told.value.code == "platform.unreachable"


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    link = HttpPlatform(Link(f"http://127.0.0.1:{port}", device="", device_secret=str))
    with pytest.raises(PlatformUnreachable) as told:
        link.health()
    assert told.value.code == "platform.unreachable"


def test_the_environments_proxy_is_not_asked(serve, monkeypatch):
    _, link = serve(answer(200, HEALTH))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert link.health() == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("0", 0), ("", None), ("soon", None), ("-5", None), ("999999999999", 600)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_a_busy_platform_wants_to_be_left_alone(serve, status, said, seconds):
    _, link = serve(answer(status, b"", Retry_After=said))
    with pytest.raises(PlatformError) as busy:
        link.health()
    assert (busy.value.code, busy.value.facts["retry_after"]) == ("platform.busy", seconds)


def test_a_date_to_come_back_at(serve):
    at = datetime.now(UTC) + timedelta(seconds=120)
    _, link = serve(problem(409, "in-flight"))
    with pytest.raises(PlatformError) as busy:
        link.health()
    assert (busy.value.code, busy.value.facts["retry_after"]) == ("platform.busy", None)
    _, link = serve(answer(503, b"", Retry_After=at.strftime("%a, %d %b %Y %H:%M:%S GMT")))
    with pytest.raises(PlatformError) as busy:
        link.health()
    assert 100 < busy.value.facts["retry_after"] <= 120


def test_an_act_goes_as_it_is_under_its_key_as_the_device(serve):
    server, link = serve(answer(201, RECEIPT))
    receipt = link.send(ACT)
    assert (receipt.number, receipt.due_on) == ("990302202611240300001", date(2026, 11, 27))
    assert receipt.accepted_at == MORNING
    asked = server.requests[-1]
    assert (asked.method, asked.path, asked.body) == ("POST", ACT.path, BODY)
    assert asked.headers["Idempotency-Key"] == "key-1"
    assert asked.headers["Authorization"] == "Bearer device-1"
    assert asked.headers["Content-Type"] == "application/json"
    assert server.requests[0].json == {"device": "device-3", "secret": "s"}


def test_a_replayed_act_answers_with_200(serve):
    _, link = serve(answer(200, RECEIPT))
    assert link.send(ACT).key == "key-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"accepted_at": "2026-11-24T09:30:00"},
        {"due_on": "2026-11-31"},
        {"due_provisional": "no"},
        {"number": None},
        {"body_sha256": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_receipt_that_is_not_the_contracts_makes_no_sense(serve, changes):
    _, link = serve(answer(201, {**RECEIPT, **changes}))
    with pytest.raises(PlatformError) as told:
        link.send(ACT)
    assert told.value.code == "platform.garbled"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "device-refused"),
        (403, "account-locked"),
        (404, "unknown-route"),
        (409, "anything-else"),
        (422, "invalid-request"),  # no device in the settings
    ],
)
def test_a_device_that_is_not_let_in_is_no_refusal_of_what_it_brings(serve, status, code):
    server, link = serve(problem(status, code), sign_in=False)
    with pytest.raises(PlatformRefused) as refused:
        link.send(ACT)
    assert (refused.value.code, refused.value.facts["problem"]) == ("platform.not_allowed", code)
    assert [one.path for one in server.requests] == ["/v1/device-sessions"]


def test_an_ended_device_session_is_renewed_once(serve):
    tokens = iter(["device-2", "device-3"])

    def reply(request):
        if request.path == "/v1/device-sessions":
            return answer(201, {**DEVICE, "access_token": next(tokens)})
        fits = request.headers["Authorization"] == "Bearer device-3"
        return answer(201, RECEIPT) if fits else problem(401, "session-ended")

    server, link = serve(reply, sign_in=False)
    assert link.send(ACT).key == "key-1"
    sent = [one for one in server.requests if one.path == ACT.path]
    assert [one.headers["Idempotency-Key"] for one in sent] == ["key-1", "key-1"]


def test_a_device_session_that_keeps_ending_is_told(serve):
    server, link = serve(problem(401, "session-ended"))
    with pytest.raises(PlatformRefused) as ended:
        link.send(ACT)
    assert ended.value.code == "platform.session_ended"
    assert len([one for one in server.requests if one.path == ACT.path]) == 2


def test_a_clerks_token_is_renewed_once_and_kept(serve):
    def reply(request):
        if request.path == "/v1/sessions/refresh":
            assert request.json == {"refresh_token": "fresh-1"}
            return answer(200, {**CLERK, "access_token": "clerk-2", "refresh_token": "fresh-2"})
        fits = request.headers["Authorization"] == "Bearer clerk-2"
        return answer(200, NOTHING) if fits else problem(401, "session-ended")

    server, link = serve(reply)
    link.sign_in("wang", "secret", "03")
    for _ in range(2):
        assert link.records(kind="resident", number="1", purpose="x").cases == ()
    assert [one.path for one in server.requests].count("/v1/sessions/refresh") == 1


@pytest.mark.parametrize(("status", "code"), [(401, "session-ended"), (422, "invalid-request")])
def test_a_clerk_who_cannot_be_renewed_has_to_sign_in(serve, status, code):
    def reply(request):
        if request.path == "/v1/sessions/refresh":
            return problem(status, code)
        return problem(401, "session-ended")

    _, link = serve(reply)
    link.sign_in("wang", "secret", "03")
    with pytest.raises(PlatformRefused) as ended:
        link.records(kind="resident", number="1", purpose="x")
    assert ended.value.code == "platform.session_ended"


def test_a_claim_names_the_state_it_was_made_on(serve):
    server, link = serve(answer(200, PRE, ETag='"2"'))
    link.sign_in("wang", "secret", "03")
    claimed = link.claim(preapplication(etag='"1"'), SESSION, "key-9")
    assert (claimed.state, claimed.etag) == (PreapplicationState.CLAIMED, '"2"')
    asked = server.requests[-1]
    assert asked.path == "/v1/preapplications/pre-1/claim"
    assert (asked.headers["If-Match"], asked.headers["Idempotency-Key"]) == ('"1"', "key-9")
    assert asked.json == {
        "act": "claim",
        "operator": {"id": "clerk-1", "name": "试验员", "session": SESSION.id},
        "window": "03",
    }
    link.release(preapplication(etag="bare"), SESSION, "key-10")
    assert server.requests[-1].headers["If-Match"] == '"bare"'


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (412, "changed-meanwhile", "platform.changed_meanwhile"),
        (412, "some-other-word", "platform.changed_meanwhile"),
        (409, "claimed-elsewhere", "platform.claimed_elsewhere"),
        (410, "rows-forgotten", "platform.rows_forgotten"),
        (409, "not-claimable", "platform.refused"),
        (428, "precondition-required", "platform.refused"),
    ],
)
def test_a_claim_that_is_refused(serve, status, code, told):
    _, link = serve(problem(status, code, window="04"))
    link.sign_in("wang", "secret", "03")
    with pytest.raises(PlatformRefused) as refused:
        link.claim(preapplication(), SESSION, "key-9")
    assert refused.value.code == told
    assert (refused.value.facts["problem"], refused.value.facts["window"]) == (code, "04")


def test_an_id_of_the_platform_cannot_lead_elsewhere(serve):
    server, link = serve(answer(200, PRE))
    link.sign_in("wang", "secret", "03")
    link.claim(preapplication(id="../../sessions?x=1#"), SESSION, "key-9")
    assert server.requests[-1].path == "/v1/preapplications/..%2F..%2Fsessions%3Fx%3D1%23/claim"


def test_pages_of_items_are_followed_but_not_for_ever(serve):
    summary = {
        "code": "item-1", "name": "事项", "version": 1, "regime": "licensing",
        "body": {"name": "局", "code": "11990302MB0A00018J"},
    }  # fmt: skip
    pages = iter([{"items": [summary], "next": "c&2"}, {"items": [summary], "next": None}])
    server, link = serve(lambda _: answer(200, next(pages)))
    assert len(link.items(" 婚姻 ")) == 2
    assert server.requests[-1].path.endswith("&cursor=c%262")
    endless, link = serve(answer(200, {"items": [], "next": "again"}))
    with pytest.raises(PlatformError) as told:
        link.items()
    assert told.value.code == "platform.garbled"
    assert len(endless.requests) <= 102


@pytest.mark.parametrize(
    "block",
    [
        {"block": "b", "window": "04", "numbers": ["1"]},
        {"block": "b", "window": "03", "numbers": ["1", "1"]},
        {"block": "b", "window": "03", "numbers": [1]},
    ],
    ids=["another window's", "one number twice", "no text"],
)
def test_a_block_of_numbers_that_cannot_be_right_is_not_kept(serve, block):
    _, link = serve(answer(201, block))
    with pytest.raises(PlatformError) as told:
        link.lease_numbers("03", 1, "key")
    assert told.value.code == "platform.garbled"


def test_receipts_are_asked_for_by_the_hundred_and_only_those_asked_for_count(serve):
    server, link = serve(answer(200, {"receipts": [RECEIPT, {**RECEIPT, "key": "not-asked"}]}))
    keys = [f"key-{place}" for place in range(150)]
    assert set(link.receipts(keys)) == {"key-1"}
    asked = [one for one in server.requests if one.path.startswith("/v1/sync/receipts")]
    assert len(asked) == 2
    assert link.receipts([]) == {}
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "url",
    ["", "platform", "ftp://x", "http://", "http://u:p@x", "http://x?y=1", "http://x#y",
     "http://x:99999"],
)  # fmt: skip
def test_an_address_that_is_none(url):
    with pytest.raises(SettingsError) as told:
        HttpPlatform(Link(url, device="", device_secret=str))
    assert (told.value.code, told.value.facts["key"]) == ("settings.invalid", "platform.url")


@pytest.mark.parametrize("verify", ["", "/nowhere/ca.pem", False])
def test_certificates_are_always_checked_against_something_that_is_there(verify):
    with pytest.raises(SettingsError) as told:
        HttpPlatform(Link("https://x", device="", device_secret=str, verify=verify))
    assert (told.value.code, told.value.facts["key"]) == ("settings.invalid", "platform.verify")
