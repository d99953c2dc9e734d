"""The online hall: what begins there goes on at the window, and the other way."""

import json

import pytest
from cases_at_work import WHOLE, Case, received, reviewer
from hall_fixtures import BOTH_STORES
from platform_client import DEMONSTRATION, Stream, code_of, met, new_key, sign_in
from platform_process import PlatformProcess, seeded_database
from portal_people import COUNTY, FORM, HALL, PDF, citizen, look_of, new_citizen

NOW = "2026-11-24T10:30:00+08:00"  # a Tuesday
SOLE_TRADER = "gtgshsldj"


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal") / "platform"
    process = PlatformProcess.start(folder, clock=NOW)
    yield process, None
    process.stop()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal") / "postgres"
    with seeded_database(folder) as database:
        process = PlatformProcess.start(folder, seed=False, db=database, clock=NOW)
        yield process, database
        process.stop()


@pytest.fixture(scope="module", params=BOTH_STORES)
def either(request):
    """The same tests on both stores."""
    return request.getfixturevalue("postgres" if request.param == "postgres" else "usual")


@pytest.fixture
def clerk(usual):
    with sign_in(usual[0]) as signed_in:
        yield signed_in


@pytest.fixture
def somebody(usual):
    """A verified citizen with nothing applied for yet."""
    with new_citizen(usual) as signed_in:
        yield signed_in


def seen_at_window(clerk, code):
    body = {"code": code, "purpose": "受理申请"}
    answer = clerk.post("/v1/preapplication-queries", body)
    (one,) = answer.json()["preapplications"]
    return one


def check(clerk, one, result, **more):
    body = {
        "act": "check-preapplication",
        "operator": clerk.operator,
        "window": clerk.window,
        "result": result,
        **more,
    }
    path = f"/v1/preapplications/{one['id']}/check"
    return clerk.post(path, body, If_Match=one["etag"], Idempotency_Key=new_key())


def release(clerk, one):
    body = {"act": "release", "operator": clerk.operator, "window": clerk.window}
    path = f"/v1/preapplications/{one['id']}/release"
    return clerk.post(path, body, If_Match=one["etag"], Idempotency_Key=new_key())


def receive(clerk, citizen, item, preapplication=None):
    """Received at the window as what was applied for online."""
    person = {key: citizen.person[key] for key in ("kind", "number", "name")}
    return received(
        clerk,
        SOLE_TRADER,
        applicant=person,
        preapplication=preapplication,
        materials=[
            met("M01", "identity_card", "", "A"),
            *(met(f"M{place:02d}", "original_seen", "", "B") for place in (2, 3, 4)),
        ],
    )


def titles(citizen):
    return [one["title"] for one in citizen.messages()["messages"]]


# from the portal to the window, and to the result ------------------------------------------------


