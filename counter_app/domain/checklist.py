"""By what each material is met, and what is still asked for (免提交).

The plan's three rules: what can be shared is not asked for again, what can be checked online is
not asked for as a proof. So a card, a valid licence or shared data meets a material by itself;
asking for the paper all the same needs a reason, which is kept with the case. Trust grades are
those of 国办函〔2016〕108号: an upload of grade C counts only once the original was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from counter_app.domain.identity import normalised_number
from counter_app.domain.item import Item, Material
from counter_app.domain.licence import Licence
from counter_app.domain.preapplication import Preapplication, Upload


class Means(Enum):
    """By what a material is met."""

    IDENTITY_CARD = "identity_card"
    LICENCE = "licence"
    SHARED_DATA = "shared_data"
    UPLOAD = "upload"
    EARLIER_CASE = "earlier_case"
    SCAN = "scan"
    ORIGINAL_SEEN = "original_seen"


WITHOUT_PAPER = frozenset(
    {Means.IDENTITY_CARD, Means.LICENCE, Means.SHARED_DATA, Means.UPLOAD, Means.EARLIER_CASE}
)


class LineState(Enum):
    """How a line of the checklist stands."""

    MET = "met"
    ORIGINAL_WANTED = "original_wanted"  # an upload is there; its original must be seen
    MISSING = "missing"
    OPTIONAL = "optional"  # not there, and not required


@dataclass(frozen=True, slots=True)
class Evidence:
    """What meets a material: by which means, which document, how far it is trusted (A to D).

    `original_compared` is True for an upload whose original the clerk saw beside it.
    """

    means: Means
    reference: str = ""
    trust_grade: str = ""
    label: str = ""
    original_compared: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One material and how it stands."""

    material: Material
    state: LineState
    evidence: Evidence | None = None
    paper_reason: str = ""

    @property
    def met_without_paper(self) -> bool:
        """True when nothing of paper has to be handed in for it (免提交)."""
        return (
            self.state is LineState.MET
            and self.evidence is not None
            and self.evidence.means in WITHOUT_PAPER
        )


@dataclass(frozen=True, slots=True)
class Checklist:
    """All materials of an item for one applicant."""

    lines: tuple[Line, ...] = ()

    @property
    def missing(self) -> tuple[Line, ...]:
        """Lines that keep the case from being accepted."""
        open_states = (LineState.MISSING, LineState.ORIGINAL_WANTED)
        return tuple(line for line in self.lines if line.state in open_states)

    @property
    def complete(self) -> bool:
        """True when the case can be accepted."""
        return not self.missing

    @property
    def spared(self) -> int:
        """How many materials nothing had to be brought for (不用交): no paper, no original."""
        return sum(
            line.met_without_paper
            and not (line.evidence is not None and line.evidence.original_compared)
            for line in self.lines
        )


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the checklist must know of who stands at the window."""

    card_read: bool  # an identity card was really read, not typed
    number: str  # whose licences count


def decide(
    item: Item,
    *,
    applicant: Applicant,
    licences: Iterable[Licence] = (),
    preapplication: Preapplication | None = None,
    shared_data: Mapping[str, str] | None = None,
    originals_seen: Iterable[str] = (),
    paper_reasons: Mapping[str, str] | None = None,
    today: date,
) -> Checklist:
    """The checklist of `item`.

    `shared_data` maps a resource's name to the reference of its answer; `originals_seen` are codes
    of materials whose original the clerk has compared, which counts where the item's list allows it
    (the platform refuses it anywhere else); `paper_reasons` maps a material's code to
    the reason for asking for paper although it is met otherwise.
    """
    seen = frozenset(originals_seen)
    reasons = dict(paper_reasons or {})
    known = tuple(licences)
    uploads = {
        upload.material: upload for upload in (preapplication.uploads if preapplication else ())
    }
    lines = []
    for material in item.materials:
        reason = reasons.get(material.code, "")
        electronic = (
            None if reason else _electronic(material, applicant, known, shared_data or {}, today)
        )
        lines.append(
            _line(material, electronic, uploads.get(material.code), material.code in seen, reason)
        )
    return Checklist(tuple(lines))


def _electronic(
    material: Material,
    applicant: Applicant,
    licences: tuple[Licence, ...],
    shared_data: Mapping[str, str],
    today: date,
) -> Evidence | None:
    """What meets the material without the applicant doing anything."""
    if material.met_by.identity_card and applicant.card_read:
        return Evidence(Means.IDENTITY_CARD, trust_grade="A")
    wanted = {kind.code for kind in material.met_by.licence_types}
    holder = normalised_number(applicant.number)
    for licence in licences:
        if (
            licence.type_code in wanted
            and normalised_number(licence.holder.number) == holder
            and licence.valid_on(today)
        ):
            return Evidence(
                Means.LICENCE, licence.identifier, licence.trust_grade, licence.type_name
            )
    for name in material.met_by.shared_data:
        if name in shared_data:
            return Evidence(Means.SHARED_DATA, shared_data[name], "A", name)
    return None


def _line(
    material: Material, electronic: Evidence | None, upload: Upload | None, seen: bool, reason: str
) -> Line:
    if electronic is not None:
        return Line(material, LineState.MET, electronic)
    if upload is not None and material.met_by.upload and not reason:
        wants_original = upload.trust_grade == "C" or material.needs_original
        compared = wants_original and seen
        grade = "B" if compared else upload.trust_grade
        evidence = Evidence(Means.UPLOAD, upload.sha256, grade, upload.file_name, compared)
        state = LineState.ORIGINAL_WANTED if wants_original and not seen else LineState.MET
        return Line(material, state, evidence)
    if seen and material.met_by.original_seen:
        return Line(material, LineState.MET, Evidence(Means.ORIGINAL_SEEN, "", "B"), reason)
    if material.required:
        return Line(material, LineState.MISSING, None, reason)
    return Line(material, LineState.OPTIONAL, None, reason)
