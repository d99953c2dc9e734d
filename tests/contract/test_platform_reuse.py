"""Materials of earlier cases serve again where that case has them, trusted, unexpired, allowed."""

from datetime import datetime, timedelta

import pytest
from cases_at_work import FOOD, WHOLE, Case, reviewer
from hall_fixtures import BOTH_STORES
from platform_client import accept_act, code_of, met, sign_in
from played_platform import played
from sqlalchemy import update

from hall_platform.licences.tables import licences

NOW = "2026-11-24T10:30:00+08:00"  # a Tuesday
COMPANY, DISPATCH = "yxzrgssldj", "lwpqjyxk"
ARTICLES = ("M03", "M04")  # 公司章程 of the one and of the other


@pytest.fixture(scope="module", params=BOTH_STORES)
def either(request, tmp_path_factory):
    moment = datetime.fromisoformat(NOW)
    with played(request.param, tmp_path_factory.mktemp("reuse"), moment) as running:
        yield running


@pytest.fixture
def platform(either):
    either.clock.moment = datetime.fromisoformat(NOW)
    return either


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def acceptance(clerk, lease=None, **changes):
    """The sole trader's registration, the lease met as said or seen at the window."""
    act = accept_act(clerk, clerk.lease(1)[0], **{"accepted_at": NOW, **changes})
    act["materials"][3] = lease or met("M04", "original_seen", "", "B")
    return act


def before(clerk, lease=None, **changes):
    """An earlier case, accepted."""
    answer = clerk.accept(acceptance(clerk, lease, **changes))
    assert answer.status_code == 201, answer.text
    return Case(answer.json() | {"etag": "*"})


def reused(clerk, case, grade="B", **changes):
    """What becomes of a case with the lease of an earlier one: accepted, or what is missing."""
    lease = met("M04", "earlier_case", case.last["number"], grade)
    answer = clerk.accept(acceptance(clerk, lease, **changes))
    if answer.status_code == 201:
        return "accepted"
    assert code_of(answer) == "material-missing"
    return answer.json()["materials"]


def of_item(clerk, initials, materials):
    """An acceptance of another item, every other material seen at the window."""
    item = clerk.item(initials)
    said = {one["material"]: one for one in materials}
    seen = [
        met(one["code"], "identity_card", "", "A")
        if one["met_by"]["identity_card"]
        else met(one["code"], "original_seen", "", "B")
        for one in item["materials"]
    ]
    return accept_act(
        clerk,
        clerk.lease(1)[0],
        item=item["code"],
        item_version=item["version"],
        accepted_at=NOW,
        materials=[said.get(one["material"], one) for one in seen],
    )


def kept(clerk, case, material="M04"):
    found = clerk.get(f"/v1/cases/{case}/provenance").json()["materials"]
    return next(one for one in found if one["material"] == material)


def test_what_a_clerk_compared_serves_the_person_again_and_stays_as_old_as_it_is(platform, clerk):
    first = before(clerk, met("M04", "original_seen", "", "B") | {"expires": "2027-06-30"})
    lease = met("M04", "earlier_case", first.last["number"], "B")
    with sign_in(platform, 1) as other:
        act = acceptance(other, lease)
        assert other.accept(act).status_code == 201
    seen, again = kept(clerk, first.id), kept(clerk, act["case"])
    assert (again["origin"], again["trust_grade"]) == ("earlier_case", "B")
    assert again["verified_by"] == seen["verified_by"] == clerk.operator["id"]
    assert again["verified_at"] == seen["verified_at"]
    assert again["expires"] == "2027-06-30"


def test_nobody_elses_case_and_no_case_at_all_serve(clerk):
    first = before(clerk)
    somebody = {**acceptance(clerk)["applicant"], "number": "990302199001010024"}
    estate = met("M02", "original_seen", "", "B")
    act = acceptance(clerk, met("M04", "earlier_case", first.last["number"], "B"))
    act["materials"][1] = estate
    act["applicant"] = somebody
    assert clerk.accept(act).json()["materials"] == ["M04"]
    unknown = met("M04", "earlier_case", "990302202601010300001", "B")
    assert clerk.accept(acceptance(clerk, unknown)).json()["materials"] == ["M04"]


def test_a_case_without_that_material_does_not_serve(clerk):
    """A food licence's fourth material is a plan of the premises, not a lease."""
    act = of_item(clerk, FOOD, WHOLE)
    assert clerk.accept(act).status_code == 201
    assert reused(clerk, Case({**act, "etag": "*"})) == ["M04"]


def test_a_material_is_known_by_its_standard_code_in_another_item(clerk):
    """The articles of association of a company, for the licence to dispatch labour."""
    own, other = ARTICLES
    first = of_item(clerk, COMPANY, [])
    assert clerk.accept(first).status_code == 201
    articles = met(other, "earlier_case", first["number"], "B")
    assert clerk.accept(of_item(clerk, DISPATCH, [articles])).status_code == 201
    premises = met("M05", "earlier_case", first["number"], "B")  # the company's M05 has no code
    assert clerk.accept(of_item(clerk, DISPATCH, [premises])).json()["materials"] == ["M05"]
    assert kept(clerk, first["case"], own)["purpose"] == "有限责任公司设立登记"


def test_where_the_list_does_not_allow_it_a_material_is_asked_for_anew(clerk):
    first = before(clerk)
    act = acceptance(clerk)
    act["materials"][2] = met("M03", "earlier_case", first.last["number"], "B")
    assert clerk.accept(act).json()["materials"] == ["M03"]


