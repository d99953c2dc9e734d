"""The committed contract is the one the platform speaks."""

import itertools
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from platform_client import code_of, sign_in
from platform_process import PlatformProcess, run_platform

from hall_platform.acts import acts
from hall_platform.app import openapi_document, routers
from hall_platform.examples import examples
from hall_platform.problems import kinds

COMMITTED = Path(__file__).parents[2] / "docs/api/openapi.json"
OPEN = {
    ("get", "/v1/health"),
    ("post", "/v1/sessions"),
    ("post", "/v1/sessions/refresh"),
    ("post", "/v1/device-sessions"),
    ("post", "/v1/sessions/second-factor"),
    ("post", "/v1/sessions/new-password"),
    ("post", "/v1/sessions/enrolments"),
    ("post", "/v1/sessions/enrolments/completion"),
    ("post", "/v1/citizen-registrations"),
    ("post", "/v1/citizens"),
    ("post", "/v1/citizen-password-resets"),
    ("post", "/v1/citizen-password-resets/completion"),
    ("post", "/v1/citizen-sessions"),
    ("post", "/v1/citizen-sessions/refresh"),
    ("post", "/v1/portal/progress-queries"),
}
FILES = {("put", "/v1/uploads/{sha256}")}  # a file as it is, not JSON


@pytest.fixture(scope="module")
def document():
    return openapi_document()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_committed_document_is_the_generated_one(document):
    assert json.loads(COMMITTED.read_text("utf-8")) == document, "run: make contract"


def test_no_address_is_another_ones_with_a_word_for_a_value(document):
    """Or `Allow` names methods that the address does not have."""
    addresses = [path.strip("/").split("/") for path in document["paths"]]
    taken = [
        (one, other)
        for one, other in itertools.permutations(addresses, 2)
        if len(one) == len(other)
        and all(a == b or b.startswith("{") for a, b in zip(one, other, strict=True))
        and document["paths"]["/" + "/".join(one)].keys()
        != document["paths"]["/" + "/".join(other)].keys()
    ]
    assert taken == []


def test_the_command_prints_the_committed_bytes():
    done = run_platform("openapi")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == COMMITTED.read_text("utf-8")


def test_it_is_a_valid_openapi_3_1_document(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_is_closed_but_those_before_sign_in(document):
    opened = {(method, path) for method, path, one in operations(document) if not one["x-roles"]}
    assert opened == OPEN
    for method, path, one in operations(document):
        assert ("security" in one) is ((method, path) not in OPEN)


def test_every_operation_has_a_summary_and_fitting_examples(document):
    known = set()
    for method, path, operation in operations(document):
        name = f"{method.upper()} {path}"
        known.add(name)
        assert operation["summary"], name
        assert name in examples(), f"{name} has no example; its module's examples.py gives it"
        contents = [operation["requestBody"]] if "requestBody" in operation else []
        contents += [one for status, one in operation["responses"].items() if status[0] == "2"]
        for one in contents:
            for content in one.get("content", {}).values():
                check_fits(document, content["schema"], content["example"])
        for parameter in operation.get("parameters", ()):
            if parameter["required"]:
                assert "example" in parameter, (name, parameter["name"])
            if "example" in parameter:
                check_fits(document, parameter["schema"], parameter["example"])
        wrong = set(examples()[name].parameters) - {
            one["name"] for one in operation.get("parameters", ())
        }
        assert not wrong, (name, wrong)
    assert set(examples()) == known


def check_fits(document, schema, example):
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole).validate(example)


def test_every_operation_names_its_problems(document):
    named = set()
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                if media == "application/problem+json":
                    types = content["schema"]["properties"]["type"]["enum"]
                    codes = {kind.removeprefix("urn:hall-counter:problem:") for kind in types}
                    assert {kinds()[code].status for code in codes} == {int(status)}
                    named |= codes
    unnamed = set(kinds()) - named
    # Those have no operation: what was sent did not get as far as one.
    assert unnamed == {
        *("unknown-route", "wrong-method"),
        *("malformed-http", "too-slow", "too-many-connections"),
    }


def test_every_act_takes_a_key(document):
    named = {}
    for _, path, operation in operations(document):
        headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        assert ("Idempotency-Key" in headers) is ("x-act" in operation), path
        if "x-act" in operation:
            named[operation["x-act"]] = path
            assert ("If-Match" in headers) is acts()[operation["x-act"]].needs_match
    assert named == {name: "/v1" + act.path for name, act in acts().items()}


def test_no_request_shape_takes_unknown_members(document):
    for method, path, operation in operations(document):
        body = operation.get("requestBody")
        if body is not None and (method, path) not in FILES:
            reference = body["content"]["application/json"]["schema"]["$ref"]
            shape = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
            assert shape["additionalProperties"] is False, (method, path)


def test_nobody_signed_in_gets_through_any_closed_operation(document, tmp_path):
    platform = PlatformProcess.start(tmp_path / "platform")
    try:
        with sign_in(platform) as clerk:
            clerk.headers.clear()
            for method, path, _ in operations(document):
                if (method, path) not in OPEN:
                    real = path.replace("{", "").replace("}", "")
                    filled = real.replace("identifier", "0" * 8).replace("case_id", "0" * 8)
                    answer = clerk.request(method.upper(), filled, {} if method == "post" else None)
                    assert code_of(answer) == "not-signed-in"
    finally:
        platform.stop()


def test_the_routers_are_all_in_the_document(document):
    routes = {
        (method.lower(), route.path)
        for router in routers()
        for route in router.routes
        for method in route.methods
    }
    assert routes == {(method, path) for method, path, _ in operations(document)}
