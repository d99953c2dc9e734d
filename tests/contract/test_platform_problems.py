"""Whatever is sent, a problem document with a stable code comes back, and the platform goes on."""

import contextlib
import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platform_client import DEMONSTRATION, accept_act, code_of, new_key, sign_in
from platform_process import PlatformProcess
from store_under_test import opened

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("problems") / "platform")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def raw(clerk, method, path, data=None, **headers):
    sent = {**clerk.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return clerk.http.request(method, clerk.url + path, data=data, headers=sent, timeout=20)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "unknown-route"),
        ("GET", "/docs", 404, "unknown-route"),
        ("GET", "/openapi.json", 404, "unknown-route"),
        ("GET", "/v1/items/", 404, "unknown-route"),
        ("GET", "/v1/../../etc/passwd", 404, "unknown-route"),
        ("POST", "/v1/health", 405, "wrong-method"),
        ("PUT", "/v1/items", 405, "wrong-method"),
        ("GET", "/v1/sessions", 405, "wrong-method"),
        ("GET", "/v1/cases/not-a-uuid", 422, "invalid-request"),
        ("GET", "/v1/sync/receipts", 422, "invalid-request"),
    ],
)
def test_wrong_addresses(clerk, method, path, status, code):
    answer = raw(clerk, method, path)
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    "data", [b"{", b"[1,2", b"", b"\xff\xfe{}", b'{"a":', b"nonsense", b"[" * 100_000]
)
def test_a_body_that_is_no_json(clerk, data):
    for path in ("/v1/case-queries", "/v1/number-blocks"):
        answer = raw(clerk, "POST", path, data, **JSON, Idempotency_Key=new_key())
        assert answer.status_code in (400, 422)
        assert code_of(answer) in ("malformed-request", "invalid-request")


def test_another_kind_of_content_is_refused(clerk):
    body = json.dumps({"holder": DEMONSTRATION, "purpose": "x"})
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", ""):
        answer = raw(clerk, "POST", "/v1/case-queries", body, Content_Type=kind)
        assert (answer.status_code, code_of(answer)) == (415, "not-json")
    charset = "application/json; charset=utf-8"
    assert raw(clerk, "POST", "/v1/case-queries", body, Content_Type=charset).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "POST", "PATCH"])
def test_a_method_that_a_file_does_not_know_is_refused_as_such_whatever_it_brings(clerk, method):
    address = f"{clerk.url}/v1/uploads/{'0' * 64}"
    headers = {**clerk.headers, "Content-Type": "application/octet-stream"}
    answer = clerk.http.request(method, address, data=b"x", headers=headers, timeout=10)
    assert answer.status_code == 405
    assert answer.json()["code"] == "wrong-method"


