"""What a request may hold: numbers, days, moments and texts that calendar and store can take.

The contract and the shapes behind it are walked, so that a member that is added later is held to
the same. Where SQLite would keep it, PostgreSQL would answer 503, and a counter try for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy import BigInteger, Column, String

from hall_platform import shapes as common
from hall_platform.acts import acts
from hall_platform.app import openapi_document, routers
from hall_platform.business import case_shapes, life_shapes, papers
from hall_platform.business import shapes as business
from hall_platform.business import tables as cases
from hall_platform.catalogue import shapes as catalogue
from hall_platform.catalogue import tables as items
from hall_platform.clock import day_of, stamp
from hall_platform.exchange import shapes as exchange
from hall_platform.exchange import tables as uses
from hall_platform.hall import arrangement_shapes, rating_shapes
from hall_platform.hall import tables as halls
from hall_platform.identity import administration_shapes, citizen_shapes
from hall_platform.identity import shapes as sign_in
from hall_platform.identity import tables as accounts
from hall_platform.licences import shapes as licences
from hall_platform.licences import tables as kept_licences
from hall_platform.portal import letter_shapes, people_shapes
from hall_platform.portal import shapes as portal
from hall_platform.portal import tables as online
from hall_platform.province import shapes as province
from hall_platform.supervision import shapes as supervision
from hall_platform.supervision import tables as watched

INT32 = 2**31 - 1
WIDER = {"cents": cases.cases.c.fee_cents, "amount_fen": None}  # the latter is kept as JSON
EXACT = 2**53  # as far as every reader of JSON counts exactly

# walking ----------------------------------------------------------------------------------------


def leaves(schema: Any, document: Any, where: str, seen: tuple[str, ...] = ()) -> Iterator[Any]:
    """Every schema below one, with the names that lead there."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if reference is not None and document is not None and reference not in seen:
        name = reference.rsplit("/", 1)[1]
        yield from leaves(document[name], document, where, (*seen, reference))
    yield where, schema
    for name, inner in schema.get("properties", {}).items():
        yield from leaves(inner, document, f"{where}.{name}", seen)
    inner = [schema.get("items"), schema.get("additionalProperties"), schema.get("propertyNames")]
    for member in ("anyOf", "oneOf", "allOf", "prefixItems"):
        inner += schema.get(member, ())
    for one in inner:
        yield from leaves(one, document, where, seen)


