"""What a window tells that cannot be: times to come, numbers in use, days there are none of.

On both stores, since one of them keeps what the other refuses.
"""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from cases_at_work import accepted, receive_act, received, reviewer, send_receipt
from hall_fixtures import BOTH_STORES
from platform_client import (
    accept_act,
    code_of,
    neighbour,
    new_key,
    side_by_side,
    sign_in,
    sign_in_device,
)
from played_platform import played
from sqlalchemy import select, update

from hall_platform.business.tables import cases
from hall_platform.catalogue.tables import items
from hall_platform.clock import HALL_ZONE
from hall_platform.shapes import LAST_VERSION

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=HALL_ZONE)  # a Tuesday
NO_MOMENTS = (
    "9999-12-31T23:00:00+08:00",
    "9999-12-31T23:00:00-08:00",
    "0001-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59Z",
)


@pytest.fixture(scope="module", params=BOTH_STORES)
def platform(request, tmp_path_factory):
    with played(request.param, tmp_path_factory.mktemp("told"), NOW) as running:
        yield running


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        platform.keep_signed_in()
        yield signed_in


@pytest.fixture
def market(platform):
    with reviewer(platform) as signed_in:
        yield signed_in


def at(**after):
    return (NOW + timedelta(**after)).isoformat()


def is_kept(platform, case):
    with platform.store.read() as connection:
        return connection.execute(select(cases.c.id).where(cases.c.id == case)).first() is not None


@contextmanager
def changed(platform, case, **members):
    """The item of a case, as its body would have published it with these members."""
    item, version = case["item"], case["item_version"]
    its = (items.c.code == item) & (items.c.version == version)
    with platform.store.read() as connection:
        before = connection.execute(select(items.c.body).where(its)).scalar_one()

    def put(body):
        def work(connection):
            connection.execute(update(items).where(its).values(body=body))

        platform.store.write(work)

    put(json.dumps({**json.loads(before), **members}, ensure_ascii=False))
    try:
        yield
    finally:
        put(before)


# numbers that no column holds ---------------------------------------------------------------------


@pytest.mark.parametrize("version", [10**30, 2**63, 2**31, LAST_VERSION + 1, 0])
def test_a_version_that_cannot_be_is_refused_for_good(clerk, version):
    code = clerk.item()["code"]
    query = {"version": version, "form": "F1", "data": {}}
    answer = clerk.post(f"/v1/items/{code}/form-checks", query)
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")
    assert answer.json()["errors"][0]["where"] == "body.version"
    act = {**accept_act(clerk, clerk.lease(1)[0]), "item_version": version}
    assert code_of(clerk.accept(act)) == "invalid-request"
    assert clerk.get(f"/v1/items/{code}?version={version}").status_code == 422


def test_the_last_version_there_can_be_is_only_not_there(clerk):
    code = clerk.item()["code"]
    query = {"version": LAST_VERSION, "form": "F1", "data": {}}
    assert code_of(clerk.post(f"/v1/items/{code}/form-checks", query)) == "item-unknown"


def test_the_largest_fee_is_kept_and_a_larger_one_refused(platform, clerk):
    case = accepted(clerk)
    with changed(platform, case.whole(clerk), charged=True):
        more = case.send(clerk, "notice-fee", cents=10_000_000_001)
        assert code_of(more) == "invalid-request"
        case.do(clerk, "notice-fee", cents=10_000_000_000)
    assert case.whole(clerk)["fee_cents"] == 10_000_000_000


def test_a_nul_is_refused_before_a_store_sees_it(clerk):
    for address in ("/v1/items?q=%00", "/v1/items/%00", "/v1/items?cursor=AAAA"):
        answer = clerk.get(address)
        assert (answer.status_code, code_of(answer)) == (422, "invalid-request"), address


# times --------------------------------------------------------------------------------------------


def refused_as_ahead(answer, where):
    assert (answer.status_code, code_of(answer)) == (422, "time-ahead"), answer.text
    told = answer.json()
    assert told["where"] == where
    assert told["platform_time"] == "2026-11-24T10:30:00.000+08:00"
    return True