@pytest.mark.parametrize(("had", "said"), [("C", "B"), ("D", "B"), ("C", "C"), ("B", "A")])
def test_a_copy_nobody_compared_serves_no_other_case(clerk, had, said):
    first = before(clerk, met("M04", "original_seen", "", had))
    assert reused(clerk, first, said) == ["M04"]


def test_what_is_past_its_last_day_serves_no_more(platform, clerk):
    lease = met("M04", "original_seen", "", "B") | {"expires": "2026-11-24"}
    first = before(clerk, lease)
    assert reused(clerk, first) == "accepted"
    platform.clock.moment += timedelta(days=1)
    tomorrow = platform.clock.moment.isoformat()
    with sign_in(platform, 1) as later:
        assert reused(later, first, accepted_at=tomorrow) == ["M04"]
        act = acceptance(later, lease, accepted_at=tomorrow)
        assert later.accept(act).json()["materials"] == ["M04"]  # nor itself


def test_a_case_that_came_to_nothing_does_not_serve(platform, clerk):
    withdrawn, terminated, denied = before(clerk), before(clerk), before(clerk)
    withdrawn.do(clerk, "withdraw-case")
    denied.do(clerk, "hand-over")
    with reviewer(platform) as market:
        terminated.do(market, "terminate-case")
        denied.do(market, "review-case")
        denied.do(market, "decide-case", outcome="refused", legal_basis="实施清单")
    for case in (withdrawn, terminated, denied):
        assert reused(clerk, case) == ["M04"]


def test_a_case_not_accepted_yet_or_refused_does_not_serve(clerk):
    act = acceptance(clerk)
    own = ("case", "number", "query_code", "item", "item_version", "applicant", "materials")
    receipt = {member: act[member] for member in (*own, "operator", "window")}
    answer = clerk.post(
        f"/v1/cases/{act['case']}/receipt",
        {"act": "receive", **receipt, "filed_at": NOW},
        Idempotency_Key=act["case"],
    )
    case = Case(answer.json())
    assert reused(clerk, case) == ["M04"]
    case.do(clerk, "refuse-acceptance")
    assert reused(clerk, case) == ["M04"]


def test_what_was_reused_is_named_by_the_case_it_was_handed_in_with(clerk):
    first = before(clerk)
    second = before(clerk, met("M04", "earlier_case", first.last["number"], "B"))
    assert reused(clerk, second) == ["M04"]
    assert reused(clerk, first) == "accepted"


def test_a_received_case_may_be_accepted_with_what_an_earlier_one_has(clerk):
    first, act = before(clerk), acceptance(clerk)
    own = ("case", "number", "query_code", "item", "item_version", "applicant")
    receipt = {member: act[member] for member in (*own, "operator", "window")}
    answer = clerk.post(
        f"/v1/cases/{act['case']}/receipt",
        {"act": "receive", **receipt, "materials": act["materials"][:3], "filed_at": NOW},
        Idempotency_Key=act["case"],
    )
    case = Case(answer.json())
    wrong = met("M04", "earlier_case", act["number"], "B")  # its own number
    assert code_of(case.send(clerk, "accept-received", materials=[wrong])) == "material-missing"
    right = met("M04", "earlier_case", first.last["number"], "B")
    case.do(clerk, "accept-received", materials=[right])
    assert kept(clerk, case.id)["verified_by"] == clerk.operator["id"]


def test_a_licence_of_an_earlier_case_serves_while_it_is_valid(platform, clerk):
    """Its last day is the register's; revoked since, it serves no more."""
    held = {one["type_name"]: one["identifier"] for one in clerk.licences(None)}
    estate = held["不动产权证书"]
    changed = update(licences).where(licences.c.identifier == estate)
    platform.store.write(lambda store: store.execute(changed.values(valid_to="2026-12-31")))
    first = of_item(clerk, DISPATCH, [met("M05", "licence", estate, "A")])
    assert clerk.accept(first).status_code == 201
    assert kept(clerk, first["case"], "M05")["expires"] == "2026-12-31"
    again = met("M05", "earlier_case", first["number"], "A")
    assert clerk.accept(of_item(clerk, DISPATCH, [again])).status_code == 201
    platform.store.write(lambda store: store.execute(changed.values(standing="revoked")))
    refused = clerk.accept(of_item(clerk, DISPATCH, [again]))
    whole = {"standing": "in_force", "valid_to": None}
    platform.store.write(lambda store: store.execute(changed.values(whole)))
    assert refused.json()["materials"] == ["M05"]


def test_purpose_and_last_day_come_back_as_they_were_said(clerk):
    said = met("M04", "original_seen", "", "B") | {
        "purpose": "仅供本次登记使用",
        "expires": "2028-01-31",
    }
    case = before(clerk, said)
    assert case.whole(clerk)["materials"][3] == said
    one = kept(clerk, case.id)
    assert (one["purpose"], one["expires"]) == ("仅供本次登记使用", "2028-01-31")
    assert kept(clerk, case.id, "M03")["purpose"] == "个体工商户设立登记"
    case.do(clerk, "attach-material", material="M04", purpose="备查", expires="2027-01-31")
    case.last["etag"] = "*"
    case.do(clerk, "verify-original", position=4, expires="2027-02-28")
    verified = clerk.get(f"/v1/cases/{case.id}/provenance").json()["materials"][4]
    assert (verified["trust_grade"], verified["purpose"]) == ("B", "备查")
    assert verified["expires"] == "2027-02-28"
