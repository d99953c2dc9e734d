"""Supervision over weeks with holidays: what is raised, upgraded, over, instructed and closed."""

from datetime import date, datetime, timedelta

import pytest
from cases_at_work import accepted, received
from cases_at_work import reviewer as sign_in_reviewer
from hall_desk import Hall, taken
from hall_fixtures import BOTH_STORES
from platform_client import code_of, met, new_key, side_by_side, sign_in_as
from platform_client import sign_in as sign_in_clerk
from played_platform import played
from sqlalchemy import delete, func, select, update

from hall_platform.business.tables import case_events
from hall_platform.clock import HALL_ZONE
from hall_platform.events.log import last_number
from hall_platform.events.tables import events
from hall_platform.identity.tables import sessions
from hall_platform.seed_data.places import BODIES, HALL, NEIGHBOUR
from hall_platform.supervision.tables import alert_steps, alerts, instructions, supervision_rules
from hall_platform.supervision.watching import settle_case

# Of the spring festival of 2026, 15 to 23 February are off and Saturday the 14th is worked.
WEDNESDAY = datetime(2026, 2, 11, 9, 30, tzinfo=HALL_ZONE)
MARKET = BODIES["market"].code


@pytest.fixture(scope="module", params=BOTH_STORES)
def either(request, tmp_path_factory):
    with played(request.param, tmp_path_factory.mktemp("supervision"), WEDNESDAY) as platform:
        yield platform
        for key in [key for key in SIGNED_IN if key[0] == platform.url]:
            SIGNED_IN.pop(key).http.close()


@pytest.fixture
def platform(either):
    """No alerts, and the Wednesday before the festival."""

    def work(connection):
        for table in (instructions, alert_steps, alerts, supervision_rules):
            connection.execute(delete(table))

    either.store.write(work)
    either.clock.moment = WEDNESDAY
    return either


def sign_in(platform, position=0):
    """A clerk, signed in once for all the weeks."""
    return signed_in(platform, f"clerk {position}", lambda: sign_in_clerk(platform, position))


def reviewer(platform, username="market"):
    return signed_in(platform, username, lambda: sign_in_reviewer(platform, username))


def head(platform):
    account = next(one for one in platform.accounts["staff"] if one["username"] == "head")
    return signed_in(platform, "head", lambda: sign_in_as(platform, account))


SIGNED_IN = {}


def signed_in(platform, who, sign):
    key = (platform.url, who)
    if key not in SIGNED_IN:
        SIGNED_IN[key] = sign()
        platform.keep_signed_in()
    return SIGNED_IN[key]