def test_an_application_from_the_first_word_to_the_rating(either):
    """Online → checked → corrected → claimed → put back → accepted → decided → rated."""
    with sign_in(either[0]) as clerk, reviewer(either[0]) as market, new_citizen(either) as one:
        item = clerk.item(SOLE_TRADER)
        draft = one.begin(item["code"], form={"F01": {"name": FORM["F01"]["name"]}})
        refused = one.submit(draft)
        assert code_of(refused) == "form-invalid"
        assert "经营范围" in json.dumps(refused.json(), ensure_ascii=False)
        files = [
            {
                "material": "M04",
                "file_name": "租赁合同𠮷.pdf",
                "sha256": one.upload(),
                "pages": 1,
            }
        ]
        saved = one.on_draft(draft, "save-draft", "contents", form=FORM, uploads=files)
        draft = saved.json()["draft"]
        assert draft["uploads"][0]["trust_grade"] == "C"
        done = one.submit(draft, mobile="12000000009").json()
        assert {line["why"] for line in done["to_bring"]} == {
            "identity_card",
            "not_uploaded",
            "original",
        }
        shown = seen_at_window(clerk, done["preapplication_code"])
        assert shown["state"] == "submitted"
        assert shown["applicant"]["name"] == one.person["name"]
        assert shown["applicant"]["mobile"] == "12000000009"
        form = clerk.get(f"/v1/preapplications/{shown['id']}/form").json()
        assert form["form"] == FORM
        assert form["applied_by"] is None

        points = [{"material": "M02", "what": "请补充经营场所使用证明"}]
        told = check(clerk, shown, "to_correct", points=points).json()
        assert told["state"] == "to_correct"
        (mine,) = one.matters()["preapplications"]
        assert (mine["state"], mine["points"]) == ("to_correct", points)
        body = {
            "act": "correct-preapplication",
            "county": COUNTY,
            "form": FORM,
            "uploads": [
                *files,
                {**files[0], "material": "M02", "sha256": one.upload(PDF + b"%")},
            ],
        }
        corrected = one.act(f"/preapplications/{mine['id']}/corrections", body, mine["etag"])
        assert corrected.status_code == 200, corrected.text
        assert corrected.json()["state"] == "submitted"
        assert corrected.json()["points"] == []
        checked = check(clerk, seen_at_window(clerk, mine["code"]), "checked").json()

        claimed = clerk.claim(checked).json()
        assert claimed["state"] == "claimed"
        (mine,) = one.matters()["preapplications"]
        away = {"act": "withdraw-preapplication", "county": COUNTY}
        busy = one.act(f"/preapplications/{mine['id']}/withdrawal", away, mine["etag"])
        assert (code_of(busy), busy.json()["window"]) == ("preapplication-busy", clerk.window)
        put_back = release(clerk, claimed).json()
        assert put_back["state"] == "checked"
        clerk.claim(put_back)
        case = receive(clerk, one, item, mine["id"])
        matters = one.matters()
        (mine,) = matters["preapplications"]
        (ours,) = matters["cases"]
        assert (mine["state"], mine["case"]) == ("accepted", case.id)
        assert [step["state"] for step in mine["steps"]] == [
            *("submitted", "to_correct", "submitted", "checked"),
            *("claimed", "checked", "claimed", "accepted"),
        ]
        assert (ours["number"], ours["state"]) == (case.last["number"], "received")

        case.do(clerk, "accept-received")
        case.do(clerk, "hand-over")
        case.do(market, "review-case")
        case.do(market, "decide-case")
        case.do(market, "issue-result")
        case.do(market, "close-case")
        case.do(clerk, "deliver-result")
        finished = clerk.post(
            "/v1/services-given",
            {
                "act": "finish-service",
                "operator": clerk.operator,
                "window": clerk.window,
                "kind": "deliver",
                "case": case.id,
            },
            Idempotency_Key=new_key(),
        )
        assert finished.status_code in (200, 201), finished.text
        ours = one.get(f"/v1/portal/cases/{case.id}").json()
        assert ours["state"] == "delivered"
        assert [step["act"] for step in ours["timeline"]][-1] == "deliver-result"
        (service,) = ours["services"]
        assert not service["rated"]
        word = {"act": "rate-own-service", "county": COUNTY, "case": case.id, "level": "worst"}
        path = f"/services/{service['service']}/rating"
        assert code_of(one.act(path, word)) == "rating-incomplete"
        word |= {"details": ["N06"], "text": "等了很久"}
        rated = one.act(path, word)
        assert rated.json()["received"] is True, rated.text
        assert code_of(one.act(path, word)) == "rating-closed"
        (service,) = one.get(f"/v1/portal/cases/{case.id}").json()["services"]
        assert service["rated"]
        assert titles(one)[:3] == ["办件结果已送达", "办件已办结", "结果证照已制发"]
        assert titles(one)[-2:] == ["网上申请需要补正", "网上申请已提交"]