def test_a_window_a_day_ahead_accepts_nothing(platform, clerk):
    act = accept_act(clerk, clerk.lease(1)[0], accepted_at=at(days=1))
    key = new_key()
    refused_as_ahead(clerk.accept(act, key), "body.accepted_at")
    assert not is_kept(platform, act["case"])
    platform.clock.moment = NOW + timedelta(days=1)
    try:  # nothing was left behind: what has come meanwhile is taken under the same key
        receipt = clerk.accept(act, key).json()
    finally:
        platform.clock.moment = NOW
    assert receipt["accepted_at"] == "2026-11-25T10:30:00.000+08:00"


def test_a_window_a_day_ahead_receives_nothing(platform, clerk):
    act = receive_act(clerk, filed_at=at(days=1))
    refused_as_ahead(send_receipt(clerk, act), "body.filed_at")
    assert not is_kept(platform, act["case"])


def test_no_act_is_done_and_no_paper_signed_in_time_to_come(clerk):
    case = received(clerk)
    later = at(minutes=11)
    refused_as_ahead(case.send(clerk, "accept-received", done_at=later), "body.done_at")
    paper = {"number": f"SL-{case.id}", "signed_at": later}
    refused_as_ahead(case.send(clerk, "accept-received", paper=paper), "body.paper.signed_at")
    case.do(clerk, "accept-received")
    signed = case.send(clerk, "issue-paper", kind="acceptance_notice", signed_at=later)
    refused_as_ahead(signed, "body.signed_at")
    case.do(clerk, "issue-paper", kind="acceptance_notice", signed_at=at(minutes=-1))


def test_a_clock_a_little_ahead_is_let_pass(clerk):
    act = accept_act(clerk, clerk.lease(1)[0], accepted_at=at(minutes=9))
    assert clerk.accept(act).json()["accepted_at"] == "2026-11-24T10:39:00.000+08:00"


def test_a_clock_a_little_ahead_does_not_accept_tomorrow(platform, clerk):
    platform.clock.moment = datetime(2026, 11, 24, 23, 55, tzinfo=HALL_ZONE)
    try:
        tomorrow = "2026-11-25T00:01:00+08:00"
        act = accept_act(clerk, clerk.lease(1)[0], accepted_at=tomorrow)
        receipt = clerk.accept(act).json()
    finally:
        platform.clock.moment = NOW
    assert receipt["accepted_at"] == "2026-11-24T23:55:00.000+08:00"
    today = accept_act(clerk, clerk.lease(1)[0], accepted_at=NOW.isoformat())
    assert receipt["due_on"] == clerk.accept(today).json()["due_on"]


def test_what_was_accepted_offline_days_ago_is_due_from_then(platform, clerk):
    with sign_in_device(platform, "03") as device:
        act = accept_act(clerk, clerk.lease(1)[0], accepted_at="2026-11-19T16:00:00+08:00")
        path = f"/v1/cases/{act['case']}/acceptance"
        receipt = device.post(path, act, Idempotency_Key=new_key()).json()
    assert receipt["accepted_at"] == "2026-11-19T16:00:00.000+08:00"
    assert receipt["due_on"] == "2026-11-20"  # one working day


@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_a_moment_out_of_the_calendar_is_refused(clerk, moment):
    act = accept_act(clerk, clerk.lease(1)[0], accepted_at=moment)
    answer = clerk.accept(act)
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")
    assert answer.json()["errors"][0]["where"] == "body.accepted_at"
    filed = receive_act(clerk, filed_at=moment)
    assert code_of(send_receipt(clerk, filed)) == "invalid-request"
    case = received(clerk)
    assert code_of(case.send(clerk, "accept-received", done_at=moment)) == "invalid-request"


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "0000-00-00", "9999-12-31"])
def test_a_day_that_is_none_is_refused(clerk, market, day):
    lease = {"act": "lease-numbers", "window": clerk.window, "count": 1, "date": day}
    answer = clerk.post("/v1/number-blocks", lease, Idempotency_Key=new_key())
    assert code_of(answer) == "invalid-request"
    born = accept_act(clerk, clerk.lease(1)[0])
    born["applicant"]["born"] = day
    assert code_of(clerk.accept(born)) == "invalid-request"
    case = accepted(clerk)
    assert code_of(case.send(market, "issue-result", valid_from=day)) == "invalid-request"


