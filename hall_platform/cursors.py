"""Opaque cursors of lists: where the next page begins."""

from __future__ import annotations

import base64
import binascii

from hall_platform.problems import Problem


def cursor_after(key: str) -> str:
    """The cursor of the page that begins after `key`."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(cursor: str | None) -> str:
    """The key a page begins after; "" for the first. Problem("invalid-request")."""
    if not cursor:
        return ""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        key = "\0"
    if "\0" in key:  # which no key has, and not every store can be asked for
        what = "not a cursor of this platform"
        raise Problem("invalid-request", errors=[{"where": "query.cursor", "what": what}])
    return key
