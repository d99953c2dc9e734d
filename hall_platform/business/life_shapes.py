"""Shapes of the acts in the life of a case."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from hall_platform.business.shapes import (
    MaterialMet,
    Means,
    OfficialNumber,
    Party,
    ProvisionalNumber,
    QueryCode,
    SmallText,
)
from hall_platform.shapes import (
    ActingOperator,
    Code,
    DayText,
    Digest,
    EndDayText,
    FilledText,
    Moment,
    Name,
    Shape,
    Text,
    Version,
)

County = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
FilledSmall = Annotated[FilledText, StringConstraints(max_length=64)]
# Stripped, so that a blank one is none.
PostNumber = Annotated[SmallText, StringConstraints(strip_whitespace=True)]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
Cents = Annotated[int, Field(strict=True, ge=1, le=10_000_000_000)]


class PaperOut(Shape):
    """A paper printed with the act: its number, and when the applicant signed for it."""

    number: FilledSmall
    signed_at: Moment | None = None


class WindowAct(Shape):
    """What a window's acts have in common. `done_at` is the window's time, offline too.

    Without `paper` the act's paper is owed and gets its number from the platform.
    """

    operator: ActingOperator
    window: Code
    done_at: Moment | None = None
    paper: PaperOut | None = None


class DepartmentAct(Shape):
    """What a department's acts have in common."""

    operator: ActingOperator
    paper: PaperOut | None = None


# receipt and acceptance 收件、受理 ---------------------------------------------------------------


class ReceiveAct(Shape):
    """Receive an application (收件) before it is accepted; materials may be missing.

    `for_county` is whose case it is when it is another county's (异地代收).
    """

    act: Literal["receive"]
    case: UUID
    number: OfficialNumber | None = None
    provisional_number: ProvisionalNumber | None = None
    query_code: QueryCode
    item: Code
    item_version: Version
    applicant: Party
    agent: Party | None = None
    preapplication: UUID | None = None
    materials: Annotated[list[MaterialMet], Field(max_length=100)]
    filed_at: Moment
    for_county: County | None = None
    bundle: UUID | None = None
    operator: ActingOperator
    window: Code
    device: SmallText = ""
    paper: PaperOut | None = None

    @model_validator(mode="after")
    def some_number(self) -> Self:
        """A case has an official number or a provisional one."""
        if self.number is None and self.provisional_number is None:
            raise ValueError("give number or provisional_number")
        return self


class AcceptReceivedAct(WindowAct):
    """Accept (受理) a case that was received. `materials` are added to those it has."""

    act: Literal["accept-received"]
    materials: Annotated[list[MaterialMet], Field(default=[], max_length=100)]


class CorrectOnSpotAct(WindowAct):
    """An error corrected on the spot (当场更正)."""

    act: Literal["correct-on-spot"]
    what: FilledText


class MissingPoint(Shape):
    """One point of a notice: what is missing, on what basis, in which form it is wanted.

    `code` names the point within the case; a second notice names points by it.
    """

    code: Code
    material: Code | None = None
    what: FilledText
    basis: FilledText
    form: Text = ""


class NotifyMissingAct(WindowAct):
    """Tell once everything that is missing (补正告知). A second time only what is still unmet."""

    act: Literal["notify-missing"]
    points: Annotated[list[MissingPoint], Field(min_length=1, max_length=100)]
    correct_by: DayText | None = None


class SubmitCorrectionsAct(WindowAct):
    """What was missing is handed in (提交补正): which points are met, by which materials."""

    act: Literal["submit-corrections"]
    met: Annotated[list[Code], Field(min_length=1, max_length=100)]
    materials: Annotated[list[MaterialMet], Field(default=[], max_length=100)]


class RefuseAcceptanceAct(WindowAct):
    """Refuse acceptance (不予受理) in writing. `remedies` default to those of the regime."""

    act: Literal["refuse-acceptance"]
    ground: Literal["not_required", "not_our_power", "requirements_not_met", "other"]
    reason: FilledText
    legal_basis: FilledText
    right_body: Text = ""
    remedies: FilledText | None = None

    @model_validator(mode="after")
    def names_the_right_body(self) -> Self:
        """Who has no power must say who has (行政许可法 第三十二条第一款第二项)."""
        if self.ground == "not_our_power" and not self.right_body.strip():
            raise ValueError("name the right body")
        return self


class WithdrawCaseAct(WindowAct):
    """The applicant withdraws (撤回)."""

    act: Literal["withdraw-case"]
    reason: FilledText


# another county 异地代收 -------------------------------------------------------------------------


class TransferCaseAct(WindowAct):
    """Hand a case to the county it belongs to (移送), by post with its number or electronically."""

    act: Literal["transfer-case"]
    by: Literal["electronic", "post", "courier"]
    post_number: PostNumber = ""

    @model_validator(mode="after")
    def post_has_a_number(self) -> Self:
        """What goes by post can be followed."""
        if self.by != "electronic" and not self.post_number:
            raise ValueError("give post_number")
        return self


