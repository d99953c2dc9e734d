"""Needs of items as data; looks that become unusual whatever they are at."""

import json
import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from store_under_test import settings_of

from hall_platform import data_use
from hall_platform.access import Caller
from hall_platform.clock import HALL_ZONE
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.exchange import unusual
from hall_platform.exchange.purposes import need_of
from hall_platform.exchange.tables import unusual_uses
from hall_platform.identity.tables import halls, sessions
from hall_platform.problems import Problem
from hall_platform.seed_data.items import ITEMS
from hall_platform.seed_data.resources import RESOURCES
from hall_platform.shapes import Holder

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=HALL_ZONE)
ROWS = {
    one["code"]: SimpleNamespace(**{**one, "fields": json.dumps(one["fields"])})
    for one in RESOURCES
}


def test_what_items_name_is_in_the_directory_and_is_shared():
    for item in ITEMS.values():
        for material in item["materials"]:
            for source in material["met_by"]["shared_sources"]:
                row = ROWS[source["resource"]]
                known = {one["code"] for one in json.loads(row.fields)}
                assert set(source["fields"]) <= known, (item["name"], source)
                assert row.sharing != "none"
                assert source["title"] == row.title


FIELDS = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(["a", "b", "c", "d"]),
            "sensitivity": st.sampled_from(["general", "personal", "sensitive"]),
        }
    ),
    unique_by=lambda one: one["code"],
    min_size=1,
)
SOURCES = st.lists(
    st.fixed_dictionaries(
        {
            "resource": st.sampled_from(["this", "other"]),
            "fields": st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1),
        }
    )
)


@given(FIELDS, SOURCES, st.sampled_from(["unconditional", "conditional"]))
def test_nothing_comes_back_that_no_material_needs(fields, sources, sharing):
    row = SimpleNamespace(
        code="this", library="population", sharing=sharing, fields=json.dumps(fields)
    )
    item = {
        "code": "item",
        "body": {"code": "body"},
        "materials": [{"met_by": {"licence_types": [], "shared_sources": sources}}],
    }
    named = {code for one in sources if one["resource"] == "this" for code in one["fields"]}
    general = {one["code"] for one in fields if one["sensitivity"] == "general"}
    allowed = named | (general if sharing == "unconditional" else set())
    wanted = [one["code"] for one in fields if one["code"] in allowed]
    if not wanted:
        with pytest.raises(Problem, match="resource-not-needed"):
            need_of(item, row)
    else:
        assert list(need_of(item, row).fields) == wanted


@pytest.fixture
def store(tmp_path):
    opened = open_store(settings_of(tmp_path / "data"))

    def fill(connection):
        hall = {"code": "99030201", "name": "市民之家", "region": "990302000000"}
        connection.execute(insert(halls).values(county="990302", address="", **hall))
        connection.execute(
            insert(sessions).values(id="s", kind="operator", started_at="", ends_at="")
        )

    opened.write(fill)
    yield opened
    opened.close()


def look(store, person, at, **more):
    caller = Caller(
        "s", frozenset({"clerk"}), operator="o1", hall="99030201", window="03", county="990302"
    )
    store.write(
        lambda connection: data_use.record(
            connection,
            caller=caller,
            at=at,
            resource="cases",
            purpose="接待",
            holder=Holder(kind="resident", number=f"9903021990{person:08d}"),
            answered=[],
            **more,
        )
    )


def told(store, now):
    store.write(lambda connection: unusual.look_at_all(connection, now))
    with store.read() as connection:
        rows = connection.execute(select(unusual_uses)).all()
        emitted = connection.execute(select(events)).all()
    assert len(rows) == len(emitted)
    return [(row.rule, row.operator, row.counted) for row in rows]


def test_many_people_looked_at_without_a_case_are_told_once_in_the_rules_time(store):
    for person in range(60):
        look(store, person, NOW)
        look(store, person, NOW)  # the same person counts once
    assert told(store, NOW) == []
    look(store, 60, NOW, case=str(uuid.uuid4()))
    assert told(store, NOW) == []  # for a case it is nobody's business
    look(store, 61, NOW)
    once = [("many-people-without-case", "o1", 61)]
    assert told(store, NOW + timedelta(minutes=1)) == once
    assert told(store, NOW + timedelta(minutes=30)) == once
    assert told(store, NOW + timedelta(minutes=61)) == once  # those looks are long past
    for person in range(70):
        look(store, person, NOW + timedelta(minutes=70))
    again = told(store, NOW + timedelta(minutes=71))
    assert sorted(again) == [*once, ("many-people-without-case", "o1", 70)]