@pytest.mark.parametrize("said", [True, False])
def test_a_body_of_more_than_a_mebibyte(platform, clerk, said):
    """With the length told, and in chunks without it."""
    address = urlsplit(platform.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    body = json.dumps({"holder": DEMONSTRATION, "purpose": "x" * (1024 * 1024)}).encode()
    parts = [body[start : start + 60_000] for start in range(0, len(body), 60_000)]
    headers = {**clerk.headers, **JSON}
    try:
        if said:
            # The platform may answer and hang up before it has heard everything.
            with contextlib.suppress(BrokenPipeError):
                connection.request("POST", "/v1/case-queries", body, headers)
        else:
            connection.request(
                "POST", "/v1/case-queries", iter(parts), headers, encode_chunked=True
            )
        answer = connection.getresponse()
        assert answer.status == 413
        assert json.loads(answer.read())["code"] == "too-large"
    finally:
        connection.close()


def mutations():
    """Each member of an acceptance made wrong in one way, and members nobody knows."""
    return [
        ("unknown member", lambda act: act.update(surprise=1)),
        ("unknown inside", lambda act: act["applicant"].update(surprise=1)),
        ("unknown in a list", lambda act: act["materials"][0].update(surprise=1)),
        ("no applicant", lambda act: act.pop("applicant")),
        ("number as a number", lambda act: act.update(item_version="1")),
        ("true for a number", lambda act: act.update(item_version=True)),
        ("no offset", lambda act: act.update(accepted_at="2026-11-24T10:00:00")),
        ("no time", lambda act: act.update(accepted_at="yesterday")),
        ("not a uuid", lambda act: act["operator"].update(session="x")),
        ("bad grade", lambda act: act["materials"][0].update(trust_grade="E")),
        ("bad means", lambda act: act["materials"][0].update(met_by="magic")),
        ("bad kind", lambda act: act["applicant"].update(kind="martian")),
        ("empty name", lambda act: act["applicant"].update(name="")),
        ("blank name", lambda act: act["applicant"].update(name="   ")),
        ("long name", lambda act: act["applicant"].update(name="测" * 101)),
        ("nul in a name", lambda act: act["applicant"].update(name="测\x00试")),
        ("half a surrogate", lambda act: act["applicant"].update(name="测\ud83d")),
        ("number with a quote", lambda act: act["applicant"].update(number="99'--")),
        ("materials no list", lambda act: act.update(materials={})),
        ("too many materials", lambda act: act.update(materials=act["materials"] * 30)),
        ("other act", lambda act: act.update(act="refuse")),
        ("query code", lambda act: act.update(query_code="kurz")),
        ("paper", lambda act: act["paper"].update(kind="banknote")),
        ("null item", lambda act: act.update(item=None)),
    ]


@pytest.mark.parametrize(("_name", "spoil"), mutations(), ids=[name for name, _ in mutations()])
def test_a_spoilt_acceptance_is_refused_with_its_place_and_keeps_nothing(
    platform, clerk, _name, spoil
):
    act = accept_act(clerk, clerk.lease(1)[0])
    path = f"/v1/cases/{act['case']}/acceptance"
    spoil(act)
    answer = clerk.post(path, act, Idempotency_Key=new_key())
    assert answer.status_code in (400, 422)
    code = code_of(answer)
    assert code in ("invalid-request", "malformed-request")
    if code == "invalid-request":
        errors = answer.json()["errors"]
        assert errors
        assert all(set(error) == {"where", "what"} for error in errors)
        assert all(error["where"].startswith("body.") for error in errors)
    with opened(platform.data_dir) as store:
        found = store.execute("SELECT count(*) FROM cases WHERE id = ?", (act["case"],))
        assert found.scalar_one() == 0


@pytest.mark.parametrize("name", ["测" * 100, "买买提·阿卜杜", "𬸣·阿卜杜𠅤测", "SPECIMEN, BEN"])
def test_legal_names_are_taken_as_they_are(clerk, name):
    act = accept_act(clerk, clerk.lease(1)[0])
    act["applicant"]["name"] = name
    assert clerk.accept(act).status_code == 201
    assert clerk.get(f"/v1/cases/{act['case']}").json()["applicant"]["name"] == name


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE cases; --", "../../etc/passwd", "%s%n", "${x}", "<script>", "\\"]
)
def test_tricks_in_text_are_only_text(clerk, text):
    body = {"holder": DEMONSTRATION, "item": None, "purpose": text}
    assert clerk.post("/v1/licence-queries", body).status_code == 200
    act = accept_act(clerk, clerk.lease(1)[0])
    act["applicant"]["address"] = text
    assert clerk.accept(act).status_code == 201
    assert clerk.get(f"/v1/cases/{act['case']}").json()["applicant"]["address"] == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
POSTS = (
    "/v1/sessions/refresh",
    "/v1/licence-queries",
    "/v1/preapplication-queries",
    "/v1/case-queries",
    "/v1/number-blocks",
    "/v1/preapplications/00000000-0000-4000-8000-000000000000/claim",
    "/v1/cases/00000000-0000-7000-8000-000000000000/acceptance",
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(POSTS), json_values)
def test_no_json_value_breaks_it(clerk, path, value):
    body = json.dumps(value).encode()
    answer = raw(clerk, "POST", path, body, **JSON, Idempotency_Key="k", If_Match="*")
    assert 400 <= answer.status_code < 500
    code_of(answer)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200))
def test_no_bytes_on_the_wire_break_it(platform, clerk, noise):
    address = urlsplit(platform.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        wire.sendall(noise + b"\r\n\r\n")
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(4096):
            pass
    assert clerk.get("/v1/health").status_code == 200


def test_a_store_that_is_away_is_told_and_comes_back(tmp_path):
    """The whole table is gone under the platform: 503 to try again, nothing of the inside told."""
    platform = PlatformProcess.start(tmp_path / "platform")
    try:
        with sign_in(platform) as clerk:
            with opened(platform.data_dir) as store:
                store.execute("ALTER TABLE items RENAME TO hidden")
            answer = clerk.get("/v1/items")
            assert (answer.status_code, code_of(answer)) == (503, "store-unavailable")
            assert answer.headers["retry-after"]
            assert "hidden" not in answer.text
            assert "SELECT" not in answer.text
            with opened(platform.data_dir) as store:
                store.execute("ALTER TABLE hidden RENAME TO items")
            assert clerk.get("/v1/items").status_code == 200
    finally:
        platform.stop()


def test_answers_are_not_to_be_cached_nor_guessed(clerk):
    for answer in (clerk.get("/v1/items"), clerk.get("/v1/nothing")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