class TakeOverCaseAct(WindowAct):
    """The county takes over what was received for it (接收移送)."""

    act: Literal["take-over-case"]


# handling 承办 -----------------------------------------------------------------------------------


class HandOverAct(WindowAct):
    """Hand a case to the department that decides (移交, 受办分离), with what goes with it."""

    act: Literal["hand-over"]
    originals: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    note: Text = ""


class SuspendCaseAct(DepartmentAct):
    """A special procedure begins (特别程序): clock B stands still; the time it needs is told."""

    act: Literal["suspend-case"]
    kind: Literal[
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    ]
    reason: FilledText
    expected_days: Days


class ResumeCaseAct(DepartmentAct):
    """The special procedure has ended; clock B goes on."""

    act: Literal["resume-case"]
    result: FilledText


class ExtendCaseAct(DepartmentAct):
    """Extend the limit once (延长), approved by the head of the body; the reason is told."""

    act: Literal["extend-case"]
    reason: FilledText
    approved_by: Name


class Charge(Shape):
    """A fee of the item's table by its name (收费项目), and how many units of it."""

    name: Name
    count: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1


class NoticeFeeAct(WindowAct):
    """Tell what has to be paid (缴费通知): which fees of the item's table, how much in all.

    Without `charges` it is one unit of one fee. An amount that is not the table's gives `reason`.
    """

    act: Literal["notice-fee"]
    cents: Cents
    charges: Annotated[list[Charge], Field(default=[], max_length=20)]
    basis: FilledText
    reason: Text = ""


class WaiveFeeAct(DepartmentAct):
    """Nothing has to be paid (免缴): why, and on what basis."""

    act: Literal["waive-fee"]
    reason: FilledText
    basis: FilledText


class MarkPaidAct(WindowAct):
    """The fee has been paid, with the number of its receipt (登记缴费)."""

    act: Literal["mark-paid"]
    receipt_number: FilledSmall


class ReviewCaseAct(DepartmentAct):
    """The department's reviewer gives an opinion (审核)."""

    act: Literal["review-case"]
    opinion: Literal["grant", "refuse"]
    reason: FilledText


class DecideCaseAct(DepartmentAct):
    """Decide (决定): granted, or refused with reasons, basis and remedies."""

    act: Literal["decide-case"]
    outcome: Literal["granted", "refused"]
    reason: Text = ""
    legal_basis: Text = ""
    remedies: FilledText | None = None

    @model_validator(mode="after")
    def a_refusal_gives_reasons(self) -> Self:
        """A refusal gives reasons and basis (行政许可法 第三十八条)."""
        if self.outcome == "refused" and not (self.reason.strip() and self.legal_basis.strip()):
            raise ValueError("a refusal gives reason and legal_basis")
        return self


class IssueResultAct(DepartmentAct):
    """Issue the licence that is the result (制发结果证照); `content` is what it shows."""

    act: Literal["issue-result"]
    valid_from: DayText
    valid_to: EndDayText | None = None
    content: Annotated[dict[SmallText, Text], Field(default={}, max_length=40)]


class CloseCaseAct(DepartmentAct):
    """The case is done (办结)."""

    act: Literal["close-case"]


class DeliverResultAct(WindowAct):
    """The result goes out (送达): by hand with a receipt, or by post with its number."""

    act: Literal["deliver-result"]
    by: Literal["hand", "post"]
    recipient: Literal["applicant", "agent"]
    post_number: PostNumber = ""

    @model_validator(mode="after")
    def post_has_a_number(self) -> Self:
        """What goes by post can be followed."""
        if self.by == "post" and not self.post_number:
            raise ValueError("give post_number")
        return self


class TerminateCaseAct(DepartmentAct):
    """Handling ends without a decision (终止)."""

    act: Literal["terminate-case"]
    reason: FilledText
    legal_basis: FilledText


# materials and papers 材料、文书 -----------------------------------------------------------------


class AttachMaterialAct(WindowAct):
    """Add a material to a case, with the digest of its file where it has one."""

    act: Literal["attach-material"]
    material: Code
    met_by: Means
    reference: Text = ""
    trust_grade: Literal["C", "D"]
    upload: Digest | None = None
    purpose: Text = ""
    expires: DayText | None = None


class VerifyOriginalAct(WindowAct):
    """The original was compared (核验原件): grade C becomes B. `expires`, where it names a day."""

    act: Literal["verify-original"]
    position: Annotated[int, Field(strict=True, ge=0, le=10_000)]
    expires: DayText | None = None


class IssuePaperAct(WindowAct):
    """A paper that was owed has been handed out (出具文书)."""

    act: Literal["issue-paper"]
    kind: Code
    signed_at: Moment | None = None
