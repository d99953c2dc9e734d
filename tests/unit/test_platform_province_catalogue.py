"""The province's catalogue, pulled from a real server: what is left out stays in sight."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from answering_server import AnsweringServer, answer
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from store_under_test import settings_of

from hall_platform.clock import HALL_ZONE, PlayedClock
from hall_platform.database import open_store
from hall_platform.licences.tables import licence_types
from hall_platform.links.envelope import SignedEnvelope
from hall_platform.links.http import Address
from hall_platform.links.settings import Link, Links
from hall_platform.links.signing import HmacSm3
from hall_platform.province import left_out, outbox
from hall_platform.province.pulling import pull
from hall_platform.province.tables import province_items, province_left_out, province_marks
from hall_platform.seed_data.items import FOOD
from hall_platform.stand_in.invented import item_content
from hall_platform.stand_in.invented import licence_types as published_types

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=HALL_ZONE)
CONTENT = item_content(FOOD)
CODE = CONTENT["code"]
(TYPE,) = published_types()
BROKEN = {name: value for name, value in CONTENT.items() if name != "materials"}


class Pulling:
    """A store, and a province that publishes the pages it is told, one a round."""

    def __init__(self, folder):
        self.pages = []
        self.asked = []
        self.clock = PlayedClock(NOW)
        self.server = AnsweringServer(self._answer)
        self.store = open_store(settings_of(folder))

    def _answer(self, request):
        return answer(200, self.pages.pop(0))

    def pulled(self, version, items=(), types=(), **more):
        """What stands left out after a page was pulled: by kind and code, where it is wrong."""
        self.pages.append(
            {"version": version, "items": items, "licenceTypes": types, "more": False, **more}
        )
        link = Link(Address(self.server.url), SignedEnvelope("m", "w", HmacSm3(b"k" * 16)))
        pull(
            SimpleNamespace(
                settings=SimpleNamespace(links=Links(province=link)),
                store=self.store,
                clock=self.clock,
            )
        )
        assert self.pages == []
        with self.store.read() as connection:
            count, entries = left_out.shown(connection)
        assert count == len(entries)
        self.entries = entries
        return {
            (one["kind"], one["code"]): [error["where"] for error in one["errors"]]
            for one in entries
        }

    def rows(self, table):
        with self.store.read() as connection:
            return connection.execute(select(table)).all()


@pytest.fixture(scope="module")
def one_store(tmp_path_factory):
    made = Pulling(tmp_path_factory.mktemp("pulled"))
    with made.server:
        yield made
    made.store.close()


@pytest.fixture
def province(one_store):
    """The same store, empty again."""
    for table in (province_items, province_left_out, province_marks, licence_types):
        one_store.store.write(lambda connection, table=table: connection.execute(delete(table)))
    one_store.clock.moment = NOW
    one_store.pages = []
    return one_store


def entry(version, item=CONTENT, code=CODE, **more):
    return {"code": code, "version": version, "withdrawn": False, "item": item, **more}


def test_what_is_left_out_stays_in_sight_until_a_good_one_comes(province):
    assert province.pulled(1, [entry(1, BROKEN)]) == {("item", CODE): ["materials"]}
    (one,) = province.entries
    assert (one["version"], one["errors"][0]["what"]) == (1, "缺少这一项")
    assert one["pulled_at"].startswith("2026-11-24T09:00:00")
    assert province.pulled(1) == {("item", CODE): ["materials"]}  # nothing new: it stays
    other = f"{CODE[:-2]}99"
    page = [entry(2, {**CONTENT, "code": other}, other)]
    assert province.pulled(2, page) == {("item", CODE): ["materials"]}  # another item's
    assert province.pulled(3, [entry(3)]) == {}
    assert {row.version for row in province.rows(province_items)} == {2, 3}


def test_a_newer_error_takes_the_place_of_an_older_and_an_older_good_one_settles_nothing(province):
    assert province.pulled(1, [entry(1, BROKEN)]) == {("item", CODE): ["materials"]}
    wrong = {**CONTENT, "regime": "none", "level": "9"}
    found = province.pulled(5, [entry(5, wrong)])
    assert {key: sorted(where) for key, where in found.items()} == {
        ("item", CODE): ["level", "regime"]
    }
    assert province.pulled(6, [entry(4)]) == found
    gone = entry(7, None, withdrawn=True, name="食品\x00经营许可")
    assert province.pulled(7, [gone]) == {}
    assert [row.name for row in province.rows(province_items) if row.withdrawn] == ["食品经营许可"]


def test_types_of_licences_are_treated_alike_and_hold_at_once(province):
    wrong = {**TYPE, "years": 0, "number_rule": "any"}
    found = province.pulled(1, [], [wrong])
    assert {key: sorted(where) for key, where in found.items()} == {
        ("licence_type", TYPE["code"]): ["number_rule", "years"]
    }
    assert province.rows(licence_types) == []
    assert province.pulled(1, [], [TYPE]) == {}
    assert [row.name for row in province.rows(licence_types)] == [TYPE["name"]]


@pytest.mark.parametrize(
    ("one", "where"),
    [
        ("an item", ["code", "version"]),
        ({"version": 1}, ["code"]),
        ({"code": "x", "version": 1}, ["code"]),
        ({"code": CODE, "version": "1"}, ["version"]),
        ({"code": CODE, "version": True}, ["version"]),
        ({"code": CODE, "version": 2**31}, ["version"]),
        (entry(1, None), [""]),
        (entry(1, {**CONTENT, "code": CODE[:-2] + "99"}), ["item/code"]),
    ],
)
def test_what_is_no_item_says_why(province, one, where):
    (found,) = province.pulled(1, [one, entry(2, {**CONTENT, "code": "1" * 31}, "1" * 31)]).values()
    assert found == where
    assert len(province.rows(province_items)) == 1  # the good one beside it


def test_what_has_no_code_is_noted_once_and_goes_after_a_month(province):
    assert list(province.pulled(1, ["a", "b"])) == [("item", "")]
    assert len(province.entries) == 2
    province.pulled(2, ["b"])
    assert len(province.entries) == 2
    province.clock.advance(timedelta(days=31))
    assert province.pulled(3, ["c"]) == {("item", ""): ["code", "version"]}
    assert len(province.entries) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "version", "item", "withdrawn", "x"]), inner)
    ),
    max_leaves=6,
)


def test_no_page_breaks_the_pulling(province):
    @settings(max_examples=50, deadline=None)
    @given(items=JSON, types=JSON)
    def pulls(items, types):
        province.pulled(7, items, types)
        with province.store.read() as connection:
            assert outbox.marked(connection, "catalogue").value == "7"

    pulls()
