"""Fees over sockets on both stores: after the item's table, noticed or waived, and watched."""

from datetime import datetime

import pytest
from cases_at_work import FOOD, Case, accepted, reviewer
from hall_fixtures import BOTH_STORES
from platform_client import code_of, new_key, sign_in, sign_in_as
from played_platform import played
from sqlalchemy import select

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.supervision.tables import alerts

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
BASIS = "试发改价〔2026〕1号"
TABLE = [
    {"name": "审查费", "amount_fen": 30_000, "unit": "件", "standard": "300 元/件", "basis": BASIS},
    {"name": "工本费", "amount_fen": 1_000, "unit": "本", "standard": "10 元/本", "basis": BASIS},
]
IN_WORDS = [{**TABLE[0], "name": "检测费", "amount_fen": None, "standard": "按检测项目计收"}]


@pytest.fixture(scope="module", params=BOTH_STORES)
def platform(request, tmp_path_factory):
    with played(request.param, tmp_path_factory.mktemp("fees"), NOW) as running:
        publish(running, "spjyxksf", fees=TABLE, fee_note="")
        publish(running, "spjyxkjc", fees=IN_WORDS, fee_note="")
        publish(running, "spjyxkwf", fees=[], fee_note="按省定标准收费")
        yield running


def publish(platform, initials, **changes):
    """The food licence under another code, charged."""
    account = next(one for one in platform.accounts["staff"] if one["username"] == "system")
    with sign_in(platform) as clerk, sign_in_as(platform, account) as admin:
        food = clerk.item(FOOD)
        whole = {name: food[name] for name in ItemContent.model_fields}
        serial = f"{sum(map(ord, initials)):06d}"
        own = {"code": f"{food['code'][:23]}{serial}00", "name": f"食品经营许可（{initials}）"}
        item = {**whole, **own, "pinyin": initials, "keywords": [], "charged": True, **changes}
        answer = admin.post(
            f"/v1/items/{item['code']}/versions",
            {"act": "publish-item", "item": item, "valid_from": "2026-01-01"},
            Idempotency_Key=new_key(),
        )
        assert answer.status_code == 201, answer.text


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


@pytest.fixture
def market(platform):
    with reviewer(platform) as signed_in:
        yield signed_in


def charged(clerk, item="spjyxksf"):
    return accepted(clerk, item)


def to_decide(case, clerk, market, **said):
    case.do(clerk, "hand-over")
    case.do(market, "review-case")
    case.do(market, "decide-case", **said)
    return case


def alerted(platform, case):
    """Colour and value of the alert on what a case was charged, at once and looked at again."""
    found = []
    for _ in range(2):
        with platform.store.read() as connection:
            rows = connection.execute(
                select(alerts.c.colour, alerts.c.value)
                .where(alerts.c.subject == case.id)
                .where(alerts.c.rule == "charge-unlisted")
            ).all()
        found.append([tuple(row) for row in rows])
        platform.chore("watch cases")
    assert found[0] == found[1]
    return found[0]


REVIEWED, COPIED = {"name": "审查费", "count": 1}, {"name": "工本费", "count": 3}


@pytest.mark.parametrize(
    ("charges", "cents"),
    [
        ([], 30_000),  # one unit of one fee
        ([], 1_000),
        ([REVIEWED], 30_000),
        ([COPIED], 3_000),
        ([REVIEWED, COPIED], 33_000),
    ],
)
def test_what_the_table_asks_is_noticed_without_a_word(platform, clerk, charges, cents):
    case = charged(clerk)
    case.do(clerk, "notice-fee", cents=cents, charges=charges)
    assert case.whole(clerk)["fee_cents"] == cents
    assert case.whole(clerk)["timeline"][-1]["details"]["listed_cents"] == cents
    assert alerted(platform, case) == []


@pytest.mark.parametrize(
    ("charges", "cents", "listed"),
    [
        ([], 30_001, 30_000),
        ([], 999, 30_000),
        ([], 31_000, 30_000),  # two fees have to be named
        ([REVIEWED], 1_000, 30_000),
        ([COPIED], 1_000, 3_000),
        ([REVIEWED, COPIED], 3_300_000, 33_000),
    ],
)
def test_another_amount_needs_its_reason(clerk, charges, cents, listed):
    case = charged(clerk)
    for reason in ("", "   "):
        refused = case.send(clerk, "notice-fee", cents=cents, charges=charges, reason=reason)
        assert code_of(refused) == "fee-differs"
        assert (refused.json()["cents"], refused.json()["listed_cents"]) == (cents, listed)
    assert case.whole(clerk)["fee"] == "none"
    case.do(clerk, "notice-fee", cents=cents, charges=charges, reason="按减半政策或加急计收")
    step = case.whole(clerk)["timeline"][-1]
    assert step["reason"] == "按减半政策或加急计收"
    assert (step["details"]["cents"], step["details"]["listed_cents"]) == (cents, listed)


