"""Shapes of batches and of reading back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from hall_platform.business.shapes import Receipt
from hall_platform.shapes import ProblemDocument, Shape

SomeText = Annotated[str, StringConstraints(max_length=300)]


class BatchedAct(Shape):
    """One act as its own route would take it.

    `act` is its name (x-act), `subject` the part in braces of its address, `if_match` the header,
    `signature` the header Act-Signature.
    """

    key: SomeText
    act: SomeText
    subject: SomeText | None = None
    if_match: SomeText | None = None
    signature: Annotated[str, StringConstraints(max_length=400)] | None = None
    body: dict[str, Any]


class Batch(Shape):
    """Acts that do not depend on each other's order."""

    acts: Annotated[list[BatchedAct], Field(min_length=1, max_length=100)]


class BatchedAnswer(Shape):
    """What its own route would have answered: `body`, or `problem`."""

    key: str
    status: int
    replayed: bool
    body: Any
    problem: ProblemDocument | None


class BatchAnswer(Shape):
    """An answer for each act, in their order."""

    answers: list[BatchedAnswer]


class Done(Shape):
    """An act that is durable."""

    key: str
    act: str
    status: int
    body_sha256: str
    at: str


class ReceiptAnswer(Shape):
    """What is durable of the keys asked for, receipts of acceptances, and keys never seen."""

    done: list[Done]
    receipts: list[Receipt]
    unknown: list[str]
