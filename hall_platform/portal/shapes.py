"""Shapes of applying online: halls, drafts, handing them over."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from hall_platform.business.shapes import OnlineApplicant
from hall_platform.catalogue.shapes import Item
from hall_platform.shapes import (
    ActingOperator,
    Code,
    Digest,
    Holder,
    HolderKind,
    Name,
    Number,
    Shape,
)

County = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
HandOverCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10}$")]
Mobile = Annotated[str, StringConstraints(pattern=r"^[0-9]{5,15}$")]

_DEEPEST = 8
_MOST_VALUES = 2_000


def _of_bounded_size(value: dict[str, Any]) -> dict[str, Any]:
    """A form is filled in by a person: neither deep nor endless."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    count = 0
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if depth > _DEEPEST or count > _MOST_VALUES:
            raise ValueError("nested too deeply, or too many values")
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(part, depth + 1) for part in inner]
    return value


Form = Annotated[dict[str, Any], AfterValidator(_of_bounded_size)]


class BookableService(Shape):
    """A service of the hall that handles the item: what one books an appointment for."""

    code: str
    name: str


class Place(Shape):
    """A hall one can apply at; `services` are those for the item that was asked for."""

    code: str
    name: str
    county: str
    region: str
    address: str
    services: list[BookableService]


class PlaceAnswer(Shape):
    """The halls."""

    halls: list[Place]


class Answered(Shape):
    """A published answer about an item."""

    id: str
    question: str
    answer: str


class Guide(Shape):
    """What an item is and needs, whether one can apply online, and where it is taken."""

    item: Item
    online: bool
    halls: list[Place]
    answers: list[Answered]


# drafts 草稿 ------------------------------------------------------------------------------------


class FileListed(Shape):
    """An uploaded file and the material it is for."""

    material: Code
    file_name: Name
    sha256: Digest
    pages: Annotated[int, Field(strict=True, ge=1, le=2_000)]


Files = Annotated[list[FileListed], Field(max_length=100)]


class BeginDraft(Shape):
    """Begin an application at a hall, for oneself or for `applicant`."""

    act: Literal["begin-draft"]
    hall: Code
    item: Code
    applicant: Holder | None = None
    form: Form = Field(default_factory=dict)
    uploads: Files = Field(default_factory=list)


class SaveDraft(Shape):
    """What it holds from now on."""

    act: Literal["save-draft"]
    county: County
    form: Form
    uploads: Files


class DiscardDraft(Shape):
    """Give it up."""

    act: Literal["discard-draft"]
    county: County


class SubmitDraft(Shape):
    """Hand it in (提交). `mobile` is where the hall reaches the applicant."""

    act: Literal["submit-draft"]
    county: County
    mobile: Mobile | Literal[""] = ""


class HandOverDraft(Shape):
    """Give it out of one's hands, to whoever brings the code."""

    act: Literal["hand-over-draft"]
    county: County


class TakeDraft(Shape):
    """Go on with it online (转网上办)."""

    act: Literal["take-draft"]
    county: County
    code: HandOverCode


class AtWindow(Shape):
    """By a clerk at their window."""

    operator: ActingOperator
    window: Code


class OnlineParty(Shape):
    """Whose document was read."""

    kind: HolderKind
    number: Number
    name: Name
    mobile: Mobile | Literal[""] = ""


class BeginDraftAtWindow(AtWindow):
    """Begin an application for somebody at the window, to be finished online."""

    act: Literal["begin-draft-at-window"]
    item: Code
    applicant: OnlineParty
    form: Form = Field(default_factory=dict)


class TakeDraftToWindow(AtWindow):
    """Go on with it at the window (转窗口办)."""

    act: Literal["take-draft-to-window"]
    code: HandOverCode


class SaveDraftAtWindow(AtWindow):
    """What the clerk has filled in."""

    act: Literal["save-draft-at-window"]
    form: Form
    uploads: Files


class HandOverDraftAtWindow(AtWindow):
    """Give it to the applicant to go on with online."""

    act: Literal["hand-over-draft-at-window"]


class SubmitDraftAtWindow(AtWindow):
    """Hand it in; it is then claimed by this window."""

    act: Literal["submit-draft-at-window"]


class BeginDraftAtKiosk(Shape):
    """What somebody fills in at a kiosk, with the card that was read; handed in, or by code."""

    act: Literal["begin-draft-at-kiosk"]
    item: Code
    applicant: OnlineParty
    form: Form = Field(default_factory=dict)
    hand_in: bool


class ListedUpload(Shape):
    """A file of a draft: grade C a copy of something, D made by the applicant."""

    material: str
    file_name: str
    sha256: str
    pages: int
    trust_grade: Literal["C", "D"]


class Draft(Shape):
    """An application being written; `etag` is what If-Match takes."""

    id: str
    county: str
    hall: str
    hall_name: str
    item: str
    item_version: int
    item_name: str
    applicant: OnlineApplicant
    own: bool
    form: dict[str, Any]
    uploads: list[ListedUpload]
    state: Literal["open", "submitted", "discarded"]
    place: Literal["online", "hand_over", "window"]
    begun_at_place: Literal["online", "window", "kiosk"]
    begun_at: str
    changed_at: str
    code_until: str | None
    etag: str


class DraftAnswer(Shape):
    """One's drafts, newest first."""

    drafts: list[Draft]


class ToBring(Shape):
    """What the window will still ask for, and why."""

    material: str
    name: str
    why: Literal["not_uploaded", "original", "identity_card"]


class DraftHandled(Shape):
    """A draft after an act, with the code it is handed over by or what it has become."""

    draft: Draft
    code: str | None
    preapplication: str | None
    preapplication_code: str | None
    to_bring: list[ToBring]
    etag: str


class DraftCodeQuery(Shape):
    """Which draft a hand-over code is for."""

    county: County
    code: HandOverCode


class DraftFound(Shape):
    """The draft of a code, as far as it may be known before it is taken."""

    id: str
    county: str
    hall: str
    item: str
    item_name: str
    begun_at_place: str
    code_until: str
    etag: str
