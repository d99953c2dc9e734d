"""Licences over sockets on both stores: on what ground they are seen, presented, issued, ended."""

import base64
import json
import uuid
import zipfile
from io import BytesIO

import pytest
from cases_at_work import FOOD, accepted
from identity_platform import STORES, act, identity_platform
from licences_at_work import citizen, estate, looks, present, redeem
from platform_client import (
    DEMONSTRATION,
    PURPOSE,
    Stream,
    accept_act,
    code_of,
    met,
    new_key,
    side_by_side,
)
from pypdf import PdfReader
from sqlalchemy import select

from hall_platform.check_digits import is_licence_identifier
from hall_platform.licences.tables import licences, presentation_codes
from hall_platform.seed_data.licence_types import TYPES
from hall_platform.seed_data.places import BODIES

MARKET = BODIES["market"]
FIRM_LICENCE = TYPES["food"].code


@pytest.fixture(scope="module", params=STORES)
def platform(request, tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("licences") / "p", request.param) as running:
        yield running


@pytest.fixture
def clerk(platform):
    with platform.signed_in("clerk03") as signed_in:
        yield signed_in


@pytest.fixture
def market(platform):
    with platform.signed_in("market") as signed_in:
        yield signed_in


def firm_with_licence(platform):
    """A firm of the seed with a business licence in force."""
    with platform.store.read() as connection:
        return connection.execute(
            select(licences)
            .where(licences.c.holder_kind == "organisation")
            .where(licences.c.type_code == TYPES["business"].code)
            .where(licences.c.standing == "in_force")
            .order_by(licences.c.identifier)
        ).first()


# grounds ----------------------------------------------------------------------------------------


def test_an_organisations_licences_by_its_code_and_only_as_an_organisation(platform, clerk):
    firm = firm_with_licence(platform)
    item = clerk.item("ggcswsxk")["code"]
    holder = {"kind": "organisation", "number": firm.holder_number}
    assert firm.identifier in [one["identifier"] for one in clerk.licences(item, holder)]
    assert clerk.licences(item, {**holder, "kind": "resident"}) == []