# numbers of papers --------------------------------------------------------------------------------


def test_no_two_papers_of_a_county_bear_one_number(platform, clerk):
    first, second = (receive_act(clerk) for _ in range(2))
    number = first["paper"]["number"]
    second["paper"]["number"] = number
    key = new_key()
    path = f"/v1/cases/{first['case']}/receipt"
    answers = [clerk.post(path, first, Idempotency_Key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]  # sent again it is the same
    refused = send_receipt(clerk, second)
    assert (refused.status_code, code_of(refused)) == (409, "paper-number-used")
    assert refused.json()["number"] == number
    assert not is_kept(platform, second["case"])
    accepting = accept_act(clerk, clerk.lease(1)[0])
    accepting["paper"]["number"] = number
    assert code_of(clerk.accept(accepting)) == "paper-number-used"
    with neighbour(platform) as there:  # another county counts for itself
        elsewhere = receive_act(there, paper={"number": number})
        assert send_receipt(there, elsewhere).status_code == 201


def test_a_later_act_takes_no_number_in_use(clerk):
    act = receive_act(clerk)
    assert send_receipt(clerk, act).status_code == 201
    case = received(clerk)
    refused = case.send(clerk, "accept-received", paper={"number": act["paper"]["number"]})
    assert code_of(refused) == "paper-number-used"
    assert case.whole(clerk)["state"] == "received"
    case.do(clerk, "accept-received", paper={"number": f"{case.last['number']}-SL"})


def test_of_six_with_one_number_at_once_one_has_it(platform, clerk):
    acts = [accept_act(clerk, number) for number in clerk.lease(6)]
    for act in acts:
        act["paper"]["number"] = f"雨市监受〔2026〕{acts[0]['case'][:8]}号"
    answers = side_by_side([lambda act=act: clerk.accept(act) for act in acts])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    refused = {code_of(answer) for answer in answers if answer.status_code == 409}
    assert refused == {"paper-number-used"}
    assert [is_kept(platform, act["case"]) for act in acts].count(True) == 1


def test_the_platform_passes_over_a_number_that_a_window_gave(platform, clerk):
    case = accepted(clerk)
    owed = case.whole(clerk)["documents"][-1]["number"]
    before, serial = owed.rsplit("〕", 1)
    ahead = f"{before}〕{int(serial.removesuffix('号')) + 1}号"
    act = receive_act(clerk, paper={"number": ahead})
    assert send_receipt(clerk, act).status_code == 201
    other = accepted(clerk)
    assert other.whole(clerk)["documents"][-1]["number"] not in {owed, ahead}


def test_two_windows_offline_may_have_made_one_provisional_number(platform, clerk):
    """Halls of a county have windows of the same name, which count alone while they are offline."""
    acts = [accept_act(clerk, None) for _ in range(2)]
    assert acts[0]["paper"] == acts[1]["paper"]
    assert {clerk.accept(act).status_code for act in acts} == {201}
    again = {**acts[0], "case": acts[1]["case"]}
    assert code_of(clerk.accept(again)) == "case-exists"


# post ---------------------------------------------------------------------------------------------


def closed(clerk, market):
    case = accepted(clerk)
    case.do(clerk, "hand-over")
    for act in ("review-case", "decide-case", "issue-result", "close-case"):
        case.do(market, act)
    return case


def test_a_blank_is_no_number_of_the_post(clerk, market):
    case = closed(clerk, market)
    for blank in ("", "  ", "\u3000"):
        refused = case.send(clerk, "deliver-result", by="post", post_number=blank)
        assert code_of(refused) == "invalid-request"
    case.do(clerk, "deliver-result", by="post", post_number=" EX000000001CN ")
    assert case.whole(clerk)["timeline"][-1]["details"]["post_number"] == "EX000000001CN"
    elsewhere = received(clerk, for_county="990304")
    for by in ("post", "courier"):
        refused = elsewhere.send(clerk, "transfer-case", by=by, post_number="  ")
        assert code_of(refused) == "invalid-request"


def test_nothing_is_posted_of_an_item_that_is_not_delivered_by_post(platform, clerk, market):
    case = closed(clerk, market)
    with changed(platform, case.whole(clerk), postal_delivery=False):
        refused = case.send(clerk, "deliver-result", by="post", post_number="EX000000001CN")
        assert (refused.status_code, code_of(refused)) == (409, "post-not-offered")
        assert case.whole(clerk)["state"] == "closed"
    case.do(clerk, "deliver-result", by="hand")


# corrections --------------------------------------------------------------------------------------


def test_a_day_for_corrections_is_one_that_can_be_kept(clerk):
    case = received(clerk)
    for day in ("2026-11-23", "2026-02-31", "2027-12-31", "2026-11-24T00:00:00+08:00"):
        refused = case.send(clerk, "notify-missing", correct_by=day)
        assert code_of(refused) == "invalid-request", day
        assert refused.json()["errors"][0]["where"] == "body.correct_by"
    case.do(clerk, "notify-missing", correct_by="2026-11-24")


def test_a_notice_delivered_late_names_a_day_after_it_was_given(clerk):
    case = received(clerk, filed_at="2026-11-19T09:00:00+08:00")
    told = {"done_at": "2026-11-20T09:00:00+08:00", "correct_by": "2026-11-23"}
    case.do(clerk, "notify-missing", **told)
    assert case.whole(clerk)["correct_by"] == "2026-11-23"


def test_until_when_to_correct_is_told_while_it_is_waited_for(clerk):
    act = receive_act(clerk)
    answer = send_receipt(clerk, act)
    assert answer.status_code == 201
    case = received(clerk)
    asked = {"number": case.last["number"], "query_code": case.last["query_code"]}

    def told():
        progress = clerk.post("/v1/progress-queries", asked)
        assert progress.status_code == 200, progress.text
        return case.whole(clerk)["correct_by"], progress.json()["correct_by"]

    assert told() == (None, None)
    case.do(clerk, "notify-missing", correct_by="2026-12-10")
    assert told() == ("2026-12-10", "2026-12-10")
    case.do(clerk, "submit-corrections", met=["P1"])
    assert told() == (None, None)
    point = {"code": "P2", "material": "M04", "what": "缺设备布局图", "basis": "实施清单"}
    case.do(clerk, "notify-missing", points=[point], correct_by="2026-12-15")
    assert told() == ("2026-12-15", "2026-12-15")


# lengths ------------------------------------------------------------------------------------------


def test_the_longest_name_of_a_body_fits_wherever_it_goes(platform, clerk):
    name = "局" * 100
    case = accepted(clerk)
    body = {"name": name, "code": "11990302MB0A00018J"}
    with changed(platform, case.whole(clerk), body=body):
        done = case.do(clerk, "hand-over")
    assert done["papers"][0]["number"].startswith(name)
    assert case.whole(clerk)["documents"][-1]["number"] == done["papers"][0]["number"]


def test_a_body_without_bounds_is_refused(market):
    body = {"name": "局" * 101, "code": "11990302MB0A00018J"}
    licence = {
        "act": "issue-licence",
        "type_code": "11100000MB0307830J101",
        "issuer": body,
        "holder": {"kind": "resident", "number": "990302199001010016", "name": "测试甲"},
        "valid_from": "2026-11-24",
        "valid_to": None,
        "content": {},
    }
    for wrong in (body, {**body, "name": "局", "code": "1" * 19}, {**body, "name": " "}):
        answer = market.post(
            "/v1/licences", {**licence, "issuer": wrong}, Idempotency_Key=new_key()
        )
        assert code_of(answer) == "invalid-request"
        assert answer.json()["errors"][0]["where"].startswith("body.issuer.")
