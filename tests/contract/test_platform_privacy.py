"""A person's data leaves only through a logged purpose: each way around is tried."""

import json
import threading
import uuid

import pytest
import uvicorn
from cases_at_work import FOOD, SOLE_TRADER, accepted
from fastapi import APIRouter
from hall_desk import take
from platform_client import (
    DEMONSTRATION,
    Client,
    code_of,
    new_key,
    sign_in,
    sign_in_device,
)
from platform_client import neighbour as sign_in_next_door
from platform_process import PlatformProcess, seeded_copy
from platform_roles import sessions_of_all_roles
from portal_people import citizen
from privacy_walk import People, Session, Walk, texts_with_people
from store_under_test import opened, settings_of

from hall_platform import data_use
from hall_platform import examples as shown
from hall_platform.access import CITIZEN, ROLES, Clerk, token_hash
from hall_platform.app import bare_app, create_app, openapi_document, routers
from hall_platform.context import InContext
from hall_platform.database import open_store
from hall_platform.looks import looks
from hall_platform.seed_data.staff import CLERKS, NEIGHBOUR_CLERKS, STAFF
from hall_platform.serving import listening_socket
from hall_platform.shapes import Holder

# One walk serves most tests, and takes its time.
pytestmark = pytest.mark.timeout(900)

STAFF_NAMES = {one[1] for one in (*CLERKS, *NEIGHBOUR_CLERKS, *STAFF)}

# Where somebody is in an answer without a record of this look, and why that is right. The person
# was looked at before, on record and with a purpose: without that nobody has the number these take.
_CLAIMED = "the window's own work: found by a recorded query, it is taken up, given back, checked"
_DRAFT = "a draft the window itself began or took over by its code, and hands back"
_LETTER = "a letter the hall answers; reading it before was on record"
_SIDES = "one side of an authorisation is told of the other, who agreed to it"
OWN_WORK = {
    ("POST /v1/drafts/{draft}/hand-over", "clerk"): _DRAFT,
    ("POST /v1/letters/{letter}/answer", "clerk"): _LETTER,
    ("POST /v1/portal/authorisations/{authorisation}/end", "citizen"): _SIDES,
    ("POST /v1/preapplications/{preapplication}/check", "clerk"): _CLAIMED,
    ("POST /v1/preapplications/{preapplication}/claim", "clerk"): _CLAIMED,
    ("POST /v1/preapplications/{preapplication}/release", "clerk"): _CLAIMED,
}
CLOCK = "2026-11-24T09:50:00+08:00"


def operations():
    return [
        (method.upper(), path, tuple(operation["x-roles"]))
        for path, methods in openapi_document()["paths"].items()
        for method, operation in methods.items()
    ]


