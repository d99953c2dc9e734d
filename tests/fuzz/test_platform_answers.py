"""Whatever answers in the platform's place, the counter gets a value or one of its own errors."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.case import CaseProgress, Receipt
from counter_app.domain.deadlines import WorkingDays, YearTable, due_date
from counter_app.domain.item import Item
from counter_app.domain.licence import Presented
from counter_app.domain.outgoing import OutgoingAct, fingerprint
from counter_app.domain.preapplication import (
    OnlineApplicant,
    Preapplication,
    PreapplicationState,
    in_order_of_use,
)
from counter_app.domain.session import Hall, Operator, Session, Window
from counter_app.errors import HallError, PlatformError, PlatformUnreachable, SettingsError
from counter_app.platform_link import shapes
from counter_app.platform_link.calling import HttpQueue
from counter_app.platform_link.exchange import Answer, retry_after_s
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.platform_link.tickets_told import VisitTold
from counter_app.ports import PersonRecords

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHAPES = (
    *(shapes.Health, shapes.SignedIn, shapes.DeviceSignedIn, shapes.ItemPage),
    *(shapes.LicenceAnswer, shapes.PreapplicationAnswer, shapes.BlockAnswer),
    *(shapes.ReceiptAnswer, shapes.ProblemDocument, PersonRecords),
    *(Item, Receipt, Preapplication, WorkingDays, CaseProgress, Presented, VisitTold),
)
SESSION = Session(
    "s", Operator("o", "试验员"), Window("03", "窗口", Hall("h", "厅"), "990302000000")
)
ACT = OutgoingAct(
    "key", "case", "accept", "/v1/cases/case/acceptance", b"{}", fingerprint(b"{}"), NOON
)
CLAIMED = Preapplication(
    *("id", "YS1", "item", "事项", NOON, PreapplicationState.CHECKED),
    *(OnlineApplicant("resident", "测试甲", "990302199001010016"), True),
)

st.register_type_strategy(
    WorkingDays,
    st.builds(
        WorkingDays,
        st.text(max_size=5),
        st.dictionaries(st.integers(2020, 2030), st.from_type(YearTable), max_size=2),
    ),
)
texts = st.text(max_size=8)
TELLING = ["2026-11-24T12:00:00+08:00", "2026-02-30", "in-flight", "sign-in-refused"]
anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=20),
        st.sampled_from(
            ["2026-11-24T12:00:00+08:00", "2026-02-30", "in-flight", "sign-in-refused"]
        ),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def with_options(kind):
    """A shape that carries whatever a security key is to be asked with."""
    kept = {name: hint for name, hint in get_type_hints(kind).items() if name != "options"}
    options = st.none() | st.dictionaries(st.text(max_size=8), anything, max_size=3)
    members = {name: st.from_type(hint) for name, hint in kept.items()}
    return st.builds(kind, **members, options=options)


for one in SHAPES:
    if isinstance(one, type) and "options" in getattr(one, "__dataclass_fields__", {}):
        st.register_type_strategy(one, with_options(one))
values = st.one_of(*(st.from_type(kind) for kind in SHAPES))


@st.composite
def mutated(draw) -> bytes:
    """A right answer with something wrong in it: a member, a byte, its end."""
    document = json.loads(msgspec.json.encode(draw(values)))
    for _ in range(draw(st.integers(0, 3))):
        document = _changed(document, draw)
    body = bytearray(json.dumps(document).encode())
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 4)))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    end = draw(st.sampled_from((None, None, None, draw(st.integers(0, len(body))))))
    return bytes(body[:end])


def _changed(node, draw):
    """One place in the document, taken out or replaced."""
    if not isinstance(node, dict | list) or not node or draw(st.booleans()):
        return draw(anything)
    place = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
    if draw(st.booleans()):
        node[place] = _changed(node[place], draw)
    else:
        del node[place]
    return node


bodies = st.one_of(
    mutated(),
    st.binary(max_size=200),
    st.just(b"<html>"),
    st.integers(1, 3000).map(lambda depth: b"[" * depth),
    st.integers(1, 3000).map(lambda depth: b'{"a":' * depth),
    st.builds(lambda code: json.dumps({"code": code}).encode(), st.text(max_size=20)),
)
headers = st.dictionaries(
    st.sampled_from(["Retry-After", "Content-Type"]),
    st.one_of(
        st.text(max_size=40),
        st.integers().map(str),
        st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
        st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S -0000")),
    ),
)
statuses = st.one_of(
    st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 412, 422, 423, 429, 500, 503]),
    st.integers(100, 599),
)
answers = st.builds(Answer, statuses, headers, bodies)


class Scripted:
    """Gives these answers in turn, in the place of `Exchange`; then nobody answers."""

    def __init__(self, script) -> None:
        self._script = iter(script)

    def ask(self, _method, _path, **_more) -> Answer:
        for answer in self._script:
            return answer
        raise PlatformUnreachable("platform.unreachable")


CALLS = {
    "health": lambda link: link.health(),
    "sign_in": lambda link: link.sign_in("w03", "secret", "03"),
    "sign_out": lambda link: link.sign_out("s-1"),
    "licences": lambda link: link.licences(kind="resident", number="9", item=None, purpose="p"),
    "records": lambda link: link.records(kind="resident", number="9", purpose="p"),
    "by_code": lambda link: link.preapplication_by_code("YS1", purpose="p"),
    "progress": lambda link: link.progress("990302", "K7M2P9QX"),
    "redeem": lambda link: link.redeem("YZ0", item=None, case=None, session=SESSION, key="key"),
    "visit": lambda link: HttpQueue(link._link).visit("v"),
    "check_in": lambda link: HttpQueue(link._link).check_in("22223333", "key"),
    "keep": lambda link: HttpQueue(link._link).keep("v", "key"),
    "claim": lambda link: link.claim(CLAIMED, SESSION, "key"),
    "items": lambda link: link.items("x"),
    "item": lambda link: link.item("x/../y"),
    "calendar": lambda link: link.calendar(),
    "lease": lambda link: link.lease_numbers("03", 5, "key"),
    "send": lambda link: link.send(ACT),
    "receipts": lambda link: link.receipts(["key", "other"]),
}
TOKEN = Answer(201, {}, b'{"session": "s", "access_token": "t"}')
CLERK = Answer(
    201,
    {},
    msgspec.json.encode(shapes.SignedIn("s", "a", "r", SESSION.operator, SESSION.window)),
)


def link_to(script) -> HttpPlatform:
    link = HttpPlatform(Link("http://platform.invalid", device="d", device_secret=lambda: "s"))
    link._link._exchange = Scripted([CLERK])
    link.sign_in("w03", "secret", "03")
    link._link._exchange = Scripted(script)
    return link


@given(st.sampled_from(sorted(CALLS)), st.lists(answers, max_size=4), st.booleans())
def test_any_answer_gives_a_value_or_an_error_of_ours(call, script, signed_in):
    """And what it gives can be used: nothing odd lies dormant in it."""
    try:
        given_back = CALLS[call](link_to([TOKEN, *script] if signed_in else script))
    except HallError:
        return
    msgspec.json.encode(given_back)
    repr(given_back)


@given(values)
def test_a_right_answer_says_what_was_meant(value):
    assert shapes.decoded(msgspec.json.encode(value), type(value)) == value


@given(st.sampled_from(SHAPES), bodies)
def test_a_wrong_answer_is_garbled_and_nothing_else(kind, body):
    try:
        value = shapes.decoded(body, kind)
    except PlatformError as error:
        assert error.code == "platform.garbled"  # noqa: PT017 - most bodies raise, some are right
        return
    assert isinstance(value, kind)
    assert shapes.decoded(msgspec.json.encode(value), kind) == value


@given(bodies)
def test_a_refusal_is_a_problem_document_or_none(body):
    found = shapes.problem(body)
    assert found is None or isinstance(found.code, str)


@given(headers)
def test_waiting_is_always_within_reason(given_headers):
    seconds = retry_after_s(given_headers, NOON.timestamp())
    assert seconds is None or 0 <= seconds <= 600


@given(st.from_type(WorkingDays), st.dates(date(2018, 1, 1), date(2032, 1, 1)), st.integers(0, 90))
def test_any_calendar_gives_a_due_date_not_before_the_day(calendar, day, days):
    due = due_date(day, days, day_kind="working", calendar=calendar)
    assert due.on - day >= timedelta(days=days)


@given(st.lists(st.from_type(Preapplication), max_size=5))
def test_any_applications_can_be_put_in_order(applications):
    assert sorted(map(repr, in_order_of_use(applications))) == sorted(map(repr, applications))


@given(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            "{}://{}".format, st.sampled_from(["http", "https", "ftp"]), st.text(max_size=30)
        ),
    )
)
def test_an_address_is_taken_or_refused_as_a_setting(url):
    try:
        HttpPlatform(Link(url, device="d", device_secret=lambda: "s"))
    except SettingsError as error:
        assert error.facts["key"] == "platform.url"  # noqa: PT017 - see above


@pytest.mark.parametrize("path", ["", "no/such/file", "x" * 5_000, "a\0b"])
def test_a_place_of_certificates_that_is_none_is_refused_as_a_setting(path):
    with pytest.raises(SettingsError) as caught:
        HttpPlatform(Link("http://h", device="d", device_secret=lambda: "s", verify=path))
    assert caught.value.facts["key"] == "platform.verify"