def test_messages_tell_of_each_step_and_are_marked_as_read(either):
    with sign_in(either[0]) as clerk, new_citizen(either) as one:
        item = clerk.item(SOLE_TRADER)
        done = one.submit(one.begin(item["code"], form=FORM)).json()
        page = clerk.get("/v1/preapplications?limit=200").json()["preapplications"]
        (listed,) = [line for line in page if line["id"] == done["preapplication"]]
        assert (listed["check_due_on"], listed["late"]) == ("2026-11-26", False)
        assert one.person["name"] not in json.dumps(page, ensure_ascii=False)
        assert one.matters()["preapplications"][0]["check_due_on"] == "2026-11-26"
        claimed = clerk.claim(seen_at_window(clerk, done["preapplication_code"])).json()
        release(clerk, claimed)
        page = one.messages("?limit=2")
        assert (page["unread"], len(page["messages"])) == (3, 2)
        rest = one.messages(f"?limit=2&cursor={page['next']}")
        found = [message["title"] for message in (*page["messages"], *rest["messages"])]
        assert sorted(found) == sorted(
            ["窗口已退回您的申请", "窗口正在办理您的申请", "网上申请已提交"]
        )
        ids = [message["id"] for message in page["messages"]]
        body = {"act": "read-messages", "county": COUNTY, "messages": ids}
        assert one.act("/message-readings", body).json() == {"marked": 2}
        assert one.act("/message-readings", body).json() == {"marked": 0}
        assert one.messages("?unread=true")["unread"] == 1


def test_a_citizen_hears_of_their_own_at_once_and_of_nobody_elses(usual, clerk):
    item = clerk.item(SOLE_TRADER)
    with new_citizen(usual) as one, new_citizen(usual) as other, Stream(other) as stream:
        one.submit(one.begin(item["code"], form=FORM))
        other.submit(other.begin(item["code"], form=FORM))
        event = stream.next()
        (message,) = other.messages()["messages"]
    assert (event["kind"], event["county"], event["hall"]) == ("message-received", "", "")
    assert event["subject"] == other.account
    assert event["body"]["message"] == message["id"]
    with Stream(one, last=0) as stream:  # what was missed comes after, and only one's own
        event = stream.next()
    assert event["subject"] == one.account
    with Stream(clerk, last=0) as stream:
        kinds = {stream.next()["kind"] for _ in range(2)}
    assert "message-received" not in kinds


def applied(citizen, clerk):
    """A pre-application as the window sees it, ready to be looked through."""
    item = clerk.item(SOLE_TRADER)
    draft = citizen.begin(item["code"], form=FORM)
    return seen_at_window(clerk, citizen.submit(draft).json()["preapplication_code"])


def corrected(citizen, one):
    """Corrected online, without a word about which points."""
    (mine,) = [p for p in citizen.matters()["preapplications"] if p["id"] == one["id"]]
    body = {"act": "correct-preapplication", "county": COUNTY, "form": FORM, "uploads": []}
    done = citizen.act(f"/preapplications/{one['id']}/corrections", body, mine["etag"])
    assert done.status_code == 200, done.text


def test_what_is_to_correct_is_told_once_and_whole(either):
    """行政许可法 32(4): a second look names nothing that the first did not."""
    proof = {"material": "M02", "what": "请补充经营场所使用证明"}
    scope = {"material": "", "what": "经营范围请按规范条目填写"}
    photo = {"material": "M03", "what": "照片须为白底"}
    with sign_in(either[0]) as clerk, new_citizen(either) as one:
        shown = applied(one, clerk)
        first = check(clerk, shown, "to_correct", points=[proof, scope])
        assert first.status_code == 200, first.text
        corrected(one, shown)
        shown = seen_at_window(clerk, shown["code"])

        for further in (photo, {**proof, "what": "请补充经营场所使用证明原件"}):
            refused = check(clerk, shown, "to_correct", points=[proof, further])
            assert (refused.status_code, code_of(refused)) == (409, "new-point-in-second-notice")
            told = refused.json()
            assert told["point"] == further["what"]
            assert told["unmet"] == [proof["what"], scope["what"]]
            assert "《" in told["basis"]
        assert seen_at_window(clerk, shown["code"])["state"] == "submitted"  # nothing was told
        assert titles(one).count("网上申请需要补正") == 1

        again = check(clerk, shown, "to_correct", points=[proof])  # what is still wrong of it
        assert again.status_code == 200, again.text
        corrected(one, shown)
        shown = seen_at_window(clerk, shown["code"])
        met = check(clerk, shown, "to_correct", points=[scope])  # that one was right already
        assert code_of(met) == "new-point-in-second-notice"
        assert met.json()["unmet"] == [proof["what"]]
        passed = check(clerk, shown, "checked")
        assert passed.status_code == 200, passed.text
        late = check(clerk, passed.json(), "to_correct", points=[proof])
        assert code_of(late) == "new-point-in-second-notice"
        assert late.json()["unmet"] == []