def test_a_fee_that_is_not_in_the_table_is_not_charged_at_all(clerk):
    case = charged(clerk)
    own = {"name": "加急费", "count": 1}
    refused = case.send(clerk, "notice-fee", cents=31_000, charges=[REVIEWED, own], reason="加急")
    assert (code_of(refused), refused.json()["fees"]) == ("fee-unlisted", ["加急费"])
    none = charged(clerk, "spjyxkwf")  # a note in words, no table
    assert code_of(none.send(clerk, "notice-fee", charges=[own])) == "fee-unlisted"


@pytest.mark.parametrize("item", ["spjyxkjc", "spjyxkwf"])
def test_where_the_standard_is_in_words_any_amount_stands_with_its_basis(platform, clerk, item):
    case = charged(clerk, item)
    assert code_of(case.send(clerk, "notice-fee", cents=123, basis=" ")) == "invalid-request"
    case.do(clerk, "notice-fee", cents=123)
    assert case.whole(clerk)["timeline"][-1]["details"]["listed_cents"] is None
    assert alerted(platform, case) == []


def test_more_than_the_table_is_seen_by_supervision_whatever_the_reason(platform, clerk):
    more, less = charged(clerk), charged(clerk)
    more.do(clerk, "notice-fee", cents=30_100, reason="含邮寄费")
    less.do(clerk, "notice-fee", cents=15_000, reason="小微企业减半收取")
    assert alerted(platform, more) == [("red", 1)]
    assert alerted(platform, less) == []
    account = next(one for one in platform.accounts["staff"] if one["username"] == "head")
    with sign_in_as(platform, account) as head:
        listed = head.get("/v1/supervision/alerts?rule=charge-unlisted").json()["alerts"]
        (alert,) = [one for one in listed if one["subject"] == more.id]
    assert alert["rule_title"] == "违规收费"
    evidence = alert["evidence"]
    assert (evidence["cents"], evidence["listed_cents"]) == (30_100, 30_000)
    assert evidence["paper"] == more.whole(clerk)["timeline"][-1]["paper"]


def test_what_is_granted_for_a_fee_is_not_closed_before_somebody_asked_for_it(clerk, market):
    case = to_decide(charged(clerk), clerk, market)
    for act in ("issue-result", "close-case"):
        refused = case.send(market, act)
        assert (code_of(refused), refused.json()["reason"]) == (
            "act-not-allowed",
            "fee-not-noticed",
        )
    case.do(clerk, "notice-fee", cents=30_000)
    assert case.send(market, "close-case").json()["reason"] == "fee-unpaid"
    case.do(clerk, "mark-paid")
    case.do(market, "issue-result")
    assert case.do(market, "close-case")["state"] == "closed"


@pytest.mark.parametrize("noticed", [False, True])
def test_a_waiver_says_why_and_stands_for_the_payment(clerk, market, noticed):
    case = to_decide(charged(clerk), clerk, market)
    if noticed:
        case.do(clerk, "notice-fee", cents=30_000)
    for missing in ({"reason": " "}, {"basis": ""}):
        assert code_of(case.send(market, "waive-fee", **missing)) == "invalid-request"
    case.do(market, "waive-fee")
    whole = case.whole(clerk)
    assert whole["fee"] == "waived"
    step = whole["timeline"][-1]
    assert (step["reason"], step["details"]["basis"]) == ("申请人为低保对象", "试发改价〔2026〕2号")
    assert step["operator"] == market.operator["id"]
    again = case.send(market, "waive-fee"), case.send(clerk, "notice-fee", cents=30_000)
    assert {answer.json()["reason"] for answer in again} == {"fee-waived"}
    case.do(market, "issue-result")
    case.do(market, "close-case")


def test_a_window_waives_too_but_not_what_was_paid_or_never_charged(clerk):
    case = charged(clerk)
    case.do(clerk, "waive-fee")
    paid, food = charged(clerk), accepted(clerk)
    paid.do(clerk, "notice-fee", cents=30_000)
    paid.do(clerk, "mark-paid")
    assert paid.send(clerk, "waive-fee").json()["reason"] == "fee-paid-already"
    assert food.send(clerk, "waive-fee").json()["reason"] == "not-charged"


def test_who_is_refused_owes_nothing(clerk, market):
    said = {"outcome": "refused", "reason": "不符合条件", "legal_basis": "实施清单"}
    case: Case = to_decide(charged(clerk), clerk, market, **said)
    assert case.do(market, "close-case")["state"] == "closed"
