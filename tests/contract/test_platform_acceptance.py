"""Acceptance: only with everything the item asks, and kept whole."""

import pytest
from platform_client import DEMONSTRATION, accept_act, code_of, met, sign_in, sign_in_device
from platform_process import PlatformProcess
from store_under_test import opened

from hall_platform.idempotency import fingerprint


@pytest.fixture
def platform(tmp_path):
    process = PlatformProcess.start(tmp_path / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def cases(platform):
    with opened(platform.data_dir) as store:
        return store.execute("SELECT id, number FROM cases ORDER BY number").fetchall()


def checked(clerk):
    return next(one for one in clerk.preapplications() if one["state"] == "checked")


def test_an_acceptance_from_preapplication_to_read_back(platform, clerk):
    one = checked(clerk)
    clerk.claim(one)
    number = clerk.lease(1)[0]
    act = accept_act(clerk, number, preapplication=one["id"])
    act["materials"][2:] = [met("M03", "upload", "form", "D"), met("M04", "upload", "lease", "B")]
    answer = clerk.accept(act, "key-1")
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["number"] == number
    assert receipt["key"] == "key-1"
    assert receipt["case"] == act["case"]
    assert receipt["state"] == "accepted"
    assert receipt["due_on"] == "2026-10-08"  # one working day after 30 September
    assert receipt["due_provisional"] is False
    assert receipt["query_code"] == act["query_code"]
    assert receipt["accepted_at"].startswith("2026-09-30T10:00:00")
    assert receipt["body_sha256"] == fingerprint(act)
    assert receipt["duplicate_of"] == []
    with sign_in_device(platform, "03") as device:
        read = device.get("/v1/sync/receipts?keys=key-1,never-sent").json()
    assert read["receipts"] == [receipt]
    assert read["unknown"] == ["never-sent"]
    assert [(one["key"], one["act"]) for one in read["done"]] == [("key-1", "accept")]
    case = clerk.get(f"/v1/cases/{act['case']}")
    assert case.headers["etag"]
    assert case.json()["applicant"]["name"] == "测试甲"
    own = {"purpose": "个体工商户设立登记", "expires": None}
    assert case.json()["materials"] == [one | own for one in act["materials"]]
    assert case.json()["papers"] == [act["paper"]]
    step = case.json()["timeline"][0]
    assert (step["act"], step["from"], step["to"]) == ("accept", "", "accepted")
    assert step["operator"] == clerk.operator["id"]
    listed = clerk.post("/v1/case-queries", {"holder": DEMONSTRATION, "purpose": "查询"}).json()
    assert [entry["number"] for entry in listed["cases"]] == [number]
    now = {entry["id"]: entry["state"] for entry in clerk.preapplications()}
    assert now[one["id"]] == "accepted"


def test_a_licence_counts_only_for_its_holder_in_its_type_and_while_valid(platform, clerk):
    everything = {one["type_name"]: one["identifier"] for one in clerk.licences(None)}
    somebody_elses = licence_of(platform, "in_force", "不动产权证书")
    unknown = everything["不动产权证书"][:-1] + "0"
    for reference in (somebody_elses, everything["居民户口簿"], unknown, ""):
        act = accept_act(clerk, clerk.lease(1)[0])
        act["materials"][1] = met("M02", "licence", reference, "A")
        answer = clerk.accept(act)
        assert code_of(answer) == "material-missing"
        assert answer.json()["materials"] == ["M02"]
    platform.stop()
    with opened(platform.data_dir) as store:
        store.execute(
            "UPDATE licences SET standing = 'revoked' WHERE identifier = ?",
            (everything["不动产权证书"],),
        )
    again = platform.restarted()
    with sign_in(again) as back:
        act = accept_act(back, back.lease(1)[0])
        assert code_of(back.accept(act)) == "material-missing"
    again.stop()


def test_a_copy_counts_only_once_its_original_was_seen(clerk):
    one = checked(clerk)
    act = accept_act(clerk, clerk.lease(1)[0], preapplication=one["id"])
    act["materials"][3] = met("M04", "upload", "lease", "C")
    assert clerk.accept(act).json()["materials"] == ["M04"]
    act["materials"][3] = met("M04", "upload", "lease", "B")
    assert clerk.accept(act).status_code == 201


def test_a_preapplication_claimed_elsewhere_cannot_be_accepted_here(platform, clerk):
    one, before = checked(clerk), cases(platform)
    with sign_in(platform, 1) as other:
        assert other.claim(one).status_code == 200
    act = accept_act(clerk, clerk.lease(1)[0], preapplication=one["id"])
    answer = clerk.accept(act)
    assert code_of(answer) == "claimed-elsewhere"
    assert answer.json()["window"] == "04"
    assert cases(platform) == before


def test_a_second_case_of_the_day_is_flagged_and_not_refused(clerk):
    first = clerk.accept(accept_act(clerk, clerk.lease(1)[0])).json()
    second = clerk.accept(accept_act(clerk, clerk.lease(1)[0])).json()
    assert second["duplicate_of"] == [first["number"]]


def licence_of(platform, standing, type_name):
    today = "2026-09-30"
    with opened(platform.data_dir) as store:
        return store.execute(
            "SELECT identifier FROM licences WHERE type_name = ? AND holder_number != ?"
            " AND ? IN ('any', standing) AND issued_on < ?",
            (type_name, DEMONSTRATION["number"], standing, today),
        ).first()[0]
