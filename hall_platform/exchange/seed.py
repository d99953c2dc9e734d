"""The invented base libraries: directory, people and organisations, and what is known of them."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import Any

from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.exchange.tables import (
    library_records,
    organisations,
    people,
    record_subjects,
    resources,
)
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data import holdings
from hall_platform.seed_data.libraries import Libraries, record_rows, subject_rows
from hall_platform.seed_data.resources import RESOURCES


def invent(invention: Invention) -> Rows:
    """Registers, directory and records."""
    known = invention.people
    persons, bodies = known["people"], known["organisations"]
    licences = holdings.licences(
        invention.numbers("licences"), persons, bodies, invention.today
    )  # as the licences module invents them, so that register and certificate agree
    libraries = Libraries(
        numbers=invention.numbers("exchange"),
        people=persons,
        organisations=bodies,
        held={(one["type_code"], one["holder_number"]): one for one in licences},
        today=invention.today,
    )
    records = libraries.records()
    updated = stamp(datetime.combine(invention.today, time(2), tzinfo=HALL_ZONE))
    return {
        people: [{**_party(one), "kind": one["kind"]} for one in persons],
        organisations: [_party(one) for one in bodies],
        resources: [_resource(one) for one in RESOURCES],
        library_records: record_rows(records, updated),
        record_subjects: subject_rows(records),
    }


def _party(party: dict[str, Any]) -> Row:
    return {
        "number": party["number"],
        "name": party["name"],
        "body": json.dumps(party, ensure_ascii=False),
    }


def _resource(resource: Row) -> Row:
    return {
        **resource,
        "fields": json.dumps(resource["fields"], ensure_ascii=False),
        "standing": "open",
        "version": 1,
    }
