"""Shapes of what is a citizen's own: pre-checks, pre-applications, cases, progress."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from hall_platform.business.shapes import OnlineApplicant, Preapplication, QueryCode, SmallText
from hall_platform.hall.appointment_shapes import Appointment
from hall_platform.hall.rating_shapes import Detail, Level
from hall_platform.portal.shapes import AtWindow, County, Files, Form
from hall_platform.shapes import Code, FilledText, Holder, Shape, Text

# pre-check 预检 ---------------------------------------------------------------------------------


class PreCheckQuery(Shape):
    """What is needed for an item, and what of it is there already."""

    hall: Code
    item: Code
    applicant: Holder | None = None
    purpose: FilledText


class MetAlready(Shape):
    """Something that meets a material without anything being handed in."""

    by: Literal["identity_card", "licence", "shared_data"]
    name: str
    reference: str
    valid_to: str | None


class MaterialStanding(Shape):
    """A material: what meets it already, and how it can be met otherwise."""

    material: str
    name: str
    required: bool
    met: bool
    met_by: list[MetAlready]
    upload: bool
    needs_original: bool
    at_window: bool


class PreCheck(Shape):
    """The answer to a pre-check; `queries` are the numbers under which its looks are recorded."""

    item: str
    item_version: int
    item_name: str
    hall: str
    met: int
    still_needed: int
    can_finish_online: bool
    materials: list[MaterialStanding]
    queries: list[str]


# pre-applications 网上申请 ----------------------------------------------------------------------


class Point(Shape):
    """One thing that is missing or wrong."""

    material: Code | Literal[""] = ""
    what: FilledText


class CheckPreapplication(AtWindow):
    """Look through it before anybody comes (预审): right as it is, or these points to correct.

    The first time that is everything there is to correct. A later time it is only what of it the
    look before still named, word for word.
    """

    act: Literal["check-preapplication"]
    result: Literal["checked", "to_correct"]
    note: Text = ""
    points: Annotated[list[Point], Field(max_length=50)] = Field(default_factory=list)


class ToCheck(Shape):
    """A pre-application in the county's list; nothing of the person."""

    id: str
    code: str
    item: str
    item_name: str
    state: Literal["submitted", "checked", "to_correct"]
    submitted_at: str
    check_due_on: str | None
    late: bool
    etag: str


class ToCheckPage(Shape):
    """A page of them, the oldest first."""

    preapplications: list[ToCheck]
    next: str | None


class CorrectPreapplication(Shape):
    """Correct it online (网上补正)."""

    act: Literal["correct-preapplication"]
    county: County
    form: Form
    uploads: Files


class WithdrawPreapplication(Shape):
    """Take it back (撤回)."""

    act: Literal["withdraw-preapplication"]
    county: County
    reason: Text = ""


class Step(Shape):
    """What became of a pre-application."""

    at: str
    state: str
    note: str


class OwnPreapplication(Preapplication):
    """A pre-application as its applicant sees it.

    `check_due_on` is the day by which it is looked through, while it waits for that.
    """

    county: str
    check_due_on: str | None
    case: str | None
    form: dict[str, Any] | None
    points: list[Point]
    steps: list[Step]


class FilledForm(Shape):
    """What was filled in online, for the window that works on it."""

    preapplication: str
    item: str
    item_version: int
    form: dict[str, Any]
    applied_by: OnlineApplicant | None
    authorisation: str | None
    points: list[Point]
    steps: list[Step]


# progress 办件进度 ------------------------------------------------------------------------------


class ProgressStep(Shape):
    """One step in the life of a case, without who in the hall did it."""

    at: str
    act: str
    from_state: str = Field(alias="from")
    to_state: str = Field(alias="to")
    reason: str


class SmallPaper(Shape):
    """A paper that was given out."""

    kind: str
    number: str


class OwnPoint(Shape):
    """A point of a notice of correction (补正告知), and whether it is met."""

    code: str
    material: str | None
    what: str
    basis: str
    met: bool


class OwnService(Shape):
    """A service given for a case, which can be rated once (一次一评)."""

    service: str
    service_number: int
    kind: str
    finished_at: str
    rated: bool


class OwnCase(Shape):
    """A case as its applicant sees it; `county` is where it is handled.

    `correct_by` is the last day for the corrections it waits for.
    `etag` is what If-Match takes where one corrects or withdraws it.
    """

    case: str
    county: str
    number: str
    provisional_number: str | None
    query_code: str
    item: str
    item_name: str
    state: str
    accepted_at: str | None
    due_on: str | None
    due_provisional: bool
    correct_by: str | None
    hall: str
    hall_name: str
    window: str
    applicant_name: str
    preapplication: str | None
    papers: list[SmallPaper]
    points: list[OwnPoint]
    services: list[OwnService]
    timeline: list[ProgressStep]
    etag: str


class OwnMatters(Shape):
    """Everything of one's own, newest first: what was applied for and what it has become."""

    preapplications: list[OwnPreapplication]
    cases: list[OwnCase]
    appointments: list[Appointment]


class CorrectCase(Shape):
    """Hand in online what a notice of correction asked for (网上补正).

    `met` are the codes of the points it meets.
    """

    act: Literal["correct-own-case"]
    county: County
    met: Annotated[list[Code], Field(min_length=1, max_length=50)]
    uploads: Files


class WithdrawCase(Shape):
    """Take one's application back before the decision (撤回)."""

    act: Literal["withdraw-own-case"]
    county: County
    reason: FilledText


class RateOwnService(Shape):
    """Rate a service of one's own case; no token is needed where the account shows who asks."""

    act: Literal["rate-own-service"]
    county: County
    case: UUID
    level: Level
    details: Annotated[list[Detail], Field(max_length=10)] = Field(default=[])
    text: Text = ""


class ProgressQuery(Shape):
    """A case by what stands on its receipt."""

    number: SmallText
    query_code: QueryCode


class Progress(Shape):
    """How far a case is, without anything of a person.

    `correct_by` is the last day for the corrections it waits for.
    """

    number: str
    item_name: str
    state: str
    accepted_at: str | None
    due_on: str | None
    due_provisional: bool
    correct_by: str | None
    hall_name: str
    timeline: list[ProgressStep]