def test_who_passed_it_by_mistake_may_still_tell_the_first_time(usual, clerk, somebody):
    shown = applied(somebody, clerk)
    passed = check(clerk, shown, "checked").json()
    told = check(clerk, passed, "to_correct", points=[{"material": "", "what": "漏了签名"}])
    assert told.status_code == 200, told.text


# from the window to the portal -------------------------------------------------------------------


def test_a_case_received_at_the_window_is_in_the_portal(usual, clerk, somebody):
    case = receive(clerk, somebody, clerk.item(SOLE_TRADER))
    (ours,) = somebody.matters()["cases"]
    assert (ours["case"], ours["state"]) == (case.id, "received")
    assert "operator" not in json.dumps(ours)
    case.do(clerk, "notify-missing")
    ours = somebody.get(f"/v1/portal/cases/{case.id}").json()
    assert ours["state"] == "to_correct"
    assert [(point["code"], point["met"]) for point in ours["points"]] == [
        ("P1", False),
        ("P2", False),
    ]
    file = {"material": "M04", "file_name": "合同.pdf", "pages": 1}
    body = {"act": "correct-own-case", "county": COUNTY, "met": ["P1", "P2"]}
    path = f"/cases/{case.id}/corrections"
    never = {**body, "uploads": [{**file, "sha256": "0" * 64}]}
    assert code_of(somebody.act(path, never, ours["etag"])) == "upload-unknown"
    body["uploads"] = [{**file, "sha256": somebody.upload(PDF + b"%2")}]
    corrected = somebody.act(path, body, ours["etag"])
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["state"] == "received"
    assert all(point["met"] for point in corrected.json()["points"])
    materials = clerk.get(f"/v1/cases/{case.id}/provenance").json()["materials"]
    (added,) = [one for one in materials if one["origin"] == "applicant"]
    assert (added["material"], added["trust_grade"]) == ("M04", "C")
    again = somebody.act(path, body, corrected.json()["etag"])
    assert (code_of(again), again.json()["act"]) == ("act-not-allowed", "submit-corrections")
    away = {"act": "withdraw-own-case", "county": COUNTY, "reason": "不再经营"}
    gone = somebody.act(f"/cases/{case.id}/withdrawal", away, corrected.json()["etag"])
    assert gone.json()["state"] == "withdrawn"
    assert titles(somebody)[0] == "办件已撤回"