def test_a_file_goes_out_for_the_item_that_needs_it_with_its_purpose_across_the_page(
    platform, clerk
):
    item, identifier = clerk.item(), estate(clerk)
    body = {
        "identifier": identifier,
        "format": "pdf",
        "holder": DEMONSTRATION,
        "item": item["code"],
        "purpose": "核验经营场所",
    }
    answer = clerk.post("/v1/licence-files", body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = "".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert "仅用于个体工商户设立登记（核验经营场所）" in text
    assert identifier in text
    assert "市民之家03窗口" in text
    look = next(one for one in looks(platform) if one.id == answer.headers["data-use"])
    assert (look.resource, look.purpose) == ("licence-file-pdf", "核验经营场所")
    assert json.loads(look.answered) == [identifier]
    assert look.id in text
    ofd = clerk.post("/v1/licence-files", {**body, "format": "ofd"})
    assert ofd.headers["content-type"] == "application/ofd"
    assert "OFD.xml" in zipfile.ZipFile(BytesIO(ofd.content)).namelist()
    assert clerk.post("/v1/licence-files", {**body, "format": "ofd"}).content == ofd.content


def test_no_file_without_a_ground(platform, clerk):
    identifier = estate(clerk)
    stranger = {"kind": "resident", "number": "990302195001010030"}
    asked = {"identifier": identifier, "format": "pdf", "purpose": PURPOSE}
    before = len(looks(platform))
    item, other = clerk.item()["code"], clerk.item("sydj")["code"]

    def refused(**more):
        return code_of(clerk.post("/v1/licence-files", {**asked, **more}))

    assert refused() == "invalid-request"
    assert refused(item=item) == "invalid-request"
    assert refused(item=item, holder=stranger) == "licence-unknown"
    assert refused(item=other, holder=DEMONSTRATION) == "licence-not-needed"
    assert refused(item="nothing", holder=DEMONSTRATION) == "item-unknown"
    assert refused(case=str(uuid.uuid4())) == "not-found"
    assert refused(presentation=str(uuid.uuid4())) == "licence-unknown"
    assert len(looks(platform)) == before


def test_a_case_shows_what_its_parties_hold_and_what_it_led_to(platform, clerk, market):
    case = accepted(clerk, FOOD)
    for step in ("hand-over",):
        case.do(clerk, step)
    for step in ("review-case", "decide-case", "issue-result"):
        case.do(market, step)
    before = len(looks(platform, "licences"))
    for who in (clerk, market):
        answer = who.post("/v1/case-licence-queries", {"case": case.id, "purpose": "审查"})
        assert answer.status_code == 200, answer.text
        (result,) = answer.json()["results"]
        assert result["type_name"] == "食品经营许可证"
        assert is_licence_identifier(result["identifier"])
    assert len(looks(platform, "licences")) == before + 2
    file = {"identifier": result["identifier"], "format": "ofd", "case": case.id, "purpose": "发证"}
    assert clerk.post("/v1/licence-files", file).status_code == 200
    health = platform.signed_in("health")
    neighbour = platform.signed_in("east01")
    for other in (health, neighbour):
        asked = {"case": case.id, "purpose": "看看"}
        assert code_of(other.post("/v1/case-licence-queries", asked)) == "not-found"
        assert code_of(other.post("/v1/licence-files", file)) == "not-found"
        other.http.close()


# verification -----------------------------------------------------------------------------------


def test_verification_tells_standing_and_nothing_of_the_holder(platform, clerk):
    identifier = estate(clerk)
    asked = {"identifier": identifier, "purpose": "核验申请人出示的证照"}
    answer = clerk.post("/v1/licence-verifications", asked)
    told = answer.json()
    assert (told["check_holds"], told["known"], told["status"]) == (True, True, "valid")
    assert told["successor"] is None
    for secret in (DEMONSTRATION["number"], "测试甲", "测试路"):
        assert secret not in answer.text
    assert json.loads(looks(platform, "licence-verification")[-1].answered) == [identifier]
    wrong = identifier[:-1] + ("A" if identifier[-1] != "A" else "B")
    told = clerk.post("/v1/licence-verifications", {**asked, "identifier": wrong}).json()
    assert (told["check_holds"], told["known"], told["status"]) == (False, False, None)


# issuing ----------------------------------------------------------------------------------------

HOLDER = {**DEMONSTRATION, "name": "测试甲"}
ISSUE = {
    "type_code": FIRM_LICENCE,
    "issuer": {"name": MARKET.name, "code": MARKET.code},
    "holder": HOLDER,
    "valid_from": "2026-11-24",
    "valid_to": "2031-11-23",
    "content": {"经营场所": "测试路1号"},
}


def issue(who, **changes):
    return act(who, "/v1/licences", "issue-licence", **{**ISSUE, **changes})


def test_issued_changed_revoked_and_each_can_be_told_afterwards(platform, clerk, market):
    with Stream(clerk, "?kinds=licence-changed") as stream:
        first = issue(market).json()
        change = {
            "identifier": first["identifier"],
            "reason": "经营场所变更",
            **{name: ISSUE[name] for name in ("valid_from", "valid_to")},
            "content": {"经营场所": "测试路2号"},
        }
        second = act(market, "/v1/licence-changes", "change-licence", **change).json()
        assert (second["version"], second["supersedes"]) == (2, first["identifier"])
        ended = act(
            market,
            "/v1/licence-revocations",
            "revoke-licence",
            identifier=second["identifier"],
            reason="申请人注销",
        ).json()
        assert ended["status"] == "revoked"
        heard = [stream.next() for _ in range(3)]
    assert [one["body"]["change"] for one in heard] == ["issued", "changed", "revoked"]
    assert not any(DEMONSTRATION["number"] in json.dumps(one) for one in heard)

    def verified(identifier):
        asked = {"identifier": identifier, "purpose": "核验"}
        return clerk.post("/v1/licence-verifications", asked).json()

    old, new = verified(first["identifier"]), verified(second["identifier"])
    assert (old["status"], old["successor"], old["reason"]) == (
        "superseded",
        second["identifier"],
        "经营场所变更",
    )
    assert (new["status"], new["reason"], new["changed_at"][:10]) == (
        "revoked",
        "申请人注销",
        "2026-11-24",
    )
    directory = {one["identifier"]: one["status"] for one in clerk.licences(None)}
    assert first["identifier"] not in directory
    assert directory[second["identifier"]] == "revoked"
    again = act(market, "/v1/licence-changes", "change-licence", **change)
    assert code_of(again) == "licence-not-in-force"
    assert again.json()["successor"] == second["identifier"]


def test_only_its_own_body_issues_changes_and_revokes(platform, clerk, market):
    identifier = issue(market).json()["identifier"]
    with platform.signed_in("health") as health:
        assert code_of(issue(health)) == "not-the-issuer"
        own_name = {"name": BODIES["health"].name, "code": BODIES["health"].code}
        assert code_of(issue(health, issuer=own_name)) == "not-the-issuer"
        end = {"identifier": identifier, "reason": "x"}
        answer = act(health, "/v1/licence-revocations", "revoke-licence", **end)
        assert code_of(answer) == "not-the-issuer"
    assert code_of(issue(clerk)) == "not-allowed"
    assert code_of(issue(market, type_code="1" * 21)) == "licence-type-unknown"
    assert code_of(issue(market, valid_to="2020-01-01")) == "licence-validity-wrong"
    assert code_of(issue(market, valid_to="2020-02-31")) == "invalid-request"


def test_an_act_sent_twice_issues_one_licence(platform, market):
    key = new_key()
    body = {"act": "issue-licence", **ISSUE}
    answers = [market.post("/v1/licences", body, Idempotency_Key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"


def test_the_issuers_own_file_is_served_to_the_byte_and_junk_is_refused(platform, clerk, market):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("OFD.xml", "<x/>")
        package.writestr("Signs/Signatures.xml", "<sealed/>")
    sent = base64.b64encode(out.getvalue()).decode()
    identifier = issue(market, ofd=sent).json()["identifier"]
    asked = {
        "identifier": identifier,
        "format": "ofd",
        "holder": DEMONSTRATION,
        "item": clerk.item("ggcswsxk")["code"],
        "purpose": "核验",
    }
    assert code_of(clerk.post("/v1/licence-files", asked)) == "licence-not-needed"
    person = citizen(platform)
    redeemed = redeem(clerk, present(person, [identifier]).json()["code"]).json()
    shown = {**asked, "presentation": redeemed["presentation"]}
    assert clerk.post("/v1/licence-files", shown).content == out.getvalue()
    junk = base64.b64encode(b"no package").decode()
    assert code_of(issue(market, ofd=junk)) == "licence-file-wrong"
    person.http.close()


def test_two_changes_of_one_licence_at_once_leave_one(platform, market):
    identifier = issue(market).json()["identifier"]
    change = {
        "identifier": identifier,
        "reason": "变更",
        "valid_from": "2026-11-24",
        "valid_to": None,
        "content": {},
    }
    answers = side_by_side(
        [lambda: act(market, "/v1/licence-changes", "change-licence", **change) for _ in range(4)]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


# presenting -------------------------------------------------------------------------------------


def test_a_window_sees_what_was_presented_once_and_nothing_else(platform, clerk):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"]
    chosen = next(one for one in own if one["type_name"] == "居民户口簿")["identifier"]
    code = present(person, [chosen]).json()
    state = f"/v1/presentations/{code['presentation']}"
    assert person.get(state).json()["state"] == "open"
    answer = redeem(clerk, code["code"], item=clerk.item()["code"])
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert [one["identifier"] for one in seen["licences"]] == [chosen]
    assert seen["licences"][0]["summary"]
    look = next(one for one in looks(platform) if one.id == seen["query"])
    assert (look.resource, look.purpose) == ("licences-presented", "办理个体工商户设立登记")
    assert look.holder_number == DEMONSTRATION["number"]
    told = person.get(state).json()
    assert (told["state"], told["window"]) == ("redeemed", "03")
    assert code_of(redeem(clerk, code["code"])) == "presentation-refused"
    file = {"format": "pdf", "presentation": seen["presentation"], "purpose": PURPOSE}
    assert clerk.post("/v1/licence-files", {**file, "identifier": chosen}).status_code == 200
    other = {**file, "identifier": estate(clerk)}
    assert code_of(clerk.post("/v1/licence-files", other)) == "licence-unknown"
    with platform.signed_in("clerk04") as colleague:
        mine = {**file, "identifier": chosen}
        assert code_of(colleague.post("/v1/licence-files", mine)) == "licence-unknown"
    person.http.close()


def test_a_lost_answer_can_be_asked_for_again_under_its_key(platform, clerk):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    code = present(person, [own]).json()["code"]
    body = {
        "act": "redeem-presentation",
        "operator": clerk.operator,
        "window": clerk.window,
        "code": code,
    }
    key = new_key()
    answers = [
        clerk.post("/v1/presentation-redemptions", body, Idempotency_Key=key) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    person.http.close()


def test_of_four_windows_one_redeems(platform):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    code = present(person, [own]).json()["code"]
    clerks = [platform.signed_in(f"clerk{number:02d}") for number in (3, 4, 5, 6)]
    answers = side_by_side([lambda c=c: redeem(c, code) for c in clerks])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    for one in (*clerks, person):
        one.http.close()


def test_a_code_is_over_after_five_minutes_or_when_taken_back(platform, clerk):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    late, back = present(person, [own]).json(), present(person, [own]).json()
    path = f"/v1/presentations/{back['presentation']}/cancellation"
    assert act(person, path, "cancel-presentation").json()["state"] == "cancelled"
    assert code_of(act(person, path, "cancel-presentation")) == "presentation-over"
    assert code_of(redeem(clerk, back["code"])) == "presentation-refused"
    platform.pass_time(minutes=4, seconds=59)
    assert person.get(f"/v1/presentations/{late['presentation']}").json()["state"] == "open"
    platform.pass_time(seconds=1)
    assert person.get(f"/v1/presentations/{late['presentation']}").json()["state"] == "expired"
    assert code_of(redeem(clerk, late["code"])) == "presentation-refused"
    assert code_of(redeem(clerk, "YZ" + "0" * 26)) == "presentation-refused"
    person.http.close()


def test_nobody_presents_what_is_not_theirs(platform, clerk):
    firm = firm_with_licence(platform)
    person = citizen(platform)
    refused = present(person, [firm.identifier])
    assert code_of(refused) == "licence-not-own"
    assert code_of(present(person, ["1.2.3"])) == "licence-not-own"
    unknown = {"licences": [firm.identifier], "purpose": "x", "consent": False}
    answer = act(person, "/v1/presentations", "present-licences", **unknown)
    assert code_of(answer) == "invalid-request"
    state = present(person, [person.get("/v1/own-licences").json()["licences"][0]["identifier"]])
    with platform.signed_in("clerk04") as colleague:
        assert code_of(colleague.get(f"/v1/presentations/{state.json()['presentation']}")) == (
            "not-allowed"
        )
    other = citizen(platform, "990302198505050018")
    path = f"/v1/presentations/{state.json()['presentation']}"
    assert code_of(other.get(path)) == "not-found"
    assert code_of(act(other, path + "/cancellation", "cancel-presentation")) == "not-found"
    for one in (person, other):
        one.http.close()


def test_who_acts_for_a_firm_presents_its_licences_and_who_is_not_verified_none(platform, clerk):
    firm = firm_with_licence(platform)
    agent = citizen(platform, "990302197707070017", firm=firm.holder_number)
    held = {one["identifier"] for one in agent.get("/v1/own-licences").json()["licences"]}
    assert firm.identifier in held
    code = present(agent, [firm.identifier], "办理公共场所卫生许可").json()["code"]
    seen = redeem(clerk, code).json()["licences"]
    assert [one["holder"]["kind"] for one in seen] == ["organisation"]
    look = looks(platform, "licences-presented")[-1]
    assert (look.holder_kind, look.holder_number) == ("organisation", firm.holder_number)
    stranger = citizen(platform, "990302196606060012", level=1)
    assert code_of(stranger.get("/v1/own-licences")) == "citizen-not-verified"
    assert code_of(present(stranger, [firm.identifier])) == "citizen-not-verified"
    for one in (agent, stranger):
        one.http.close()


def test_a_code_is_kept_as_a_hash_only_in_its_table(platform):
    person = citizen(platform)
    own = person.get("/v1/own-licences").json()["licences"][0]["identifier"]
    code = present(person, [own]).json()["code"]
    with platform.store.read() as connection:
        rows = connection.execute(select(presentation_codes)).all()
    assert not any(code in str(tuple(row)) for row in rows)
    person.http.close()


# the counter's own way --------------------------------------------------------------------------


def test_a_superseded_licence_meets_no_material_any_more(platform, clerk, market):
    first = issue(market).json()["identifier"]
    act(
        market,
        "/v1/licence-changes",
        "change-licence",
        identifier=first,
        reason="变更",
        valid_from="2026-11-24",
        valid_to=None,
        content={},
    )
    act_body = accept_act(clerk, clerk.lease(1)[0])
    act_body["materials"][1] = met("M02", "licence", first, "A")
    assert code_of(clerk.accept(act_body)) == "material-missing"
