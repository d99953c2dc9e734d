"""Every operation is closed to every role it does not name."""

import pytest
from platform_client import code_of
from platform_process import PlatformProcess, seeded_copy
from platform_roles import sessions_of_all_roles

from hall_platform.access import ROLES
from hall_platform.app import openapi_document
from hall_platform.examples import examples


@pytest.fixture(scope="module")
def tokens_and_platform(tmp_path_factory):
    data_dir = seeded_copy(tmp_path_factory.mktemp("roles") / "platform")
    tokens = sessions_of_all_roles(data_dir)
    platform = PlatformProcess.start(data_dir)
    yield tokens, platform
    platform.stop()


def operations():
    """Operations with their examples; the one that ends the session comes last."""
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation["x-roles"]


def ask(platform, method, path, token, example):
    import requests

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    query = {}
    for name, value in example.parameters.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", str(value))
        elif name[0].isupper():
            headers[name] = value
        else:
            query[name] = value
    with requests.request(
        method,
        platform.url + path,
        headers=headers,
        params=query,
        json=example.request,
        stream=True,  # one of them never ends
        timeout=20,
    ) as answer:
        if answer.status_code in (401, 403):
            return answer.status_code, code_of(answer)
        return answer.status_code, ""


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_is_not_named_is_not_let_in(tokens_and_platform, role):
    tokens, platform = tokens_and_platform
    for method, path, roles in sorted(operations(), key=lambda one: one[1].endswith("current")):
        if not roles:
            continue
        token = tokens[role] if role else ""
        got = ask(platform, method, path, token, examples()[f"{method} {path}"])
        if role is None:
            assert got == (401, "not-signed-in"), (method, path)
        elif role not in roles:
            assert got == (403, "not-allowed"), (method, path, role)
        else:
            assert got[1] not in ("not-allowed", "not-signed-in", "session-ended"), (method, path)
