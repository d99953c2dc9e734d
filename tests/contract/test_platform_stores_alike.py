"""What one store would take and the other not is refused alike on both."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated, get_args

import pytest
from hall_fixtures import BOTH_STORES, running
from platform_client import code_of, new_key, sign_in, sign_in_as
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from store_under_test import opened

from hall_platform.acts import acts
from hall_platform.app import routers


@pytest.fixture(scope="module", params=BOTH_STORES)
def platform(request, tmp_path_factory):
    with running(request.param, tmp_path_factory.mktemp("alike")) as (one,):
        yield one


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


RESOURCE = {
    "act": "describe-resource",
    "library": "population",
    "title": "养老服务补贴信息",
    "body": {"name": "雨山区民政局", "code": "11990302MB0A00050E"},
    "fields": [{"code": "grade", "title": "等级", "meaning": "等级", "sensitivity": "personal"}],
    "update_cycle": "monthly",
    "sharing": "conditional",
    "sharing_condition": "",
    "connector": "records",
    "correction_days": 10,
}


def test_of_two_changes_from_one_state_one_is_refused(platform):
    """Both are under way before either is done: the second must not write over the first."""
    account = next(one for one in platform.accounts["staff"] if one["username"] == "system")
    path = "/v1/exchange/resources/elder-care/description"
    with sign_in_as(platform, account) as system, sign_in_as(platform, account) as again:

        def describe(client, days, etag):
            body = {**RESOURCE, "correction_days": days}
            return client.post(path, body, Idempotency_Key=new_key(), If_Match=etag)

        made = describe(system, 10, '"new"').json()
        with opened(platform.data_dir) as store, ThreadPoolExecutor(2) as pool:
            store.hold_up_writes("resources")
            sent = [pool.submit(describe, system, 5, made["etag"])]
            sent += [pool.submit(describe, again, 6, made["etag"])]
            store.wait_for_waiting(2)
            store.let_write()
            answers = [one.result() for one in sent]
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/items?q=%00",
        "/v1/items?cursor=AA",
        "/v1/items/a%00b",
        "/v1/appointment-slots?service=%00&day=2026-11-24",
    ],
)
def test_nul_in_an_address_is_refused(clerk, path):
    answer = clerk.get(path)
    assert answer.status_code in (403, 422), answer.text
    assert code_of(answer) != "store-unavailable"


def test_a_path_with_nul_says_that_the_request_is_wrong(clerk):
    answer = clerk.get("/v1/items/a%00b")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


def test_no_text_of_a_request_holds_nul():
    """It would be kept on SQLite and refused on PostgreSQL."""
    models = {act.shape for act in acts().values()}
    for router in routers():
        for route in router.routes:
            body = getattr(route, "body_field", None)
            if body is not None:
                models |= models_in(body.field_info.annotation)
    found = {f"{model.__name__}.{name}" for model in within(models) for name in taking(model)}
    assert found == set()


# Kept as a digest, within JSON, or not before it was found among what is known.
NEVER_A_COLUMN = {
    *("password", "new_password", "secret", "refresh_token"),
    *("conditions", "process"),
    *("act", "cursor", "details", "if_match", "key", "signature", "subject"),
}


def within(models):
    """These and all that stand in them."""
    found, left = set(), list(models)
    while left:
        model = left.pop()
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                left += models_in(field.annotation)
    return found


def models_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in models_in(part)}


def taking(model):
    """Members that take a text with NUL."""
    for name, field in model.model_fields.items():
        if name in NEVER_A_COLUMN or "Any" in str(field.annotation):
            continue
        whole = TypeAdapter(Annotated[field.annotation, Field(), *field.metadata])
        for text in ("a\0b", "\0" + "a" * 35, "\0" + "a" * 63):
            for value in (text, [text], {"a": text}, {text: "a"}):
                with suppress(ValidationError):
                    whole.validate_python(value)
                    yield name


@pytest.mark.parametrize("query", ["spjyxkxb", "SPJYXKXB", "SpJyXkXb"])
def test_small_and_capital_letters_find_alike(clerk, query):
    assert clerk.get(f"/v1/items?q={query}").json()["items"]