def test_a_draft_begun_at_the_window_is_finished_online_and_handed_back(either):
    with sign_in(either[0]) as clerk, new_citizen(either) as one, new_citizen(either) as other:
        item = clerk.item(SOLE_TRADER)
        at_window = {"operator": clerk.operator, "window": clerk.window}
        begun = clerk.post(
            "/v1/drafts",
            {
                "act": "begin-draft-at-window",
                **at_window,
                "item": item["code"],
                "applicant": {key: one.person[key] for key in ("kind", "number", "name")},
                "form": {"F01": {"name": FORM["F01"]["name"]}},
            },
            Idempotency_Key=new_key(),
        )
        assert begun.status_code == 201, begun.text
        draft = begun.json()["draft"]
        handed = clerk.post(
            f"/v1/drafts/{draft['id']}/hand-over",
            {"act": "hand-over-draft-at-window", **at_window},
            If_Match=draft["etag"],
            Idempotency_Key=new_key(),
        ).json()
        code = {"county": COUNTY, "code": handed["code"]}
        assert one.get("/v1/portal/drafts").json() == {"drafts": []}
        # whoever else finds the slip gets nothing by it
        assert code_of(other.post("/v1/portal/draft-code-queries", code)) == "code-unknown"
        taking = f"/drafts/{draft['id']}/taking"
        assert code_of(other.act(taking, {"act": "take-draft", **code})) == "code-unknown"
        found = one.post("/v1/portal/draft-code-queries", code).json()
        assert found["id"] == draft["id"]
        taken = one.act(taking, {"act": "take-draft", **code}).json()["draft"]
        assert (taken["place"], taken["form"]["F01"]["name"]) == ("online", FORM["F01"]["name"])
        assert code_of(one.act(taking, {"act": "take-draft", **code})) == "code-unknown"

        given = one.on_draft(taken, "hand-over-draft", "hand-over").json()
        assert code_of(one.submit(given["draft"])) == "draft-elsewhere"
        code = {"county": COUNTY, "code": given["code"]}
        found = clerk.post("/v1/draft-code-queries", code).json()
        body = {"act": "take-draft-to-window", **at_window, "code": given["code"]}
        path = f"/v1/drafts/{found['id']}"
        taken = clerk.post(f"{path}/taking", body, Idempotency_Key=new_key()).json()["draft"]
        assert taken["place"] == "window"
        body = {"act": "save-draft-at-window", **at_window, "form": FORM, "uploads": []}
        saved = clerk.post(
            f"{path}/contents", body, If_Match=taken["etag"], Idempotency_Key=new_key()
        ).json()
        body = {"act": "submit-draft-at-window", **at_window}
        done = clerk.post(
            f"{path}/submission", body, If_Match=saved["etag"], Idempotency_Key=new_key()
        ).json()
        shown = seen_at_window(clerk, done["preapplication_code"])
        assert (shown["state"], shown["claimed_by"]["window"]) == ("claimed", clerk.window)
        case = receive(clerk, one, item, shown["id"])
        assert [ours["case"] for ours in one.matters()["cases"]] == [case.id]


def test_a_kiosk_hands_in_or_gives_a_code(usual, clerk, somebody):
    from platform_client import sign_in_by_secret

    known = next(one for one in usual[0].accounts["kiosks"] if one["hall"] == HALL)
    person = {key: somebody.person[key] for key in ("kind", "number", "name")}
    body = {
        "act": "begin-draft-at-kiosk",
        "item": clerk.item(SOLE_TRADER)["code"],
        "applicant": person,
        "form": FORM,
        "hand_in": True,
    }
    with sign_in_by_secret(usual[0], known) as kiosk:
        done = kiosk.post("/v1/kiosk-drafts", body, Idempotency_Key=new_key()).json()
        assert done["preapplication_code"]
        body |= {"hand_in": False, "form": {}}
        kept = kiosk.post("/v1/kiosk-drafts", body, Idempotency_Key=new_key()).json()
    assert [one["state"] for one in somebody.matters()["preapplications"]] == ["submitted"]
    code = {"county": COUNTY, "code": kept["code"]}
    found = somebody.post("/v1/portal/draft-code-queries", code).json()
    taken = somebody.act(f"/drafts/{found['id']}/taking", {"act": "take-draft", **code})
    assert taken.json()["draft"]["begun_at_place"] == "kiosk"


def test_an_appointment_for_an_item_is_booked_and_among_ones_own(usual, clerk, somebody):
    item = clerk.item(SOLE_TRADER)["code"]
    guide = somebody.get(f"/v1/portal/items/{item}").json()
    service = guide["halls"][0]["services"][0]["code"]
    slots = f"/v1/appointment-slots?hall={HALL}&service={service}&day=2026-11-26"
    free = next(one for one in somebody.get(slots).json()["slots"] if one["free"])
    body = {
        "act": "book",
        "hall": HALL,
        "service": service,
        "day": "2026-11-26",
        "start": free["start"],
    }
    booked = somebody.post("/v1/appointments", body, Idempotency_Key=new_key())
    assert booked.status_code == 201, booked.text
    (mine,) = somebody.matters()["appointments"]
    assert (mine["code"], mine["state"]) == (booked.json()["code"], "booked")
    with new_citizen(usual) as other:
        assert other.matters()["appointments"] == []
        stolen = other.post(
            f"/v1/appointments/{mine['code']}/cancellation",
            {"act": "cancel-appointment", "hall": HALL},
            Idempotency_Key=new_key(),
        )
        assert code_of(stolen) == "not-found"


