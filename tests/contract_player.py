"""Plays the committed contract against a running platform as one role, with Schemathesis.

What a role may do is asked with all checks: examples first, then made-up input right and wrong,
then chains along the links. Values that have to be real (operator, window, item, tokens) are put
into requests by player_hooks.py, which runs inside Schemathesis.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from size import FULL, size

HOOKS = Path(__file__).with_name("player_hooks.py")
FACTS = "CONTRACT_PLAYER_FACTS"
LINE = re.compile(r"(\d[\d,]*) generated")

# A stream never ends, so what may be asked of it is tried by a test of its own.
STREAMS = ("/v1/events",)
# Refusals of right input for what the store holds or does not hold.
ACCEPTABLE = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "429", "503"]
REFUSED = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "409",
    "412",
    "413",
    "415",
    "422",
    "428",
    "429",
    "431",
]


@dataclass
class Facts:
    """What is real: access tokens to be used up one after another, values by their names.

    `known` are the words of the contract's examples and what stands for them in the store.
    """

    tokens: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)


def open_to(document: dict[str, Any], role: str | None) -> dict[str, Any]:
    """The part of the contract that is open to a role; all of it in full size."""
    paths: dict[str, Any] = {}
    for path, methods in document["paths"].items():
        if path in STREAMS:
            continue
        kept = {
            method: operation
            for method, operation in methods.items()
            if FULL or not operation["x-roles"] or role in operation["x-roles"]
        }
        if kept:
            paths[path] = kept
    there = {one["operationId"] for methods in paths.values() for one in methods.values()}
    for methods in paths.values():
        for method, operation in methods.items():
            methods[method] = _linked_within(operation, there)
    return {**document, "paths": paths}


def _linked_within(operation: dict[str, Any], there: set[str]) -> dict[str, Any]:
    """The operation with those of its links that lead to what is there."""
    answers = {}
    for status, answer in operation["responses"].items():
        links = {
            name: link
            for name, link in answer.get("links", {}).items()
            if link["operationId"] in there
        }
        answers[status] = {**{k: v for k, v in answer.items() if k != "links"}}
        if links:
            answers[status]["links"] = links
    return {**operation, "responses": answers}


def play(
    folder: Path,
    document: dict[str, Any],
    url: str,
    facts: Facts,
    *,
    seconds: int,
    phases: str = "examples,coverage,fuzzing",
) -> tuple[int, str, int]:
    """Play it; exit status, what was said, how many requests were made up."""
    folder.mkdir(parents=True, exist_ok=True)
    contract = folder / "openapi.json"
    text = json.dumps(document, ensure_ascii=False)
    for word, real in facts.known.items():
        text = text.replace(json.dumps(word), json.dumps(real))
    contract.write_text(text, "utf-8")
    told = folder / "facts.json"
    told.write_text(json.dumps({"tokens": facts.tokens, "values": facts.values}), "utf-8")
    configuration = folder / "schemathesis.toml"
    configuration.write_text(_configuration(), "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)),
            *("run", str(contract), "--url", url, "--checks", "all"),
            *("--max-time", str(seconds), "--max-examples", str(size(short=4, full=60))),
            *("--phases", phases, "--continue-on-failure", "--no-color", "--warnings", "off"),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS), FACTS: str(told)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds * 3 + 120,
        check=False,
    )
    found = LINE.search(done.stdout)
    return done.returncode, done.stdout, int(found[1].replace(",", "")) if found else 0


def _configuration() -> str:
    statuses = json.dumps(ACCEPTABLE)
    return f"""
request-timeout = 30
[generation]
database = "none"
[checks.positive_data_acceptance]
expected-statuses = {statuses}
[checks.negative_data_rejection]
expected-statuses = {json.dumps(REFUSED)}
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 422, 428]
"""
