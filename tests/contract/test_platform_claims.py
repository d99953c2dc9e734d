"""Pre-applications: claimed by one window, given back, exactly one winner."""

import uuid

import pytest
from platform_client import code_of, new_key, side_by_side, sign_in
from platform_process import PlatformProcess


@pytest.fixture
def platform(tmp_path):
    process = PlatformProcess.start(tmp_path / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def checked(clerk):
    return next(one for one in clerk.preapplications() if one["state"] == "checked")


def test_claim_release_and_what_a_stale_tag_gets(platform, clerk):
    one = checked(clerk)
    claimed = clerk.claim(one)
    assert claimed.status_code == 200
    assert claimed.json()["state"] == "claimed"
    assert claimed.json()["claimed_by"]["window"] == "03"
    assert claimed.headers["etag"] == claimed.json()["etag"] != one["etag"]
    assert clerk.claim(one).status_code == 200  # the same window again, even with the old tag
    with sign_in(platform, 1) as other:
        refused = other.claim(one)
        assert code_of(refused) == "claimed-elsewhere"
        assert refused.json()["window"] == "03"
    path = f"/v1/preapplications/{one['id']}/release"
    body = {"act": "release", "operator": clerk.operator, "window": "03"}
    stale = clerk.post(path, body, If_Match=one["etag"], Idempotency_Key=new_key())
    assert (stale.status_code, code_of(stale)) == (412, "changed-meanwhile")
    released = clerk.post(path, body, If_Match=claimed.json()["etag"], Idempotency_Key=new_key())
    assert released.json()["state"] == "checked"
    assert released.json()["claimed_by"] is None
    again = clerk.post(path, body, If_Match=released.json()["etag"], Idempotency_Key=new_key())
    assert (again.status_code, code_of(again)) == (409, "not-claimed")
    stale = clerk.claim(one)
    assert (stale.status_code, code_of(stale)) == (412, "changed-meanwhile")


def test_a_claim_needs_its_precondition_and_its_key(clerk):
    one = checked(clerk)
    path = f"/v1/preapplications/{one['id']}/claim"
    body = {"act": "claim", "operator": clerk.operator, "window": "03"}
    bare = clerk.post(path, body, Idempotency_Key=new_key())
    assert (bare.status_code, code_of(bare)) == (428, "precondition-required")
    keyless = clerk.post(path, body, If_Match=one["etag"])
    assert (keyless.status_code, code_of(keyless)) == (400, "idempotency-key-missing")
    weak = clerk.post(path, body, If_Match="W/" + one["etag"], Idempotency_Key=new_key())
    assert code_of(weak) == "changed-meanwhile"
    nobody = clerk.claim({**one, "id": str(uuid.uuid4())})
    assert (nobody.status_code, code_of(nobody)) == (404, "not-found")
    assert clerk.claim(one).status_code == 200


def test_a_withdrawn_one_cannot_be_claimed_nor_for_another_window(platform, clerk):
    known = platform.people["preapplication_codes"]
    code = next(one["code"] for one in known if one["state"] == "withdrawn")
    body = {"code": code, "purpose": "受理"}
    one = clerk.post("/v1/preapplication-queries", body).json()["preapplications"][0]
    assert code_of(clerk.claim(one)) == "not-claimable"
    body = {"act": "claim", "operator": clerk.operator, "window": "04"}
    path = f"/v1/preapplications/{one['id']}/claim"
    elsewhere = clerk.post(path, body, If_Match=one["etag"], Idempotency_Key=new_key())
    assert (elsewhere.status_code, code_of(elsewhere)) == (403, "other-window")


def test_of_four_windows_claiming_at_once_exactly_one_gets_it(platform):
    clerks = [sign_in(platform, position) for position in range(4)]
    for one in clerks[0].preapplications():
        answers = side_by_side([lambda c=c, one=one: c.claim(one) for c in clerks])
        won = [answer for answer in answers if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        assert {code_of(answer) for answer in lost} == {"claimed-elsewhere"}
        winner = won[0].json()["claimed_by"]["window"]
        assert {answer.json()["window"] for answer in lost} == {winner}
    for client in clerks:
        client.http.close()