def asked_for() -> list[tuple[str, Any]]:
    """Every schema of a request body or parameter in the contract."""
    document = openapi_document()
    known = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            at = f"{method} {path}"
            for one in operation.get("parameters", ()):
                found += leaves(one["schema"], known, f"{at} {one['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                found += leaves(content["schema"], known, f"{at} body")
    return found


def is_number(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return bool({"integer", "number"} & ({kinds} if isinstance(kinds, str) else set(kinds)))


def fields() -> Iterator[tuple[str, FieldInfo]]:
    """Every member of a request's shape and every parameter, as it is declared."""
    waiting: list[type[BaseModel]] = [act.shape for act in acts().values()]
    for router in routers():
        for route in router.routes:
            if isinstance(route, APIRoute):
                for name, info in _declared(route.dependant):
                    yield f"{route.path} {name}", info
                    waiting += models_in(info.annotation)
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, info in model.model_fields.items():
            yield f"{model.__name__}.{name}", info
            waiting += models_in(info.annotation)


def _declared(dependant: Any) -> Iterator[tuple[str, FieldInfo]]:
    for group in ("path_params", "query_params", "header_params", "body_params"):
        for one in getattr(dependant, group):
            yield one.name, one.field_info
    for inner in dependant.dependencies:
        yield from _declared(inner)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def is_day(schema: dict[str, Any]) -> bool:
    """A text for a day, whether or not it says so."""
    pattern = schema.get("pattern")
    looks_so = pattern is not None and all(
        bool(re.search(pattern, text)) is fits
        for text, fits in (("2026-02-28", True), ("2026-02-2x", False))
    )
    return schema.get("format") == "date" or looks_so


def of_kind(wanted: Any) -> dict[str, TypeAdapter[Any]]:
    """The members that hold such a text themselves, not in a shape within, and what reads them."""
    found = {}
    for where, info in fields():
        reader: TypeAdapter[Any] = TypeAdapter(info.rebuild_annotation())
        own = (schema for at, schema in leaves(reader.json_schema(), None, "") if not at)
        if any(wanted(schema) for schema in own):
            found[where] = reader
    return found


def refuses(reader: TypeAdapter[Any], text: str) -> bool:
    """Whether the text is refused, by itself and in a list."""
    for value in (text, [text]):
        try:
            reader.validate_python(value)
        except ValidationError:
            continue
        return False
    return True


# numbers ----------------------------------------------------------------------------------------


def test_every_number_of_a_request_fits_the_column_it_goes_to() -> None:
    wrong = []
    counted = 0
    for where, schema in asked_for():
        if not is_number(schema) or "const" in schema or "enum" in schema:
            continue
        counted += 1
        largest = EXACT if where.rsplit(".", 1)[-1] in WIDER else INT32
        if not -INT32 <= schema.get("minimum", -INT32 - 1) <= schema.get("maximum", INT32 + 1) or (
            schema.get("maximum", largest + 1) > largest
        ):
            wrong.append(f"{where}: {schema}")
    assert counted > 50
    assert wrong == []


def test_what_is_more_than_32_bits_has_a_column_for_it() -> None:
    for column in WIDER.values():
        assert column is None or isinstance(column.type, BigInteger)


def test_a_version_beyond_all_versions_is_refused() -> None:
    query = {"version": 10**30, "form": "F1", "data": {}}
    with pytest.raises(ValidationError):
        catalogue.FormQuery.model_validate(query)
    assert catalogue.FormQuery.model_validate({**query, "version": common.LAST_VERSION})


# days -------------------------------------------------------------------------------------------

NO_DAYS = ("2026-02-31", "2026-00-10", "2026-13-01", "2025-02-29", "0000-01-01", "1799-12-31")


def test_no_member_takes_a_day_that_the_calendar_has_not() -> None:
    readers = of_kind(is_day)
    named = {where.rsplit(".", 1)[-1].rsplit(" ", 1)[-1] for where in readers}
    assert {"day", "valid_from", "valid_to", "ends_on", "due_on", "correct_by", "born"} <= named
    taken = [
        (where, text)
        for where, reader in readers.items()
        for text in NO_DAYS
        if not refuses(reader, text)
    ]
    assert taken == []
    assert [where for where, reader in readers.items() if refuses(reader, "2024-02-29")] == []


def test_only_an_end_may_be_beyond_what_is_counted_on_from() -> None:
    endless = {where for where, one in of_kind(is_day).items() if not refuses(one, "9999-12-31")}
    assert {where.rsplit(".", 1)[-1] for where in endless} == {"valid_to", "ends_on"}
    with pytest.raises(ValidationError):
        TypeAdapter(common.DayText).validate_python("3000-01-01")


@given(st.dates(date(common.FIRST_YEAR, 1, 1), date(common.LAST_YEAR, 12, 31)))
def test_every_day_that_is_taken_can_be_counted_on_from(day: date) -> None:
    text = TypeAdapter(common.DayText).validate_python(day.isoformat())
    assert date.fromisoformat(text) + timedelta(days=365 * 100) > day


@given(st.text("0123456789-", min_size=8, max_size=12) | st.text(max_size=12))
def test_a_text_is_taken_as_a_day_only_if_it_is_one(text: str) -> None:
    try:
        taken = TypeAdapter(common.EndDayText).validate_python(text)
    except ValidationError:
        return
    assert date.fromisoformat(taken).isoformat() == text


# moments ----------------------------------------------------------------------------------------

NO_MOMENTS = (
    "9999-12-31T23:00:00+08:00",
    "9999-12-31T23:00:00-14:00",
    "0001-01-01T00:00:00+14:00",
    "1999-12-31T23:59:59+08:00",
    "2200-01-01T00:00:00+08:00",
    "2026-11-24T10:00:00",
)


def test_no_moment_of_a_request_is_out_of_the_calendar() -> None:
    readers = of_kind(lambda schema: schema.get("format") == "date-time")
    named = {where.rsplit(".", 1)[-1] for where in readers}
    assert named == {"accepted_at", "filed_at", "done_at", "signed_at"}
    taken = [
        (where, text)
        for where, reader in readers.items()
        for text in NO_MOMENTS
        if not refuses(reader, text)
    ]
    assert taken == []


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_that_is_taken_has_a_day_in_the_hall(moment: datetime) -> None:
    try:
        taken = TypeAdapter(common.Moment).validate_python(moment.isoformat())
    except ValidationError:
        return
    assert stamp(taken)[:10] == day_of(taken).isoformat()


# texts ------------------------------------------------------------------------------------------

# What is kept as it is sent, without being looked up first, and the columns it goes to.
KEPT: list[tuple[type[BaseModel], str, Column[Any]]] = [
    (common.PublicBody, "code", items.items.c.body_code),
    (common.PublicBody, "code", cases.cases.c.department),
    (common.PublicBody, "code", cases.paper_serials.c.department),
    (common.PublicBody, "code", cases.case_events.c.department),
    (common.PublicBody, "code", kept_licences.licences.c.issuer_code),
    (common.PublicBody, "code", online.letters.c.body_code),
    (common.PublicBody, "code", uses.resources.c.body_code),
    (common.PublicBody, "code", watched.alerts.c.department),
    (common.Holder, "kind", uses.data_uses.c.holder_kind),
    (common.Holder, "number", uses.data_uses.c.holder_number),
    (business.AcceptAct, "number", cases.cases.c.number),
    (business.AcceptAct, "provisional_number", cases.cases.c.provisional_number),
    (business.AcceptAct, "query_code", cases.cases.c.query_code),
    (business.AcceptAct, "device", cases.cases.c.device),
    (business.Party, "number", cases.cases.c.applicant_number),
    (business.MaterialMet, "material", cases.case_materials.c.material),
    (business.MaterialMet, "met_by", cases.case_materials.c.met_by),
    (business.Paper, "number", cases.case_papers.c.number),
    (life_shapes.PaperOut, "number", cases.case_papers.c.number),
    (life_shapes.MissingPoint, "code", cases.case_points.c.code),
    (life_shapes.MissingPoint, "material", cases.case_points.c.material),
    (life_shapes.SuspendCaseAct, "kind", cases.case_stops.c.kind),
    (life_shapes.DecideCaseAct, "outcome", cases.cases.c.outcome),
    (case_shapes.UploadQuery, "sha256", cases.uploads.c.sha256),
    (catalogue.ItemContent, "code", items.items.c.code),
    (catalogue.ItemContent, "region", items.items.c.region),
    (catalogue.ItemContent, "level", items.items.c.level),
    (catalogue.ItemContent, "regime", items.items.c.regime),
    (licences.IssueAct, "type_code", kept_licences.licences.c.type_code),
    (licences.NamedHolder, "number", kept_licences.licences.c.holder_number),
    (licences.RedeemAct, "item", uses.data_uses.c.item),
    (exchange.Report, "record", uses.corrections.c.record),
    (exchange.Report, "field", uses.corrections.c.field),
    (exchange.ResourceChange, "library", uses.resources.c.library),
    (exchange.ResourceChange, "connector", uses.resources.c.connector),
    (letter_shapes.PublishAnswer, "item", online.faq.c.item),
    (people_shapes.OtherSide, "number", online.authorisations.c.agent_number),
    (portal.OnlineParty, "number", online.drafts.c.applicant_number),
    (portal.OnlineParty, "kind", online.drafts.c.applicant_kind),
    (citizen_shapes.Registration, "number", accounts.citizens.c.number),
    (citizen_shapes.Registration, "mobile", accounts.citizens.c.mobile),
    (citizen_shapes.Bind, "organisation", accounts.organisation_agents.c.organisation),
    (citizen_shapes.Bind, "capacity", accounts.organisation_agents.c.capacity),
    (administration_shapes.CreateOperator, "username", accounts.operators.c.username),
    (administration_shapes.AskRoles, "body", accounts.operators.c.body),
    (administration_shapes.AddWindow, "code", accounts.windows.c.code),
    (administration_shapes.AddDevice, "code", accounts.devices.c.code),
    (administration_shapes.SetRule, "hall", accounts.security_rules.c.hall),
    (administration_shapes.SetRule, "name", accounts.security_rules.c.name),
    (sign_in.DeviceKeyWish, "public_key", accounts.device_keys.c.public_key),
    (arrangement_shapes.AddServiceAct, "code", halls.hall_services.c.code),
    (arrangement_shapes.AddServiceAct, "prefix", halls.hall_services.c.prefix),
    (rating_shapes.RateAct, "level", halls.ratings.c.level),
    (province.ProvinceLicenceType, "code", kept_licences.licence_types.c.code),
    (province.ProvinceLicenceType, "definer_code", kept_licences.licence_types.c.definer_code),
    (supervision.Addressee, "code", watched.instructions.c.addressee),
    (supervision.Addressee, "kind", watched.instructions.c.to_kind),
]


def longest(schema: dict[str, Any]) -> int:
    """How long a text of that schema can be; fails on one without end."""
    if "anyOf" in schema:
        return max(longest(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "const" in schema or "enum" in schema:
        return max(len(str(one)) for one in schema.get("enum", [schema.get("const")]))
    if "maxLength" in schema:
        return int(schema["maxLength"])
    return _longest_of_pattern(schema["pattern"])


def _longest_of_pattern(pattern: str) -> int:
    """Of the patterns in use: literals, and classes of characters with how many of them."""
    part = re.compile(r"\[[^\]]+\](?:\{(?:\d+,)?(\d+)\})?|[A-Z0-9a-z=-]")
    body = pattern.removeprefix("^").removesuffix("$").removeprefix("(").removesuffix(")?")
    assert part.sub("", body) == "", pattern
    return sum(int(found[1] or 1) for found in part.finditer(body))


@pytest.mark.parametrize(
    ("shape", "member", "column"),
    KEPT,
    ids=[f"{shape.__name__}.{member}-{column}" for shape, member, column in KEPT],
)
def test_the_longest_text_of_a_member_fits_its_column(
    shape: type[BaseModel], member: str, column: Column[Any]
) -> None:
    schema = TypeAdapter(shape.model_fields[member].rebuild_annotation()).json_schema()
    assert isinstance(column.type, String)
    assert column.type.length is not None
    assert longest(schema) <= column.type.length


def test_every_body_of_a_request_is_bounded() -> None:
    named = [where for where, info in fields() if common.Named in models_in(info.annotation)]
    assert named == [], "an answer's shape has no bounds; take PublicBody"


def test_the_longest_number_of_a_paper_fits_its_column() -> None:
    name = TypeAdapter(common.Name).json_schema()["maxLength"] * "局"
    word = max((word for _, word in papers.KINDS.values()), key=len)
    number = papers.numbered(name, word, common.LAST_YEAR, INT32)
    assert number.startswith(name)
    assert len(number) <= cases.case_papers.c.number.type.length