# what one may not -------------------------------------------------------------------------------


def test_nobody_elses_is_ever_seen_or_changed(usual, clerk, somebody):
    item = clerk.item(SOLE_TRADER)
    draft = somebody.begin(item["code"], form=FORM)
    with new_citizen(usual) as other:
        assert code_of(other.get(f"/v1/portal/drafts/{draft['id']}")) == "not-found"
        for act, path, more in (
            ("save-draft", "contents", {"form": {}, "uploads": []}),
            ("discard-draft", "discarding", {}),
            ("submit-draft", "submission", {}),
            ("hand-over-draft", "hand-over", {}),
        ):
            assert code_of(other.on_draft(draft, act, path, **more)) == "not-found"
        done = somebody.submit(draft).json()
        mine = done["preapplication"]
        case = receive(clerk, somebody, item, mine)
        for path in (f"preapplications/{mine}", f"cases/{case.id}"):
            assert code_of(other.get(f"/v1/portal/{path}")) == "not-found"
        away = {"act": "withdraw-own-case", "county": COUNTY, "reason": "不是我的"}
        refused = other.act(f"/cases/{case.id}/withdrawal", away, case.last["etag"])
        assert code_of(refused) == "not-found"
        assert not any(other.matters().values())
        assert other.messages()["messages"] == []
        ids = [one["id"] for one in somebody.messages()["messages"]]
        body = {"act": "read-messages", "county": COUNTY, "messages": ids}
        assert other.act("/message-readings", body).json() == {"marked": 0}


def test_the_county_named_has_to_be_the_right_one(somebody, clerk):
    draft = somebody.begin(clerk.item(SOLE_TRADER)["code"], form=FORM)
    elsewhere = {**draft, "county": "990304"}
    assert code_of(somebody.submit(elsewhere)) == "not-found"
    body = {"act": "begin-draft", "hall": "99030401", "item": draft["item"]}
    assert code_of(somebody.act("/drafts", body)) == "hall-does-not-take-it"
    unknown = {**body, "hall": "99999999"}
    assert code_of(somebody.act("/drafts", unknown)) == "invalid-request"
    halls = somebody.get(f"/v1/portal/halls?item={draft['item']}").json()["halls"]
    assert [hall["code"] for hall in halls] == [HALL]
    assert len(somebody.get("/v1/portal/halls").json()["halls"]) == 2


def test_a_key_of_one_citizen_says_nothing_to_another(usual, clerk, somebody):
    item = clerk.item(SOLE_TRADER)["code"]
    body = {"act": "begin-draft", "hall": HALL, "item": item}
    with new_citizen(usual) as other:
        first = somebody.act("/drafts", body, key="the-same").json()
        again = somebody.act("/drafts", body, key="the-same")
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json() == first
        theirs = other.act("/drafts", body, key="the-same")
    assert "Idempotency-Replayed" not in theirs.headers
    assert theirs.json()["draft"]["id"] != first["draft"]["id"]
    changed = somebody.act("/drafts", {**body, "form": {"F01": {}}}, key="the-same")
    assert code_of(changed) == "idempotency-key-reused"
    # nor to a hall, which reads back its own acts only
    done = clerk.get("/v1/sync/receipts?keys=the-same").json()
    assert done["unknown"] == ["the-same"]


