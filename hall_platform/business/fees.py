"""Fees (收费): what an item's table asks for, and what a case was charged.

Nothing is charged beside the table (收费目录清单). Where an amount is not the table's, the timeline
has both and the reason, and supervision reads it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from hall_platform.acts import Delivery
from hall_platform.business.life_shapes import Charge, MarkPaidAct, NoticeFeeAct, WaiveFeeAct
from hall_platform.business.receiving import wanted
from hall_platform.business.steps import Step, done_at, hold, move
from hall_platform.problems import Problem


def listed_cents(
    fees: Sequence[Mapping[str, Any]], charges: Sequence[Charge], cents: int
) -> int | None:
    """What the table asks for `charges`; None where one of them is a rule in words.

    Without charges one unit of one fee is meant: that of this amount, otherwise the dearest.
    Problem("fee-unlisted"): a charge the table does not have.
    """
    table: dict[str, int | None] = {fee["name"]: fee["amount_fen"] for fee in fees}
    unlisted = sorted({charge.name for charge in charges} - table.keys())
    if unlisted:
        raise Problem("fee-unlisted", fees=unlisted)
    if not charges:
        return cents if cents in table.values() else _dearest(list(table.values()))
    units = [(table[charge.name], charge.count) for charge in charges]
    fixed = [amount * count for amount, count in units if amount is not None]
    return sum(fixed) if len(fixed) == len(units) else None


def _dearest(amounts: Sequence[int | None]) -> int | None:
    fixed = [amount for amount in amounts if amount is not None]
    return max(fixed) if fixed and len(fixed) == len(amounts) else None


def notice(connection: Connection, act: NoticeFeeAct, delivery: Delivery) -> dict[str, Any]:
    """Tell what has to be paid (缴费通知); an amount that is not the table's needs its reason.

    Problems: not-found, case-elsewhere, act-not-allowed, fee-unlisted, fee-differs.
    """
    held = hold(connection, delivery, act.act)
    listed = listed_cents(held.item["fees"], act.charges, act.cents)
    if listed not in (None, act.cents) and not act.reason.strip():
        raise Problem("fee-differs", cents=act.cents, listed_cents=listed)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-fee-noticed",
        reason=act.reason,
        papers=(wanted("fee_notice", act.paper, delivery),),
        details={
            "cents": act.cents,
            "listed_cents": listed,
            "charges": [charge.model_dump() for charge in act.charges],
            "basis": act.basis,
        },
        values={"fee": "noticed", "fee_cents": act.cents},
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))


def waive(connection: Connection, act: WaiveFeeAct, delivery: Delivery) -> dict[str, Any]:
    """Nothing has to be paid (免缴), for the reason and on the basis given.

    Problems: not-found, case-elsewhere, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-fee-waived",
        reason=act.reason,
        details={"basis": act.basis, "cents": held.row["fee_cents"]},
        values={"fee": "waived"},
    )
    return move(connection, delivery, held, step, delivery.received_at)


def mark_paid(connection: Connection, act: MarkPaidAct, delivery: Delivery) -> dict[str, Any]:
    """The fee has been paid (登记缴费).

    Problems: not-found, act-not-allowed.
    """
    held = hold(connection, delivery, act.act)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        event="case-fee-paid",
        details={"receipt_number": act.receipt_number, "cents": held.row["fee_cents"]},
        values={"fee": "paid"},
    )
    return move(connection, delivery, held, step, done_at(act.done_at, delivery, held.row))
