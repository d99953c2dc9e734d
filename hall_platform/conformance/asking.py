"""Checks that change nothing: refusals, roles, shapes, ETags, pages."""

from __future__ import annotations

from hall_platform.conformance.contract import Broken, Contract, NotAsked, Operation, due, problem
from hall_platform.conformance.parties import Party
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK

_STREAM = "/v1/events"
_JSON = {"Content-Type": "application/json"}
_MEBIBYTE = 1024 * 1024


@check("GET /v1/health answers without a token, in its shape")
def health(asked: Asked) -> None:
    """The cheapest question."""
    operation = asked.contract.operation("GET /v1/health")
    answer = asked.nobody.ask("GET", "/v1/health")
    due(answer.status_code == 200, f"{answer.status_code}")
    asked.contract.check_answer(operation, answer)


@check("Without a token every closed operation answers 401 not-signed-in")
def closed_without_token(asked: Asked) -> None:
    """Deny by default."""
    for operation in asked.contract.operations():
        if operation.roles:
            _refused(operation, asked.nobody, 401, "not-signed-in")


@check("A token nobody was given answers 401 not-signed-in")
def closed_to_unknown_token(asked: Asked) -> None:
    """Guessing leads nowhere."""
    stranger = Party(asked.nobody.url, "stranger", "no-token-of-this-platform")
    for operation in asked.contract.operations():
        if operation.roles:
            _refused(operation, stranger, 401, "not-signed-in")


@check("An operation is closed (403 not-allowed) to every role it does not name")
def closed_to_other_roles(asked: Asked) -> None:
    """Every role there is somebody of, at every operation; acts in full mode only."""
    if not asked.parties:
        raise NotAsked("somebody signed in")
    for role, party in asked.parties.items():
        for operation in asked.contract.operations():
            may = not operation.roles or role in operation.roles
            if not may and (operation.only_asks or asked.full):
                _refused(operation, party, 403, "not-allowed")


def _refused(operation: Operation, party: Party, status: int, code: str) -> None:
    path, headers = operation.address()
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    answer = party.ask(operation.method, path, operation.example.request, **sent)
    try:
        problem(answer, status, code)
    except Broken as broken:
        raise Broken(f"{operation.name} as {party.role}: {broken}") from None


@check("What is no operation answers 404 unknown-route, a wrong method 405 wrong-method")
def unknown_routes(asked: Asked) -> None:
    """Problem documents there too."""
    for path in ("/", "/v1/nothing", "/v1/items/", "/v1/../../etc/passwd"):
        problem(asked.nobody.ask("GET", path), 404, "unknown-route")
    problem(asked.nobody.ask("PUT", "/v1/health"), 405, "wrong-method")


@check("A body that is no JSON, of another kind, too large or with unknown members is refused")
def wrong_bodies(asked: Asked) -> None:
    """400, 415, 413 and 422, each a problem document."""
    nobody, path = asked.nobody, "/v1/sessions"
    problem(nobody.raw("POST", path, b"{", _JSON), 400, "malformed-request")
    problem(nobody.raw("POST", path, b"\xff\xfe", _JSON), 400, "malformed-request")
    problem(nobody.raw("POST", path, b"{}", {"Content-Type": "text/plain"}), 415, "not-json")
    problem(nobody.raw("POST", path, b" " * (_MEBIBYTE + 2), _JSON), 413, "too-large")
    unknown = {"username": "x", "password": "x", "surprise": 1}
    problem(nobody.ask("POST", path, unknown), 422, "invalid-request")


@check("Answers are not to be kept (no-store) nor guessed at (nosniff)")
def standing_headers(asked: Asked) -> None:
    """On answers and on problems."""
    for path in ("/v1/health", "/v1/nothing"):
        headers = asked.nobody.ask("GET", path).headers
        due(headers.get("cache-control") == "no-store", f"{path}: cache-control")
        due(headers.get("x-content-type-options") == "nosniff", f"{path}: x-content-type-options")


@check("Every question answers with a status it names, in the shape of the contract")
def answers_fit(asked: Asked) -> None:
    """Every question open to somebody signed in, with the contract's example."""
    tried = 0
    for operation in asked.contract.operations():
        party = next((one for role, one in asked.parties.items() if role in operation.roles), None)
        if party is not None and operation.only_asks and operation.path != _STREAM:
            path, headers = operation.address()
            sent = {name.replace("-", "_"): value for name, value in headers.items()}
            answer = party.ask(operation.method, path, operation.example.request, **sent)
            asked.contract.check_answer(operation, answer)
            tried += 1
    if not tried:
        raise NotAsked("somebody signed in")


@check("A list comes in pages: `limit` and `next` lead through all of it, each once")
def pages(asked: Asked) -> None:
    """The catalogue, two at a time and at once."""
    clerk = asked.party(CLERK)
    whole = [one["code"] for one in _page(asked.contract, clerk, "?limit=200")["items"]]
    walked: list[str] = []
    query = "?limit=3"
    while len(walked) <= len(whole):
        page = _page(asked.contract, clerk, query)
        walked += [one["code"] for one in page["items"]]
        if not page["next"] or len(walked) >= 200:
            break
        query = f"?limit=3&cursor={page['next']}"
    due(walked[: len(whole)] == whole, "the pages together are not the whole")
    refused = clerk.ask("GET", "/v1/items?cursor=%21")
    problem(refused, 422, "invalid-request")


def _page(contract: Contract, clerk: Party, query: str) -> dict[str, list[dict[str, str]]]:
    answer = clerk.ask("GET", "/v1/items" + query)
    contract.check_answer(contract.operation("GET /v1/items"), answer)
    due(answer.status_code == 200, f"GET /v1/items answered {answer.status_code}")
    page: dict[str, list[dict[str, str]]] = answer.json()
    return page


@check("An item has a strong ETag, and If-None-Match with it answers 304 without a body")
def not_modified(asked: Asked) -> None:
    """Reading only what is new."""
    clerk = asked.party(CLERK)
    path = f"/v1/items/{asked.item()['code']}"
    etag = clerk.ask("GET", path).headers.get("etag", "")
    due(etag.startswith('"'), f"no strong ETag: {etag!r}")
    again = clerk.ask("GET", path, If_None_Match=etag)
    due(again.status_code == 304 and not again.content, f"{again.status_code} after If-None-Match")
    due(clerk.ask("GET", path, If_None_Match='"other"').status_code == 200, "304 for another ETag")


@check("Receipts say which keys the platform has never seen")
def unknown_keys(asked: Asked) -> None:
    """Reading back."""
    answer = asked.party(CLERK).ask("GET", "/v1/sync/receipts?keys=never-sent-by-anybody")
    due(answer.status_code == 200, f"{answer.status_code}")
    due(answer.json().get("unknown") == ["never-sent-by-anybody"], "an unknown key is not told")


@check("Last-Event-ID that is no number, and a kind nobody knows, answer 422 invalid-request")
def wrong_events(asked: Asked) -> None:
    """Of the stream of events."""
    clerk = asked.party(CLERK)
    problem(clerk.ask("GET", _STREAM, Last_Event_ID="x"), 422, "invalid-request")
    problem(clerk.ask("GET", _STREAM + "?kinds=nonsense"), 422, "invalid-request")
