"""For which case a look at licences is on record, and what of it the person is shown."""

import uuid

import pytest
from cases_at_work import FOOD
from identity_platform import STORES, identity_platform
from licences_at_work import citizen, estate, looks, present, redeem
from platform_client import DEMONSTRATION, PURPOSE, accept_act, code_of
from sqlalchemy import select

from hall_platform.licences.tables import licences


@pytest.fixture(scope="module", params=STORES)
def platform(request, tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("for-cases") / "p", request.param) as running:
        yield running


@pytest.fixture
def clerk(platform):
    with platform.signed_in("clerk03") as signed_in:
        yield signed_in


def accepted_at(clerk):
    """A sole trader's registration of the demonstration's person, accepted at that window."""
    body = accept_act(clerk, clerk.lease(1)[0])
    assert clerk.accept(body).status_code == 201
    return body["case"]


def test_a_look_is_for_a_case_only_where_it_is_the_windows_the_items_and_the_persons(
    platform, clerk
):
    item, case = clerk.item()["code"], accepted_at(clerk)
    with platform.signed_in("east01") as neighbour:
        elsewhere = accepted_at(neighbour)
    stranger = {"kind": "resident", "number": "990302195001010030"}
    asked = {"holder": DEMONSTRATION, "item": item, "case": case, "purpose": PURPOSE}
    before = len(looks(platform))
    for wrong in (
        {"case": str(uuid.uuid4())},
        {"case": elsewhere},
        {"item": clerk.item(FOOD)["code"]},
        {"holder": stranger},
        {"holder": {**DEMONSTRATION, "kind": "foreigner_2017"}},
    ):
        answer = clerk.post("/v1/licence-queries", {**asked, **wrong})
        assert code_of(answer) == "not-found", wrong
    assert len(looks(platform)) == before
    answer = clerk.post("/v1/licence-queries", asked).json()
    look = next(one for one in looks(platform) if one.id == answer["query"])
    assert (look.case_id, look.item) == (case, item)
    bare = clerk.post("/v1/licence-queries", {**asked, "item": None}).json()
    look = next(one for one in looks(platform) if one.id == bare["query"])
    assert (look.resource, look.case_id) == ("licence-directory", case)


def test_a_code_scanned_for_a_case_that_has_not_arrived_yet_is_used_and_no_case_is_on_record(
    platform, clerk
):
    """The counter makes a case's number when the item is put on the desk, before it is accepted."""
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    code = present(person, [own]).json()["code"]
    answer = redeem(clerk, code, item=clerk.item()["code"], case=str(uuid.uuid4()))
    assert answer.status_code == 200, answer.text
    shown = person.get("/v1/exchange/uses").json()["uses"]
    use = next(one for one in shown if one["id"] == answer.json()["query"])
    assert (use["title"], use["for_case"]) == ("出示的电子证照", False)
    assert use["item_name"] == clerk.item()["name"]
    person.http.close()


def test_a_code_is_not_used_up_for_a_case_that_is_not_the_windows(platform, clerk):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    code = present(person, [own]).json()["code"]
    item, case = clerk.item()["code"], accepted_at(clerk)
    with platform.signed_in("east01") as neighbour:
        elsewhere = accepted_at(neighbour)
    assert code_of(redeem(clerk, code, item=item, case=elsewhere)) == "not-found"
    assert code_of(redeem(clerk, code, item=clerk.item(FOOD)["code"], case=case)) == "not-found"
    assert code_of(redeem(clerk, code, item="nothing")) == "item-unknown"
    seen = redeem(clerk, code, case=case).json()
    look = next(one for one in looks(platform) if one.id == seen["query"])
    assert (look.case_id, look.item) == (case, item)
    file = {"identifier": own, "format": "pdf", "purpose": PURPOSE}
    shown = {**file, "presentation": seen["presentation"]}
    for wrong in ({"case": str(uuid.uuid4())}, {"case": elsewhere}):
        assert code_of(clerk.post("/v1/licence-files", {**shown, **wrong})) == "not-found"
    assert code_of(clerk.post("/v1/licence-files", {**shown, "item": "nothing"})) == "item-unknown"
    answer = clerk.post("/v1/licence-files", {**shown, "case": case})
    look = next(one for one in looks(platform) if one.id == answer.headers["data-use"])
    assert (look.case_id, look.item) == (case, item)
    person.http.close()


def test_what_another_than_the_parties_shows_is_seen_and_is_not_for_the_case(platform, clerk):
    """A landlord shows the certificate of the premises that a tenant registers."""
    with platform.store.read() as connection:
        landlord = connection.execute(
            select(licences.c.identifier, licences.c.holder_number)
            .where(licences.c.holder_kind == "resident")
            .where(licences.c.holder_number != DEMONSTRATION["number"])
            .where(licences.c.standing == "in_force")
            .order_by(licences.c.identifier)
        ).first()
    person = citizen(platform, landlord.holder_number)
    code = present(person, [landlord.identifier]).json()["code"]
    case = accepted_at(clerk)
    answer = redeem(clerk, code, case=case)
    assert answer.status_code == 200, answer.text
    look = next(one for one in looks(platform) if one.id == answer.json()["query"])
    assert (look.holder_number, look.case_id) == (landlord.holder_number, None)
    person.http.close()


def test_a_person_is_shown_which_licences_were_seen(platform, clerk):
    identifier, item = estate(clerk), clerk.item()["code"]
    asked = {"holder": DEMONSTRATION, "item": item, "purpose": "看证照"}
    seen = {"查询": clerk.post("/v1/licence-queries", asked).json()["query"]}
    for kind in ("pdf", "ofd"):
        file = {**asked, "identifier": identifier, "format": kind}
        seen[kind] = clerk.post("/v1/licence-files", file).headers["data-use"]
    verified = {"identifier": identifier, "purpose": "核验"}
    clerk.post("/v1/licence-verifications", verified)
    with citizen(platform) as person:
        shown = {one["id"]: one for one in person.get("/v1/exchange/uses").json()["uses"]}
    assert {name: shown[query]["title"] for name, query in seen.items()} == {
        "查询": "电子证照",
        "pdf": "电子证照副本（PDF）",
        "ofd": "电子证照原件（OFD）",
    }
    for query in seen.values():
        assert shown[query]["seen"] == ["不动产权证书"]
    checked = next(one for one in shown.values() if one["why"] == "核验")
    assert (checked["title"], checked["seen"]) == ("电子证照核验", ["不动产权证书"])
