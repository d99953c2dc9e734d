"""A county sees nothing of another county but what its own hall received for it."""

import uuid

import pytest
from platform_client import (
    DEMONSTRATION,
    PURPOSE,
    Stream,
    accept_act,
    code_of,
    neighbour,
    new_key,
    sign_in,
    sign_in_as,
    sign_in_by_secret,
)
from platform_process import PlatformProcess
from portal_people import citizen

from hall_platform.app import openapi_document

CASES = "?kinds=case-accepted"  # a platform that has just begun tells of what is due, too


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("counties") / "platform")
    yield process
    process.stop()


@pytest.fixture
def here(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


@pytest.fixture
def there(platform):
    with neighbour(platform) as signed_in:
        yield signed_in


def cases_of_demonstration(clerk):
    body = {"holder": DEMONSTRATION, "purpose": PURPOSE}
    return {one["case"] for one in clerk.post("/v1/case-queries", body).json()["cases"]}


def test_a_case_stays_in_its_county(here, there):
    act = accept_act(here, here.lease(1)[0])
    assert here.accept(act, "stays").status_code == 201
    assert act["case"] in cases_of_demonstration(here)
    assert act["case"] not in cases_of_demonstration(there)
    assert code_of(there.get(f"/v1/cases/{act['case']}")) == "not-found"
    assert there.get("/v1/sync/receipts?keys=stays").json()["unknown"] == ["stays"]


def gets_of_a_case():
    """Every GET a clerk has that names one case, or those of one matter, as the contract has it."""
    return {
        path
        for path, methods in openapi_document()["paths"].items()
        if "clerk" in methods.get("get", {}).get("x-roles", ())
        and {"{case_id}", "{case}", "{bundle}"} & set(path.split("/"))
    }


def about(clerk, act):
    """What a clerk is answered at each of them, and at the questions that name a case."""
    names = dict.fromkeys(("case", "case_id"), act["case"]) | {"bundle": act["bundle"]}
    answers = {path: clerk.get(path.format(**names)) for path in gets_of_a_case()}
    asked = {"case": act["case"], "purpose": PURPOSE}
    answers["licences"] = clerk.post("/v1/case-licence-queries", asked)
    return answers


def accepted_for(here, **changes):
    act = accept_act(here, here.lease(1)[0], bundle=str(uuid.uuid4()), **changes)
    assert here.accept(act).status_code == 201
    return act


def test_a_case_received_for_another_county_is_seen_by_both(here, there):
    act = accepted_for(here, for_county="990304")
    assert {"/v1/cases/{case_id}", "/v1/bundles/{bundle}"} < gets_of_a_case()
    for clerk in (here, there):
        assert act["case"] in cases_of_demonstration(clerk)
        answers = about(clerk, act)
        for path, answer in answers.items():
            assert answer.status_code == 200, path
        whole = answers["/v1/cases/{case_id}"].json()
        assert (whole["county"], whole["for_county"]) == ("990302", "990304")


def test_no_get_tells_another_county_of_a_case_that_is_not_its_own(here, there):
    act = accepted_for(here)
    for path, answer in about(here, act).items():
        assert answer.status_code == 200, path
    for path, answer in about(there, act).items():
        assert code_of(answer) == "not-found", path


def test_a_window_tells_of_looks_from_its_own_county_alone(platform, here, there):
    person = platform.people["people"][20]
    holder = {"kind": person["kind"], "number": person["number"]}
    for clerk, purpose in ((here, "本区接待"), (there, "邻区接待")):
        body = {"holder": holder, "purpose": purpose}
        assert clerk.post("/v1/case-queries", body).status_code == 200

    def told(clerk):
        body = {"holder": holder, "purpose": "本人到窗口查询"}
        uses = clerk.post("/v1/exchange/use-queries", body).json()["uses"]
        return {(one["why"], one["by"]["hall"]) for one in uses}

    assert told(here) == {("本区接待", "市民之家")}
    ((why, hall),) = told(there)
    assert (why, hall != "市民之家") == ("邻区接待", True)
    with citizen(platform, person) as me:
        whole = me.get("/v1/exchange/uses").json()["uses"]
    assert {"本区接待", "邻区接待"} <= {one["why"] for one in whole}


def test_preapplications_are_their_countys(here, there):
    one = next(one for one in here.preapplications() if one["state"] == "checked")
    assert there.preapplications() == []
    body = {"code": one["code"], "purpose": PURPOSE}
    answer = there.post("/v1/preapplication-queries", body)
    assert code_of(answer) == "elsewhere"
    told = answer.json()
    assert told.keys() == {"type", "title", "status", "code", "place"}, "the hall, and no more"
    assert told["place"] == "市民之家"
    assert code_of(there.claim(one)) == "not-found"
    refused = accept_act(there, there.lease(1)[0], preapplication=one["id"])
    assert code_of(there.accept(refused)) == "preapplication-unknown"


def test_a_number_of_another_hall_does_not_count(here, there):
    act = accept_act(there, here.lease(1)[0])
    assert code_of(there.accept(act)) == "number-unknown"
    assert there.lease(1)[0].startswith("990304")


def test_keys_are_each_countys_own(here, there):
    key = new_key()
    assert here.lease(1, key)[0][:6] == "990302"
    assert there.lease(1, key)[0][:6] == "990304"


def test_events_are_each_countys_own(platform, here, there):
    with Stream(here, CASES) as ours, Stream(there, CASES) as theirs:
        accepted = accept_act(here, here.lease(1)[0])
        here.accept(accepted)
        other = accept_act(there, there.lease(1)[0])
        there.accept(other)
        assert ours.next()["subject"] == accepted["case"]
        assert theirs.next()["subject"] == other["case"]


def test_an_operator_without_a_window_has_no_clerks_work(platform):
    account = next(one for one in platform.accounts["staff"] if one["username"] == "head")
    with sign_in_as(platform, account) as head:
        assert head.session["window"] is None
        assert head.session["hall"]["code"] == "99030201"
        assert head.session["operator"]["roles"] == ["supervisor"]
        assert code_of(head.get("/v1/workbench")) == "not-allowed"
    clerk = {**platform.accounts["clerks"][0], "window": None}
    with sign_in(platform) as anyone:
        assert code_of(anyone.post("/v1/sessions", clerk)) == "window-unknown"


@pytest.mark.parametrize("kind", ["kiosk", "display"])
def test_devices_have_the_role_of_their_kind(platform, kind):
    with sign_in_by_secret(platform, platform.accounts[f"{kind}s"][0]) as device:
        assert device.session["device"]["kind"] == kind
        assert device.session["device"]["window"] is None
        assert code_of(device.get("/v1/sync/receipts?keys=a")) == "not-allowed"
        with Stream(device):
            pass