def test_who_is_not_verified_sees_only_what_was_applied_for_with_the_account(usual, clerk):
    """An account with somebody's number could be opened by anybody who knows it."""
    platform = usual[0]
    taken = {one["number"] for one in (*platform.accounts["citizens"], DEMONSTRATION)}
    known = [one["number"] for one in platform.people["preapplication_codes"]]
    number = next(one for one in known if one not in taken)
    person = next(one for one in platform.people["people"] if one["number"] == number)
    with citizen(platform, person, level=1) as one:
        assert not any(one.matters().values())
        body = {"hall": HALL, "item": clerk.item(SOLE_TRADER)["code"], "purpose": "了解所需材料"}
        assert code_of(one.post("/v1/portal/pre-checks", body)) == "identity-not-verified"
        assert code_of(one.get("/v1/portal/authorisations")) == "identity-not-verified"
        done = one.submit(one.begin(body["item"], form=FORM))
        assert done.status_code == 200
        assert len(one.matters()["preapplications"]) == 1


def test_a_draft_that_changed_meanwhile_and_a_replay(somebody, clerk):
    draft = somebody.begin(clerk.item(SOLE_TRADER)["code"])
    more = {"form": FORM, "uploads": []}
    somebody.on_draft(draft, "save-draft", "contents", **more)
    stale = somebody.on_draft(draft, "save-draft", "contents", **more)
    assert code_of(stale) == "changed-meanwhile"
    bare = somebody.act(
        f"/drafts/{draft['id']}/submission", {"act": "submit-draft", "county": COUNTY}
    )
    assert code_of(bare) == "precondition-required"
    now = somebody.get(f"/v1/portal/drafts/{draft['id']}").json()
    body = {"act": "submit-draft", "county": COUNTY}
    path = f"/drafts/{draft['id']}/submission"
    first = somebody.act(path, body, now["etag"], "once")
    again = somebody.act(path, body, now["etag"], "once")
    assert first.json() == again.json()
    assert len(somebody.matters()["preapplications"]) == 1
    assert code_of(somebody.act(path, body, first.json()["etag"])) == "draft-done"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([{"material": "M01", "sha256": "0" * 64}], "upload-unknown"),  # first what is not there
        ([{"material": "M04", "sha256": "0" * 64}], "upload-unknown"),
    ],
)
def test_files_have_to_be_there(somebody, clerk, files, code):
    whole = [{"file_name": "a.pdf", "pages": 1, **one} for one in files]
    body = {"act": "begin-draft", "hall": HALL, "item": clerk.item(SOLE_TRADER)["code"]}
    assert code_of(somebody.act("/drafts", {**body, "uploads": whole})) == code


def test_a_material_that_cannot_be_uploaded(somebody, clerk):
    digest = somebody.upload()
    body = {
        "act": "begin-draft",
        "hall": HALL,
        "item": clerk.item(SOLE_TRADER)["code"],
        "uploads": [{"material": "M01", "file_name": "a.pdf", "sha256": digest, "pages": 1}],
    }
    refused = somebody.act("/drafts", body)
    assert (code_of(refused), refused.json()["materials"]) == ("material-unknown", ["M01"])


@pytest.mark.parametrize(
    "form",
    [
        {"F01": [[[[[[[[[[1]]]]]]]]]]},
        {"F01": {"name": list(range(2_001))}},
    ],
)
def test_a_form_has_bounds(somebody, clerk, form):
    body = {"act": "begin-draft", "hall": HALL, "item": clerk.item(SOLE_TRADER)["code"]}
    assert code_of(somebody.act("/drafts", {**body, "form": form})) == "invalid-request"


def test_a_nul_in_a_form_does_no_harm(either):
    with sign_in(either[0]) as clerk, new_citizen(either) as one:
        draft = one.begin(clerk.item(SOLE_TRADER)["code"], form={"F01": {"name": "a\u0000b"}})
        assert one.get(f"/v1/portal/drafts/{draft['id']}").json()["form"]["F01"]["name"] == (
            "a\u0000b"
        )


# progress without an account ---------------------------------------------------------------------


