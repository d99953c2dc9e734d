"""Unusual looks are watched from the first day, in a store that nothing was invented in."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from store_under_test import settings_of

from hall_platform.access import CLERK, Caller
from hall_platform.acts import Delivery
from hall_platform.app import create_app
from hall_platform.check_digits import resident_number
from hall_platform.clock import HALL_ZONE, PlayedClock, stamp
from hall_platform.data_use import record
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.exchange import chores, unusual, use_rules
from hall_platform.exchange.shapes import RuleChange
from hall_platform.exchange.tables import unusual_uses
from hall_platform.identity.tables import halls, sessions
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=HALL_ZONE)
HALL, COUNTY = "99030201", "990302"
OPERATOR, SESSION = str(uuid.uuid4()), str(uuid.uuid4())
AT_WINDOW = Caller(
    session=SESSION,
    roles=frozenset({CLERK}),
    operator=OPERATOR,
    hall=HALL,
    window="03",
    region="990302000000",
    county=COUNTY,
)


@pytest.fixture
def context(tmp_path):
    """A platform that only has what `hall-platform import` gives it: a hall."""
    settings = settings_of(tmp_path)
    store = open_store(settings)
    hall = {"code": HALL, "name": "市民之家", "region": "990302000000", "county": COUNTY}
    session = {"id": SESSION, "kind": "operator", "hall": HALL}
    times = {"started_at": stamp(MORNING), "ends_at": stamp(MORNING + timedelta(days=1))}
    store.write(lambda connection: connection.execute(insert(halls).values(**hall, address="")))
    store.write(lambda connection: connection.execute(insert(sessions).values(**session, **times)))
    yield create_app(settings, store, PlayedClock(MORNING)).state.context
    store.close()


def look_at_people(context, many, case=None):
    def looks(connection):
        for position in range(many):
            number = resident_number("990302", "19800101", 100 + position)
            record(
                connection,
                caller=AT_WINDOW,
                at=context.clock.now(),
                resource="licences",
                purpose="接待",
                holder=Holder(kind="resident", number=number),
                answered=["1"],
                case=case,
            )

    context.store.write(looks)


def told(context):
    with context.store.read() as connection:
        found = connection.execute(select(unusual_uses)).all()
        heard = connection.execute(
            select(func.count()).select_from(events).where(events.c.kind == "data-use-unusual")
        ).scalar_one()
    assert heard == len(found)
    return [(row.rule, row.operator, row.counted) for row in found]


def set_rule(context, rule, **limits):
    act = RuleChange.model_validate(
        {"act": "set-use-rule", "most": 60, "minutes": 60, "active": True, **limits}
    )
    now = context.clock.now()
    delivery = Delivery("key", "fingerprint", AT_WINDOW, now, rule, "", context)
    return context.store.write(lambda connection: use_rules.set_rule(connection, act, delivery))


def test_the_rules_that_ship_are_in_force(context):
    look_at_people(context, 60)
    chores.watch(context)
    assert told(context) == []
    look_at_people(context, 61)
    for _ in range(2):
        chores.watch(context)
    assert told(context) == [("many-people-without-case", OPERATOR, 61)]
    with context.store.read() as connection:
        (row,) = unusual.page(connection, AT_WINDOW, 50, None)
    assert row["title"] == "无办件查看多人信息"


def test_a_rule_is_set_where_none_was_set_before_and_again(context):
    for most in (3, 2):
        shown = set_rule(context, "many-people-without-case", most=most)
        assert (shown["most"], shown["title"]) == (most, "无办件查看多人信息")
    with context.store.read() as connection:
        rules = use_rules.all_of(connection)
    assert rules["many-people-without-case"].most == 2
    assert rules["many-without-case"] == use_rules.RULES["many-without-case"]
    look_at_people(context, 3)
    chores.watch(context)
    assert [rule for rule, _, _ in told(context)] == ["many-people-without-case"]


def test_a_rule_that_was_switched_off_tells_nothing(context):
    set_rule(context, "many-people-without-case", most=1, active=False)
    look_at_people(context, 5)
    chores.watch(context)
    assert told(context) == []


def test_nobody_sets_a_rule_there_is_not(context):
    with pytest.raises(Problem) as refused:
        set_rule(context, "nothing")
    assert refused.value.code == "rule-unknown"
