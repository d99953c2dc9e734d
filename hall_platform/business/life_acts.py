"""The acts in the life of a case, each with who may do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from hall_platform.access import CLERK, DEVICE, REVIEWER
from hall_platform.acts import Act, Delivery
from hall_platform.business import fees, handling, life, materials, receiving
from hall_platform.business import life_shapes as shapes
from hall_platform.business.life_answers import CaseStep, ReceivedStep
from hall_platform.shapes import Shape

WINDOW = (CLERK, DEVICE)
DEPARTMENT = (REVIEWER,)
BOTH = (CLERK, DEVICE, REVIEWER)

_STEP_PROBLEMS = (
    "not-found",
    "case-elsewhere",
    "act-not-allowed",
    "item-unknown",
    "time-ahead",
    "paper-number-used",
)


def _act(
    name: str,
    path: str,
    shape: type[Shape],
    perform: Callable[[Connection, Any, Delivery], Any],
    roles: tuple[str, ...],
    *problems: str,
) -> Act:
    """A change of a case that is there; its sender says which state of it was seen."""
    return Act(
        name=name,
        path=f"/cases/{{case}}/{path}",
        summary=life.ACTS[name].title,
        shape=shape,
        answer=CaseStep,
        roles=roles,
        perform=perform,
        problems=(*_STEP_PROBLEMS, *problems),
        needs_match=True,
    )


RECEIVE = Act(
    name="receive",
    path="/cases/{case}/receipt",
    summary="收件",
    shape=shapes.ReceiveAct,
    answer=ReceivedStep,
    roles=WINDOW,
    perform=receiving.receive,
    problems=(
        "number-used",
        "number-unknown",
        "numbers-exhausted",
        "item-unknown",
        "case-exists",
        "county-unknown",
        "bundle-of-another",
        "preapplication-unknown",
        "claimed-elsewhere",
        "not-claimable",
        "time-ahead",
        "paper-number-used",
    ),
    status=201,
    subject_member="case",
)

LIFE_ACTS = (
    RECEIVE,
    _act(
        "accept-received",
        "received-acceptance",
        shapes.AcceptReceivedAct,
        receiving.accept_received,
        WINDOW,
        "material-missing",
    ),
    _act(
        "correct-on-spot",
        "spot-corrections",
        shapes.CorrectOnSpotAct,
        receiving.correct_on_spot,
        WINDOW,
    ),
    _act(
        "notify-missing",
        "correction-notices",
        shapes.NotifyMissingAct,
        receiving.notify_missing,
        WINDOW,
        "new-point-in-second-notice",
    ),
    _act(
        "submit-corrections",
        "corrections",
        shapes.SubmitCorrectionsAct,
        receiving.submit_corrections,
        WINDOW,
        "point-unknown",
    ),
    _act(
        "refuse-acceptance",
        "acceptance-refusal",
        shapes.RefuseAcceptanceAct,
        receiving.refuse_acceptance,
        WINDOW,
    ),
    _act("withdraw-case", "withdrawal", shapes.WithdrawCaseAct, receiving.withdraw, WINDOW),
    _act("transfer-case", "transfer", shapes.TransferCaseAct, handling.transfer, WINDOW),
    _act("take-over-case", "take-over", shapes.TakeOverCaseAct, handling.take_over, WINDOW),
    _act("hand-over", "hand-over", shapes.HandOverAct, handling.hand_over, WINDOW),
    _act("suspend-case", "suspension", shapes.SuspendCaseAct, handling.suspend, DEPARTMENT),
    _act("resume-case", "resumption", shapes.ResumeCaseAct, handling.resume, DEPARTMENT),
    _act("extend-case", "extension", shapes.ExtendCaseAct, handling.extend, DEPARTMENT),
    _act(
        "notice-fee",
        "fee-notice",
        shapes.NoticeFeeAct,
        fees.notice,
        WINDOW,
        "fee-unlisted",
        "fee-differs",
    ),
    _act("waive-fee", "fee-waiver", shapes.WaiveFeeAct, fees.waive, BOTH),
    _act("mark-paid", "payment", shapes.MarkPaidAct, fees.mark_paid, WINDOW),
    _act(
        "review-case", "review", shapes.ReviewCaseAct, handling.review, DEPARTMENT, "same-operator"
    ),
    _act(
        "decide-case",
        "decision",
        shapes.DecideCaseAct,
        handling.decide,
        DEPARTMENT,
        "same-operator",
    ),
    _act(
        "issue-result",
        "result",
        shapes.IssueResultAct,
        handling.issue_result,
        DEPARTMENT,
        "licence-type-unknown",
    ),
    _act("close-case", "closure", shapes.CloseCaseAct, handling.close, DEPARTMENT),
    _act(
        "deliver-result",
        "delivery",
        shapes.DeliverResultAct,
        handling.deliver,
        WINDOW,
        "post-not-offered",
    ),
    _act("terminate-case", "termination", shapes.TerminateCaseAct, handling.terminate, BOTH),
    _act(
        "attach-material",
        "materials",
        shapes.AttachMaterialAct,
        materials.attach,
        WINDOW,
        "case-material-unknown",
        "file-unknown",
    ),
    _act(
        "verify-original",
        "originals",
        shapes.VerifyOriginalAct,
        materials.verify_original,
        WINDOW,
        "case-material-unknown",
    ),
    _act(
        "issue-paper",
        "papers",
        shapes.IssuePaperAct,
        materials.issue_paper,
        WINDOW,
        "paper-not-owed",
    ),
)

ROLES_OF = {act.name: act.roles for act in LIFE_ACTS}