def test_progress_by_the_receipt_without_an_account_and_no_guessing(either):
    from platform_client import Client

    with sign_in(either[0]) as clerk, new_citizen(either) as one, Client(either[0].url) as nobody:
        case = receive(clerk, one, clerk.item(SOLE_TRADER))
        right = {"number": case.last["number"], "query_code": "K7M2P9QX"}
        told = nobody.post("/v1/portal/progress-queries", right)
        assert told.json()["state"] == "received"
        assert one.person["name"] not in told.text
        assert one.person["number"] not in told.text
        wrong = {**right, "query_code": "AAAAAAAA"}
        unknown = {"number": "990302202611249999999", "query_code": "K7M2P9QX"}
        for body in (wrong, unknown):
            assert code_of(nobody.post("/v1/portal/progress-queries", body)) == "not-found"
        for _ in range(9):
            assert code_of(nobody.post("/v1/portal/progress-queries", wrong)) == "not-found"
        refused = nobody.post("/v1/portal/progress-queries", right)
        assert (refused.status_code, code_of(refused)) == (429, "too-many-guesses")
        assert 0 < int(refused.headers["Retry-After"]) <= 1800
        # and who goes from number to number is stopped by where they come from
        codes = set()
        for place in range(25):
            body = {"number": f"9903022026112403{place:05d}", "query_code": "AAAAAAAA"}
            codes.add(code_of(nobody.post("/v1/portal/progress-queries", body)))
        assert codes == {"not-found", "too-many-guesses"}


def test_hand_over_codes_cannot_be_guessed(usual):
    with new_citizen(usual) as one:
        body = {"county": COUNTY, "code": "AAAAAAAAAA"}
        codes = [code_of(one.post("/v1/portal/draft-code-queries", body)) for _ in range(11)]
    assert codes == ["code-unknown"] * 10 + ["too-many-guesses"]


# pre-check --------------------------------------------------------------------------------------


def test_a_pre_check_says_what_is_there_and_each_look_is_on_record(either):
    platform, database = either
    holder = next(
        person for person in platform.people["people"] if person["number"] == "990302199001010016"
    )
    with sign_in(platform) as clerk, citizen(platform, holder, database=database) as one:
        item = clerk.item(SOLE_TRADER)
        body = {"hall": HALL, "item": item["code"], "purpose": "开店前了解所需材料"}
        answer = one.post("/v1/portal/pre-checks", body)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        met_by = {
            one["material"]: {line["by"] for line in one["met_by"]} for one in found["materials"]
        }
        assert met_by["M01"] == {"identity_card"}
        assert "licence" in met_by["M02"]
        assert found["met"] + found["still_needed"] == 4
        assert not found["can_finish_online"]  # the contract's original has to be seen
        for query in found["queries"]:
            row = look_of(platform, database, query)
            assert row.purpose == "开店前了解所需材料"
            assert (row.citizen, row.county, row.holder_number) == (
                one.account,
                COUNTY,
                holder["number"],
            )
        other = {**body, "applicant": {"kind": "resident", "number": "990125200412311488"}}
        assert code_of(one.post("/v1/portal/pre-checks", other)) == "not-authorised"


def test_the_guide_has_halls_and_answers(somebody, clerk):
    item = clerk.item(SOLE_TRADER)
    found = somebody.get(f"/v1/portal/items/{item['code']}").json()
    assert found["item"] == item
    assert found["online"]
    (hall,) = found["halls"]
    assert (hall["code"], bool(hall["services"])) == (HALL, True)
    assert found["answers"]  # of the seeded ones
    assert code_of(somebody.get("/v1/portal/items/NOTHING")) == "not-found"


def test_the_life_of_a_food_licence_is_followed(usual, clerk):
    """The due day a citizen sees is the one the window has."""
    with new_citizen(usual) as one:
        person = {key: one.person[key] for key in ("kind", "number", "name")}
        case: Case = received(clerk, applicant=person, materials=WHOLE)
        done = case.do(clerk, "accept-received")
        (ours,) = one.matters()["cases"]
        assert ours["due_on"] == done["due_on"]
        text = one.messages()["messages"][0]["text"]
        assert done["due_on"] in text