def listed(client, query=""):
    answer = client.get(f"/v1/supervision/alerts{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["alerts"]


def of_case(platform, case, rule):
    """The alert of a rule about a case: colour, value, state and whether it is over; or none."""
    with platform.store.read() as connection:
        found = connection.execute(
            select(alerts).where(alerts.c.subject == case.id).where(alerts.c.rule == rule)
        ).all()
    assert len(found) <= 1  # one a rule and subject, however often it is looked at
    if not found:
        return None
    return found[0].colour, found[0].value, found[0].state, bool(found[0].over_at)


def day_by_day(platform, case, rule, last, *chores):
    """What is known of a case at each day's end, as days on which it changed."""
    seen, before = {}, None
    day = platform.clock.now().date()
    while day <= last:
        platform.clock.moment = datetime(day.year, day.month, day.day, 17, tzinfo=HALL_ZONE)
        platform.chore(*chores, "watch cases", "watch cases")
        now = of_case(platform, case, rule)
        if now is not None and now[0] != before:
            seen[day.isoformat()], before = now[0], now[0]
        day += timedelta(days=1)
    return seen


def filed(platform, maker=accepted, **changes):
    """A case of the clerk, filed at the played moment."""
    with sign_in(platform) as clerk:
        return maker(clerk, filed_at=platform.clock.now().isoformat(), **changes)


def act(client, path, name, etag=None, **members):
    sent = {"Idempotency_Key": new_key(), **({"If_Match": etag} if etag else {})}
    return client.post(f"/v1/supervision/{path}", {"act": name, **members}, **sent)


# the limits of cases -----------------------------------------------------------------------------


def test_a_limit_is_reminded_yellow_and_red_on_working_days(platform):
    case = filed(platform)
    assert case.last["due_on"] == "2026-02-25"  # 12, 13, 14 (a Saturday worked), 24, 25
    seen = day_by_day(platform, case, "case-due", date(2026, 2, 27))
    assert seen == {"2026-02-24": "remind", "2026-02-25": "yellow", "2026-02-26": "red"}
    with head(platform) as client:
        found = listed(client, "?rule=case-due&colour=red")
        (alert,) = [one for one in found if one["subject"] == case.id]
        whole = client.get(f"/v1/supervision/alerts/{alert['id']}").json()
    assert [step["act"] for step in whole["steps"]] == ["raised", "upgraded", "upgraded"]
    evidence = whole["steps"][-1]["evidence"]
    assert (evidence["due_on"], evidence["on"], evidence["value"], evidence["threshold"]) == (
        *("2026-02-25", "2026-02-26", 1, 1),
    )
    assert evidence["accepted_on"] == "2026-02-11"
    assert alert["subject_number"].startswith("9903022026")
    assert alert["department"] == MARKET


def test_a_step_is_late_though_the_limit_is_not(platform):
    case = filed(platform)
    seen = day_by_day(platform, case, "handover-late", date(2026, 2, 24))
    assert seen == {"2026-02-13": "yellow", "2026-02-24": "red"}
    with sign_in(platform) as clerk:
        case.do(clerk, "hand-over")
    assert of_case(platform, case, "handover-late") == ("red", 4, "open", True)


def test_an_extension_ends_a_reminder_which_may_come_again(platform):
    case = filed(platform)
    with sign_in(platform) as clerk:
        case.do(clerk, "hand-over")
    platform.clock.moment = datetime(2026, 2, 24, 9, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("remind", -1, "open", False)
    with reviewer(platform) as market:
        extended = case.do(market, "extend-case")
    assert of_case(platform, case, "case-due") == ("remind", -1, "closed", True)
    last = date.fromisoformat(extended["due_on"])
    seen = day_by_day(platform, case, "case-due", last)
    assert of_case(platform, case, "case-due") == ("yellow", 0, "open", False)
    assert list(seen.values())[-1] == "yellow"


def test_a_special_procedure_stops_the_limit_and_has_one_of_its_own(platform):
    case = filed(platform)
    with sign_in(platform) as clerk, reviewer(platform) as market:
        case.do(clerk, "hand-over")
        case.do(market, "suspend-case", expected_days=3)  # 12, 13, 14 February
    seen = day_by_day(platform, case, "special-long", date(2026, 2, 25))
    assert seen == {"2026-02-24": "yellow"}
    assert of_case(platform, case, "case-due") is None
    with reviewer(platform) as market:
        case.do(market, "resume-case")
    assert of_case(platform, case, "special-long")[3] is True


def test_no_decision_on_acceptance_is_warned_of_until_the_law_accepts(platform):
    case = filed(platform, received)
    assert case.last["acceptance_due_on"] == "2026-02-25"
    seen = day_by_day(platform, case, "acceptance-late", date(2026, 2, 25))
    assert seen == {"2026-02-14": "remind", "2026-02-24": "yellow"}
    platform.clock.moment = datetime(2026, 2, 26, 9, tzinfo=HALL_ZONE)
    platform.chore("deem cases accepted")
    # At once, with the acceptance by law, without waiting for the next round.
    assert of_case(platform, case, "deemed-accepted") == ("red", 1, "open", False)
    assert of_case(platform, case, "acceptance-late")[3] is True


def test_a_second_notice_and_a_refusal_without_reasons_are_seen_at_once(platform):
    case = filed(platform, received)
    with sign_in(platform) as clerk:
        case.do(clerk, "notify-missing")
        assert of_case(platform, case, "second-notice") is None
        case.do(clerk, "submit-corrections", met=["P1"], materials=[met("M03", "scan", "", "C")])
        again = [{"code": "P2", "material": "M04", "what": "缺设备布局图", "basis": "实施清单"}]
        case.do(clerk, "notify-missing", points=again)
    assert of_case(platform, case, "second-notice") == ("yellow", 2, "open", False)
    other = filed(platform, received)
    with sign_in(platform) as clerk:
        other.do(clerk, "refuse-acceptance")
    assert of_case(platform, other, "refusal-unreasoned") is None

    def without_reason(connection):
        connection.execute(
            update(case_events)
            .where(case_events.c.case_id == other.id)
            .where(case_events.c.act == "refuse-acceptance")
            .values(reason=" ")
        )
        now = platform.clock.now()
        settle_case(connection, "990302", other.id, platform.context.calendar, now)

    platform.store.write(without_reason)  # as a case that came in from elsewhere might be
    assert of_case(platform, other, "refusal-unreasoned") == ("red", 1, "open", False)


def test_corrections_that_do_not_come_are_watched_from_the_day_the_notice_named(platform):
    case = filed(platform, received)
    with sign_in(platform) as clerk:
        case.do(clerk, "notify-missing", correct_by="2026-02-13")
    seen = day_by_day(platform, case, "correction-overdue", date(2026, 2, 28))
    # 14 is worked, the days off after it are not: the 27th is the fifth working day.
    assert seen == {"2026-02-14": "yellow", "2026-02-27": "red"}
    with head(platform) as client:
        found = listed(client, "?rule=correction-overdue&colour=red")
        (alert,) = [one for one in found if one["subject"] == case.id]
    assert (alert["evidence"]["correct_by"], alert["value"]) == ("2026-02-13", 5)
    with sign_in(platform) as clerk:
        case.do(clerk, "submit-corrections")
    assert of_case(platform, case, "correction-overdue") == ("red", 5, "open", True)


def test_a_notice_without_a_day_is_never_overdue(platform):
    case = filed(platform, received)
    with sign_in(platform) as clerk:
        case.do(clerk, "notify-missing")
    assert day_by_day(platform, case, "correction-overdue", date(2026, 3, 2)) == {}


def test_a_decision_ends_what_was_late_and_delivery_is_watched(platform):
    case = filed(platform)
    with sign_in(platform) as clerk:
        case.do(clerk, "hand-over")
    platform.clock.moment = datetime(2026, 2, 26, 10, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("red", 1, "open", False)
    with reviewer(platform) as market:
        case.do(market, "review-case")
        case.do(market, "decide-case")
    colour, value, state, over = of_case(platform, case, "case-due")
    assert (colour, state, over) == ("red", "open", True)  # over, and still to be closed
    seen = day_by_day(platform, case, "delivery-late", date(2026, 3, 13))
    assert seen == {
        "2026-03-11": "yellow",
        "2026-03-12": "red",
    }  # ten working days, 28 February one


def test_six_who_look_at_once_raise_one_alert(platform):
    case = filed(platform)
    platform.clock.moment = datetime(2026, 2, 26, 9, tzinfo=HALL_ZONE)
    side_by_side([lambda: platform.chore("watch cases")] * 6)
    assert of_case(platform, case, "case-due") == ("red", 1, "open", False)
    with platform.store.read() as connection:
        raised = connection.execute(
            select(func.count())
            .select_from(alert_steps.join(alerts, alerts.c.id == alert_steps.c.alert))
            .where(alerts.c.subject == case.id)
            .where(alerts.c.rule == "case-due")
        ).scalar_one()
    assert raised == 1


# what people do about it -------------------------------------------------------------------------


def late_case(platform):
    """A case that is a day over, and its alert."""
    case = filed(platform)
    platform.clock.moment = datetime(2026, 2, 26, 9, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    with head(platform) as client:
        found = listed(client, "?rule=case-due&colour=red")
        return case, next(one for one in found if one["subject"] == case.id)


def test_an_alert_is_acknowledged_instructed_answered_and_closed(platform):
    case, alert = late_case(platform)
    path = f"alerts/{alert['id']}"
    with head(platform) as client, reviewer(platform) as market:
        seen = act(client, f"{path}/acknowledgement", "acknowledge-alert", alert["etag"])
        assert (seen.status_code, seen.json()["state"]) == (200, "acknowledged")
        again = act(client, f"{path}/acknowledgement", "acknowledge-alert", seen.headers["ETag"])
        assert code_of(again) == "alert-acknowledged"
        stale = act(client, f"{path}/closing", "close-alert", alert["etag"], reason="查明")
        assert code_of(stale) == "changed-meanwhile"
        to = {"kind": "department", "code": MARKET}
        said = {"to": to, "text": "请说明原因并办结", "due_on": "2026-02-27"}
        given = act(client, f"{path}/instructions", "give-instruction", **said)
        assert given.status_code == 201, given.text
        number = given.json()["number"]
        assert number.startswith("DB990302260226")
        assert len(number) <= 20
        waiting = market.get("/v1/supervision/instructions?state=given").json()["instructions"]
        assert [one["number"] for one in waiting] == [number]
        with reviewer(platform, "health") as health:
            assert health.get("/v1/supervision/instructions").json() == {"instructions": []}
            where = f"instructions/{given.json()['id']}/answer"
            assert code_of(act(health, where, "answer-instruction", text="无关")) == "not-found"
    # Its day passes without an answer.
    platform.clock.moment = datetime(2026, 2, 28, 9, tzinfo=HALL_ZONE)  # a Saturday that is worked
    platform.chore("watch halls", "watch halls")
    with head(platform) as client, reviewer(platform) as market:
        (late,) = listed(client, "?rule=instruction-late")
        assert (late["colour"], late["subject_number"], late["value"]) == ("yellow", number, 1)
        assert client.get("/v1/supervision/counts").json()["instructions_late"] == 1
        where = f"instructions/{given.json()['id']}/answer"
        answered = act(market, where, "answer-instruction", text="现场核查已完成，今天决定")
        assert (answered.status_code, answered.json()["late"]) == (200, True)
        twice = act(market, where, "answer-instruction", text="再答")
        assert code_of(twice) == "instruction-answered"
        whole = client.get(f"/v1/supervision/{path}").json()
        assert [step["act"] for step in whole["steps"]] == [
            *("raised", "acknowledged", "instructed", "answered"),
        ]
        assert whole["instructions"][0]["answer"] == "现场核查已完成，今天决定"
        closed = act(client, f"{path}/closing", "close-alert", whole["etag"], reason="已查明原因")
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
        refused = act(
            client, f"{path}/instructions", "give-instruction", **{**said, "due_on": "2026-03-02"}
        )
        assert code_of(refused) == "alert-closed"
        platform.chore("watch cases")  # the case is late still; the supervisor has closed it
        assert of_case(platform, case, "case-due")[2] == "closed"
        figures = client.get("/v1/supervision/statistics?from=2026-02-01&to=2026-03-31").json()
        (body,) = [one for one in figures["bodies"] if one["department"] == MARKET]
        assert body["title"] == BODIES["market"].name
        assert (body["instructions"], body["answered_late"], body["unanswered"]) == (1, 1, 0)
        assert body["closed"] >= 1
    platform.chore("watch halls")
    with head(platform) as client:
        (late,) = listed(client, "?rule=instruction-late")
        assert late["over_at"]


def test_a_reminder_that_was_closed_opens_again_when_it_gets_graver(platform):
    case = filed(platform)
    platform.clock.moment = datetime(2026, 2, 24, 9, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    with head(platform) as client:
        (alert,) = [a for a in listed(client, "?rule=case-due") if a["subject"] == case.id]
        act(client, f"alerts/{alert['id']}/closing", "close-alert", alert["etag"], reason="已知悉")
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("remind", -1, "closed", False)
    platform.clock.moment = datetime(2026, 2, 25, 9, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("yellow", 0, "open", False)


@pytest.mark.parametrize(
    ("to", "due_on", "code"),
    [
        ({"kind": "department", "code": BODIES["civil"].code}, "2026-03-02", "addressee-unknown"),
        ({"kind": "operator", "code": "nobody"}, "2026-03-02", "addressee-unknown"),
        ({"kind": "department", "code": MARKET}, "2026-02-25", "invalid-request"),
        ({"kind": "department", "code": MARKET}, "2026-02-31", "invalid-request"),
    ],
)
def test_an_instruction_nobody_could_answer_is_refused(platform, to, due_on, code):
    _, alert = late_case(platform)
    with head(platform) as client:
        path = f"alerts/{alert['id']}/instructions"
        answer = act(client, path, "give-instruction", to=to, text="请办结", due_on=due_on)
        assert code_of(answer) == code


def test_a_clerk_answers_what_was_given_to_them(platform):
    _, alert = late_case(platform)
    with head(platform) as client, sign_in(platform) as clerk, sign_in(platform, 1) as other:
        to = {"kind": "operator", "code": clerk.operator["id"]}
        path = f"alerts/{alert['id']}/instructions"
        given = act(
            client, path, "give-instruction", to=to, text="请尽快移交", due_on="2026-02-27"
        ).json()
        answer = f"instructions/{given['id']}/answer"
        assert code_of(act(other, answer, "answer-instruction", text="不是我的")) == "not-found"
        assert act(clerk, answer, "answer-instruction", text="已经移交").status_code == 200


# rules -------------------------------------------------------------------------------------------


def test_a_rule_is_changed_in_versions_and_holds_at_once(platform):
    case = filed(platform)
    with head(platform) as client:
        table = {one["id"]: one for one in client.get("/v1/supervision/rules").json()}
        rule = table["case-due"]
        assert (rule["version"], rule["thresholds"]) == (0, {"remind": -1, "yellow": 0, "red": 1})
        said = {
            "thresholds": {"remind": -5, "yellow": -2, "red": 1},
            "regimes": ["licensing"],
            "items": [],
            "enabled": True,
            "reason": "节前提前督促",
        }
        path = "rules/case-due/versions"
        changed = act(client, path, "change-rule", rule["etag"], **said)
        assert (changed.status_code, changed.json()["version"]) == (201, 1)
        stale = act(client, path, "change-rule", rule["etag"], **said)
        assert code_of(stale) == "changed-meanwhile"
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("remind", -5, "open", False)
    with head(platform) as client:
        off = {**said, "enabled": False, "reason": "暂停使用"}
        assert act(client, path, "change-rule", changed.json()["etag"], **off).status_code == 201
        history = client.get(f"/v1/supervision/{path}").json()
        assert [(one["version"], one["reason"]) for one in history] == [
            *((2, "暂停使用"), (1, "节前提前督促"), (0, "")),
        ]
        assert all(one["changed_by"] for one in history[:2])
        assert code_of(client.get("/v1/supervision/rules/nothing/versions")) == "not-found"
    platform.chore("watch cases")
    assert of_case(platform, case, "case-due") == ("remind", -5, "closed", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"thresholds": {"remind": None, "yellow": None, "red": None}},
        {"thresholds": {"remind": 1, "yellow": 1, "red": 2}},
        {"thresholds": {"remind": 3, "yellow": 2, "red": 1}},
        {"thresholds": {"remind": None, "yellow": -61, "red": None}},
        {"regimes": ["unknown"]},
        {"reason": " "},
        {"title": "新规则"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(platform, changes):
    said = {"thresholds": {"red": 1}, "regimes": [], "items": [], "enabled": True, "reason": "试"}
    with head(platform) as client:
        rule = client.get("/v1/supervision/rules/case-due/versions").json()[0]
        answer = act(
            client, "rules/case-due/versions", "change-rule", rule["etag"], **{**said, **changes}
        )
        assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


# the hall ----------------------------------------------------------------------------------------


def test_long_waits_paused_windows_and_calls_without_service(platform):
    with Hall(platform) as hall:
        platform.keep_signed_in()
        hall.desks[0].open()
        hall.desks[1].open().state("paused", "清点材料")
        waiting = taken(hall.kiosk, "market")
        taken(hall.kiosk, "market")
        platform.clock.moment += timedelta(minutes=31)
        platform.chore("watch halls", "watch halls")
        found = {one["rule"]: one for one in listed(hall.head)}
        assert set(found) == {"queue-long", "window-paused"}
        assert (found["queue-long"]["colour"], found["queue-long"]["value"]) == ("yellow", 31)
        assert found["queue-long"]["evidence"]["waiting"] == 2
        assert (found["window-paused"]["colour"], found["window-paused"]["value"]) == ("red", 31)
        assert found["window-paused"]["evidence"]["reason"] == "清点材料"
        called = hall.desks[0].call().json()
        assert called["ticket"] == waiting["ticket"]
        hall.desks[1].state("open")
        platform.clock.moment += timedelta(minutes=6)
        platform.chore("watch halls")
        found = {one["rule"]: one for one in listed(hall.head)}
        assert found["window-paused"]["over_at"]
        unserved = found["call-unserved"]
        assert (unserved["colour"], unserved["value"]) == ("yellow", 6)
        assert unserved["subject_number"] == waiting["number"]
        assert unserved["evidence"]["window"] == hall.desks[0].window
        hall.desks[0].on(called["ticket"], "start")
        counts = hall.head.get("/v1/supervision/counts").json()
        assert counts["open"] == {"remind": 0, "yellow": 2, "red": 1}
        assert {one["rule"] for one in counts["rules"]} == set(found)
        platform.chore("watch halls")
        assert listed(hall.head, "?rule=call-unserved&lasting=true") == []
        hall.desks[0].on(called["ticket"], "finish")
        hall.clear()
        platform.chore("watch halls")
        assert listed(hall.head, "?lasting=true") == []


def test_what_is_raised_is_told_and_a_page_follows_another(platform):
    with platform.store.read() as connection:
        before = last_number(connection)
    cases = [filed(platform) for _ in range(3)]
    platform.clock.moment = datetime(2026, 2, 26, 9, tzinfo=HALL_ZONE)
    platform.chore("watch cases")
    with platform.store.read() as connection:
        told = connection.execute(
            select(events.c.hall, events.c.subject)
            .where(events.c.id > before)
            .where(events.c.kind == "alert-raised")
        ).all()
    with head(platform) as client:
        everything = listed(client, "?limit=200")
        assert {row.subject for row in told} == {one["id"] for one in everything}
        assert {row.hall for row in told} == {HALL.code}
        paged, cursor = [], ""
        while cursor is not None:
            page = client.get(
                "/v1/supervision/alerts?limit=2" + (f"&cursor={cursor}" if cursor else "")
            ).json()
            paged += page["alerts"]
            cursor = page["next"]
        assert paged == everything
        assert {case.id for case in cases} <= {one["subject"] for one in everything}
    with reviewer(platform, "health") as health:
        assert listed(health) == []
    with reviewer(platform) as market:
        assert {one["department"] for one in listed(market)} == {MARKET}


def test_another_halls_supervisor_sees_and_changes_nothing_of_it(platform):
    _, alert = late_case(platform)
    with head(platform) as client:
        elsewhere(platform, client.session["session"])
        assert listed(client) == []
        assert code_of(client.get(f"/v1/supervision/alerts/{alert['id']}")) == "not-found"
        path = f"alerts/{alert['id']}/closing"
        answer = act(client, path, "close-alert", alert["etag"], reason="越权")
        assert code_of(answer) == "not-found"
        elsewhere(platform, client.session["session"], HALL.code)


def elsewhere(platform, session, hall=NEIGHBOUR.code):
    """The session is one of the hall next door."""
    platform.store.write(
        lambda connection: connection.execute(
            update(sessions).where(sessions.c.id == session).values(hall=hall)
        )
    )
