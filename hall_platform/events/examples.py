"""An example of what listeners hear."""

from __future__ import annotations

from hall_platform.examples import CASE, CASE_NUMBER, HALL, ITEM, MOMENT, WINDOW, Example

EXAMPLES = {
    "GET /v1/events": Example(
        parameters={"kinds": "case-accepted", "Last-Event-ID": "41"},
        answer={
            "id": 42,
            "at": MOMENT,
            "kind": "case-accepted",
            "county": "990302",
            "hall": HALL["code"],
            "subject": CASE,
            "body": {"case": CASE, "number": CASE_NUMBER, "item": ITEM, "window": WINDOW},
        },
    ),
}
