"""Strong entity tags: reading only what is new, changing only what one has seen (RFC 9110)."""

from __future__ import annotations

from starlette.requests import Request

from hall_platform.problems import Problem


def tag(identifier: str, version: int) -> str:
    """The strong tag of one state of a resource."""
    return f'"{identifier[-12:]}-{version}"'


def not_modified(request: Request, etag: str) -> bool:
    """True when the caller already has this state (If-None-Match)."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in _tags(known)


def required_match(request: Request) -> str:
    """The If-Match header. Problem("precondition-required") without it."""
    header = request.headers.get("if-match", "")
    if not header.strip():
        raise Problem("precondition-required")
    return header


def check_match(header: str, etag: str) -> None:
    """Problem("changed-meanwhile") unless the header names this state; weak tags never do."""
    if header.strip() != "*" and etag not in _tags(header):
        raise Problem("changed-meanwhile", headers={"ETag": etag}, etag=etag)


def _tags(header: str) -> list[str]:
    return [part.strip() for part in header.split(",")]
