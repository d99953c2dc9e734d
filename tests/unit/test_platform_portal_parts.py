"""Parts of the online hall: limits of guessing, published words, where an item is taken."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select, update
from store_under_test import settings_of

from hall_platform.check_digits import resident_number
from hall_platform.clock import HALL_ZONE, PlayedClock, stamp
from hall_platform.database import open_store
from hall_platform.identity.tables import citizens
from hall_platform.portal import chores, inbox, messages, offers, terms, tries
from hall_platform.portal.letter_shapes import SendLetter
from hall_platform.portal.messages import News
from hall_platform.portal.shapes import BeginDraft
from hall_platform.portal.tables import drafts, letters
from hall_platform.portal.tables import messages as sent
from hall_platform.problems import Problem
from hall_platform.seed import invent

NOW = datetime(2026, 11, 24, 10, tzinfo=HALL_ZONE)
NOBODY = SimpleNamespace(name="", mobile="")
SEPARATORS = st.sampled_from(["", " ", "-", "  ", "－", "·", "—"])


@pytest.fixture
def store(tmp_path):
    opened = open_store(settings_of(tmp_path / "data"))
    yield opened
    opened.close()


# guessing -----------------------------------------------------------------------------------------


def count(store, who, at, limit=tries.CODES):
    store.write(lambda connection: tries.count(connection, limit, who, at))


def test_after_ten_tries_one_waits_and_then_may_again(store):
    for place in range(10):
        count(store, "one", NOW + timedelta(minutes=place))
    later = NOW + timedelta(minutes=20)
    with pytest.raises(Problem) as refused:
        count(store, "one", later)
    assert refused.value.code == "too-many-guesses"
    assert refused.value.headers["Retry-After"] == "600"
    count(store, "other", later)  # nobody waits for somebody else's guesses
    count(store, "one", later, tries.NUMBERS)  # nor for another kind of guess
    count(store, "one", NOW + timedelta(minutes=30))


def test_the_right_code_wipes_the_slate(store):
    for _ in range(10):
        count(store, "one", NOW)
    store.write(lambda connection: tries.forget(connection, tries.CODES, "one"))
    count(store, "one", NOW)


@pytest.mark.parametrize(
    ("host", "known_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_is_counted_as_its_network(host, known_as):
    connected = SimpleNamespace(client=SimpleNamespace(host=host))
    assert tries.address_of(connected) == known_as


# published words ----------------------------------------------------------------------------------


def names_nobody(text, row=NOBODY):
    try:
        inbox._names_nobody(row, text)
    except Problem:
        return False
    return True


@given(
    st.integers(10**9, 10**10 - 1),
    st.lists(SEPARATORS, min_size=10, max_size=10),
    st.booleans(),
    st.text(alphabet="请拨打联系我，。", max_size=5),
)
def test_a_mobile_number_is_found_however_it_is_written(number, between, wide, around):
    digits = f"1{number}"
    text = digits[0] + "".join(a + b for a, b in zip(between, digits[1:], strict=True))
    if wide:
        text = text.translate({ord("0") + place: ord("０") + place for place in range(10)})
    assert not names_nobody(around + text + around)


@given(st.dates(min_value=datetime(1930, 1, 1).date()), st.integers(0, 999), SEPARATORS)
def test_a_resident_number_is_found_in_groups_too(born, sequence, between):
    number = resident_number("990302", f"{born:%Y%m%d}", sequence)
    assert not names_nobody(f"号码{number[:6]}{between}{number[6:14]}{between}{number[14:]}，谢谢")


@pytest.mark.parametrize(
    "text",
    [
        "请拨打 0731-58881234 或 12345。",
        "2026年11月24日9:00至12:00，周一至周五。",
        "收费 1,000 元，20 个工作日内办结，依据国办发〔2020〕53号。",
        "事项编码 11990302MB0A00018J4990100000100",
    ],
)
def test_what_names_nobody_may_be_said(text):
    assert names_nobody(text)


def test_the_writers_name_and_telephone_are_not_published():
    row = SimpleNamespace(name="㛃𠮷·测", mobile="0731-1")
    assert not names_nobody("㛃𠮷·测问：可以吗？", row)
    assert not names_nobody("电话0731-1", row)
    assert names_nobody("可以吗？", row)


# where an item is taken, and what a form may be ---------------------------------------------------


@pytest.mark.parametrize(
    ("item_region", "hall_region", "taken"),
    [
        ("990302000000", "990302000000", True),
        ("990302000000", "990304000000", False),
        ("990300000000", "990304000000", True),  # the city's, in each of its counties
        ("990000000000", "990304000000", True),
        ("990302001000", "990302000000", False),  # a town's is taken in the town
        ("990302001000", "990302001000", True),
    ],
)
def test_an_item_is_taken_in_its_region(item_region, hall_region, taken):
    hall = SimpleNamespace(region=hall_region)
    assert offers.takes(hall, {"region": item_region}) is taken


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=40,
)


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


@given(st.dictionaries(st.text(max_size=3), _JSON, max_size=4))
def test_a_form_is_refused_exactly_when_it_is_too_deep(form):
    body = {"act": "begin-draft", "hall": "99030201", "item": "X", "form": form}
    if depth(form) > 8:
        with pytest.raises(ValidationError):
            BeginDraft.model_validate(body)
    else:
        assert BeginDraft.model_validate(body).form == form


@given(st.text(min_size=1, max_size=50).filter(lambda text: text == text.strip()))
def test_a_letter_has_lines_and_no_other_control_characters(text):
    body = {
        "act": "send-letter",
        "hall": "99030201",
        "kind": "suggestion",
        "title": "题",
        "text": text,
    }
    wrong = any(
        (ord(one) < 32 and one not in "\n\t") or ord(one) == 127 or 0xD800 <= ord(one) <= 0xDFFF
        for one in text
    )
    if wrong:
        with pytest.raises(ValidationError):
            SendLetter.model_validate(body)
    else:
        assert SendLetter.model_validate(body).text == text


def test_every_kind_of_letter_has_a_term():
    assert set(terms.DAYS) == set(inbox.KINDS)
    assert all(days > 0 for days in terms.DAYS.values())


# chores -------------------------------------------------------------------------------------------


def test_what_a_deleted_account_left_behind_is_forgotten_and_old_drafts_too(tmp_path):
    settings = settings_of(tmp_path / "data")
    store = open_store(settings)
    try:
        invention = invent(number=1, today=NOW.date())
        store.write(invention.write)
        context = SimpleNamespace(store=store, clock=PlayedClock(NOW))
        writer = next(one for one in invention.rows[letters] if one["citizen"])["citizen"]
        begun = next(one for one in invention.rows[drafts] if one["state"] == "open")
        gone = sorted({writer, begun["citizen"]})

        def remove(connection):
            connection.execute(
                update(citizens)
                .where(citizens.c.id.in_(gone))
                .values(deleted_at=stamp(NOW), number=None, name=None, mobile=None)
            )
            news = News("case-closed", "题", "文", "case", begun["id"])
            messages.send(connection, "990302", [writer], news, NOW)

        store.write(remove)
        chores.forget_the_deleted(context)
        with store.read() as connection:
            names = connection.execute(select(letters.c.name).where(letters.c.citizen.in_(gone)))
            assert set(names.scalars()) == {""}
            assert connection.execute(select(sent.c.id)).first() is None
            left = connection.execute(select(drafts.c.id).where(drafts.c.state == "open"))
            assert begun["id"] not in set(left.scalars())
    finally:
        store.close()


@pytest.mark.parametrize(("days", "left"), [(100, True), (200, False)])
def test_a_draft_nobody_touches_is_kept_for_half_a_year(tmp_path, days, left):
    store = open_store(settings_of(tmp_path / "data"))
    try:
        store.write(invent(number=1, today=NOW.date()).write)
        context = SimpleNamespace(store=store, clock=PlayedClock(NOW + timedelta(days=days)))
        chores.forget_drafts(context)
        with store.read() as connection:
            found = connection.execute(select(drafts.c.id).where(drafts.c.state == "open"))
            assert (found.first() is not None) is left
            handed_in = connection.execute(select(drafts.c.id)).all()
            assert handed_in  # what was handed in is the hall's record
    finally:
        store.close()