def sessions(data_dir, tokens):
    found = {}
    with opened(data_dir) as store:
        for role, token in tokens.items():
            session, operator = store.execute(
                "SELECT s.id, coalesce(s.operator, '') FROM sessions s JOIN access_tokens t "
                "ON t.session = s.id WHERE t.hash = ?",
                (token_hash(token),),
            ).one()
            found[role] = Session(role, token, session, operator)
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A platform with people, a case and a pre-application, and everybody signed in."""
    data_dir = seeded_copy(tmp_path_factory.mktemp("privacy") / "platform")
    who = sessions(data_dir, sessions_of_all_roles(data_dir))
    platform = PlatformProcess.start(data_dir, clock=CLOCK)
    person = platform.people["people"][0]
    with sign_in(platform) as clerk:
        case = accepted(clerk, SOLE_TRADER)
        item = clerk.item()
        applied = clerk.preapplications()
        # One that was told nothing to correct yet, so that a window may tell it now.
        preapplication = next(one for one in applied if one["state"] in {"submitted", "checked"})
        wait_and_correct(clerk, item)
    with citizen(platform, person) as me:
        token = me.headers["Authorization"].removeprefix("Bearer ")
        who[CITIZEN] = Session(CITIZEN, token, "", "", own=person["number"])
    real = {
        shown.CASE: case.id,
        shown.CASE_NUMBER: case.last["number"],
        shown.PREAPPLICATION: preapplication["id"],
        shown.ITEM: item["code"],
    }
    people = People(platform.people["people"], STAFF_NAMES)
    yield platform, who, people, real
    platform.stop()


def wait_and_correct(clerk, item):
    """The person has a ticket, and has reported an error."""
    taken = take(clerk, "market", holder=DEMONSTRATION, name="测试甲")
    assert taken.status_code == 201, taken.text
    asked = {"resource": "estate-registration", "holder": DEMONSTRATION, "item": item["code"]}
    answer = clerk.post("/v1/exchange/queries", {**asked, "reason": "核验"}).json()
    report = {
        "act": "report-error",
        "resource": "estate-registration",
        "holder": DEMONSTRATION,
        "record": answer["records"][0]["record"],
        "field": "area",
        "should_be": "86.04",
        "grounds": "证书如此",
    }
    done = clerk.post("/v1/exchange/corrections", report, Idempotency_Key=new_key())
    assert done.status_code == 201, done.text


def walk_of(place, asked):
    platform, _, people, real = place
    return Walk(platform.url, platform.data_dir, people, real, asked)


@pytest.fixture(scope="module")
def findings(place):
    """What every role was answered at every operation that is open to it."""
    _, who, _, _ = place
    found = []
    for role in ROLES:
        asked = [(method, path) for method, path, roles in operations() if role in roles]
        walk = walk_of(place, asked)
        found += walk.everything(who[role])
        walk.close()
    return found


def test_who_is_in_an_answer_is_on_record_with_the_purpose(findings):
    leaks = {
        (one.operation, one.role): sorted(one.unexplained) for one in findings if one.unexplained
    }
    assert set(leaks) == set(OWN_WORK)  # nothing else, and no exception that is none


def test_the_walk_saw_every_operation_and_people_in_many(findings):
    asked = {(one.operation, one.role) for one in findings}
    assert asked == {
        (f"{method} {path}", role) for method, path, roles in operations() for role in roles
    }
    assert {one.status for one in findings if one.status >= 500} <= {503}
    told = {one.operation for one in findings if one.people and one.status < 300}
    assert {
        "POST /v1/licence-queries",
        "POST /v1/reception-queries",
        "GET /v1/cases/{case_id}",
    } <= told
    assert len([one for one in findings if one.status < 300]) > len(findings) / 3


def test_a_refusal_says_nothing_of_anybody(findings):
    assert [one for one in findings if one.status >= 400 and one.people] == []


def test_events_say_nothing_of_anybody(place, findings):
    platform, _, people, _ = place
    assert texts_with_people(platform.data_dir, people, "events", "body") == []


def test_what_acts_answered_is_kept_without_anybody_but_for_what_a_hall_did(place, findings):
    """What is replayed under a key goes only to who has the key; no other hall has it."""
    platform, who, people, _ = place
    with sign_in_next_door(platform) as other, opened(platform.data_dir) as store:
        keys = store.execute("SELECT key FROM idempotency_keys").scalars().all()
        for start in range(0, len(keys), 100):
            some = ",".join(keys[start : start + 100])
            answer = other.get(f"/v1/sync/receipts?keys={some}")
            assert answer.json()["done"] == []
            assert not people.found_in(answer.text)


def test_logs_say_nothing_of_anybody(place, findings):
    platform, _, people, _ = place
    for log in (*platform.log_path.parent.iterdir(), platform.data_dir / "stderr.txt"):
        assert not people.found_in(log.read_text("utf-8"))


# ways around ------------------------------------------------------------------------------------


def test_another_county_is_told_nothing_of_our_cases(place):
    platform, _, people, real = place
    case, preapplication = real[shown.CASE], real[shown.PREAPPLICATION]
    with sign_in_next_door(platform) as other:
        answers = [
            other.get(f"/v1/cases/{case}"),
            other.get(f"/v1/cases/{case}/provenance"),
            other.get(f"/v1/cases/{case}/allowed-acts"),
            other.get(f"/v1/preapplications/{preapplication}/form"),
            other.claim({"id": preapplication, "etag": "*"}),
            other.post("/v1/case-queries", {"holder": DEMONSTRATION, "purpose": "接待"}),
            other.post("/v1/preapplication-queries", {"holder": DEMONSTRATION, "purpose": "接待"}),
        ]
    for answer in answers:
        assert not people.found_in(answer.text, json.dumps(DEMONSTRATION)), answer.url
        assert answer.status_code == 404 or not any(
            answer.json().get(list_) for list_ in ("cases", "preapplications")
        )


@pytest.mark.parametrize("purpose", [None, "", "   ", "\n", 7, {"why": "x"}])
@pytest.mark.parametrize(
    "path",
    [
        "/v1/case-queries",
        "/v1/reception-queries",
        "/v1/preapplication-queries",
        "/v1/licence-queries",
        "/v1/exchange/use-queries",
    ],
)
def test_without_a_purpose_nobody_is_told_anything(place, path, purpose):
    platform, who, people, _ = place
    with Client(platform.url, {"Authorization": f"Bearer {who['reviewer'].token}"}) as reviewer:
        assert reviewer.post(path, {}).status_code in (401, 403, 422)
    with sign_in(platform, 1) as clerk:
        body = {"holder": DEMONSTRATION, "item": None, "purpose": purpose}
        if path != "/v1/licence-queries":
            del body["item"]
        answer = clerk.post(path, body)
        assert code_of(answer) == "invalid-request"
        assert not people.found_in(answer.text)


def test_a_batch_tells_no_more_than_the_acts_own_routes(place):
    platform, _, people, real = place
    acts = [
        {"act": "claim", "subject": real[shown.PREAPPLICATION], "if_match": "*"},
        {"act": "report-error"},
        {"act": "settle-correction", "subject": str(uuid.uuid4()), "if_match": "*"},
        {"act": "no-such-act"},
        {"act": "accept", "subject": real[shown.CASE]},
    ]
    batch = [{"key": new_key(), "body": {"holder": DEMONSTRATION}, **one} for one in acts]
    with sign_in_device(platform, "03") as device:
        answer = device.post("/v1/sync/batches", {"acts": batch})
    assert {one["status"] for one in answer.json()["answers"]} <= {403, 422}
    assert not people.found_in(answer.text)


def test_who_administers_secures_or_audits_sees_nobody_but_whose_error_is_settled(findings):
    apart = {"system_admin", "security_admin", "auditor"}
    told = {(one.operation, one.role) for one in findings if one.role in apart and one.people}
    assert told <= {("POST /v1/exchange/corrections/{correction}/content", "system_admin")}


def test_every_look_has_a_title_and_a_case_that_is_the_persons(place, findings):
    """Whatever was recorded in the walk: no resource bare of a name, no case of somebody else."""
    platform, _, _, _ = place
    with opened(platform.data_dir) as store:
        recorded = {code for (code,) in store.execute("SELECT resource FROM data_uses")}
        directory = {code for (code,) in store.execute("SELECT code FROM resources")}
        unfounded = store.execute(
            "SELECT resource, case_id FROM data_uses WHERE case_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM cases c WHERE c.id = case_id AND data_uses.county IN ('', "
            "c.county, c.for_county) AND c.item = data_uses.item AND "
            "(c.applicant_number = holder_number OR "
            "c.agent LIKE '%' || holder_number || '%'))"
        ).all()
    assert len(recorded) > 12
    assert recorded <= directory | set(looks())
    assert unfounded == []


def test_an_invented_case_and_somebody_elses_found_no_look(place):
    platform, _, people, real = place
    with sign_in(platform, 1) as clerk, sign_in_next_door(platform) as other:
        asked = {"holder": DEMONSTRATION, "item": real[shown.ITEM], "purpose": "接待"}
        stranger = {"kind": "resident", "number": "990125200412311488"}
        for wrong in (
            {"case": str(uuid.uuid4())},
            {"case": real[shown.CASE], "item": clerk.item(FOOD)["code"]},
            {"case": real[shown.CASE], "holder": stranger},
        ):
            answer = clerk.post("/v1/licence-queries", {**asked, **wrong})
            assert code_of(answer) == "not-found", wrong
            assert not people.found_in(answer.text)
        asked["case"] = real[shown.CASE]
        assert code_of(other.post("/v1/licence-queries", asked)) == "not-found"
        founded = clerk.post("/v1/licence-queries", asked).json()
    with opened(platform.data_dir) as store:
        look = store.execute(
            "SELECT case_id FROM data_uses WHERE id = ?", (founded["query"],)
        ).one()
    assert look.case_id == real[shown.CASE]


# the test itself --------------------------------------------------------------------------------

planted = APIRouter(prefix="/v1")


@planted.get("/leaks")
def leaks(caller: Clerk) -> dict[str, str]:
    return {"somebody": "测试甲"}


@planted.get("/leaks-without-purpose")
def leaks_without_purpose(caller: Clerk, context: InContext) -> dict[str, str]:
    return {"somebody": "测试甲", "look": looked(context, caller, "  ")}


@planted.get("/records-another")
def records_another(caller: Clerk, context: InContext) -> dict[str, str]:
    other = {"kind": "resident", "number": "990125200412311488"}
    return {"somebody": "测试甲", "look": looked(context, caller, "接待", other)}


@planted.get("/is-right")
def is_right(caller: Clerk, context: InContext) -> dict[str, str]:
    return {"somebody": "测试甲", "look": looked(context, caller, "接待")}


def looked(context, caller, purpose, holder=DEMONSTRATION):
    return context.store.write(
        lambda connection: data_use.record(
            connection,
            caller=caller,
            at=context.clock.now(),
            resource="cases",
            purpose=purpose,
            holder=Holder(**holder),
            answered=["1"],
        )
    )


def test_an_operation_that_leaks_would_be_found(tmp_path, place):
    _, _, people, _ = place
    data_dir = seeded_copy(tmp_path / "platform")
    who = sessions(data_dir, sessions_of_all_roles(data_dir))
    settings = settings_of(data_dir)
    store = open_store(settings)
    app = bare_app([*routers(), planted])
    app.state.context = create_app(settings, store).state.context
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    asked = [("GET", f"/v1/{name}") for name in PLANTED]
    walk = Walk(url, data_dir, people, {}, asked)
    try:
        found = {one.operation: one for one in walk.everything(who["clerk"])}
    finally:
        walk.close()
        server.should_exit = True
        thread.join()
        store.close()
        listener.close()
    assert {one.status for one in found.values()} == {200}
    assert {
        operation.removeprefix("GET /v1/")
        for operation, one in found.items()
        if one.unexplained == {DEMONSTRATION["number"]}
    } == set(PLANTED) - {"is-right"}


PLANTED = ("leaks", "leaks-without-purpose", "records-another", "is-right")
