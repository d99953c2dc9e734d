"""Shapes of the catalogue (事项实施清单), after GB/T 39046 and GB/T 39554.1."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hall_platform.shapes import (
    Code,
    DayText,
    EndDayText,
    FilledText,
    Name,
    Named,
    Printable,
    PublicBody,
    Region,
    Shape,
    Text,
    Version,
)

Regime = Literal[
    "licensing",
    "market_registration",
    "confirmation",
    "payment",
    "public_service",
    "social_insurance",
]
Audience = Literal[  # 服务对象
    "natural_person",
    "enterprise",
    "institution",
    "social_organisation",
    "administration",
    "other",
]
Channel = Literal["window", "online", "mobile", "post", "other"]  # 办理形式
Paper = Literal[  # 法律文书, after DB4406/T 14-2021
    "receipt",  # 接收回执
    "material_transfer",  # 物料流转凭证
    "acceptance_notice",  # 受理通知书
    "correction_notice",  # 补正告知书
    "refusal_notice",  # 不予受理通知书
    "special_procedure_notice",  # 特殊程序期限告知书
    "extension_notice",  # 延长期限通知书
    "fee_notice",  # 缴费通知书
    "approval_decision",  # 准予决定书
    "denial_decision",  # 不予决定书
    "delivery_receipt",  # 送达回执
]
BodyCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{11,36}$")]
LongText = Annotated[str, StringConstraints(max_length=5_000)]
Days = Annotated[int, Field(ge=0, le=3_650)]


class LicenceType(Shape):
    """A type of e-licence: 18-character code of who defined it and a 3-digit number."""

    code: Printable = Field(min_length=21, max_length=21)
    name: Printable


class SharedSource(Shape):
    """Shared data that meets a material: a resource of the directory, and of it these fields."""

    resource: Printable
    title: Printable
    fields: list[Printable] = Field(min_length=1)


class MetBy(Shape):
    """The means by which a material may be met; `shared_data` are the titles of the sources.

    `earlier_case` says that what was handed in with an earlier case of the person may serve again.
    """

    identity_card: bool = False
    licence_types: list[LicenceType] = Field(default=[])
    shared_data: list[Printable] = Field(default=[])
    shared_sources: list[SharedSource] = Field(default=[])
    upload: bool = False
    original_seen: bool = False
    scan: bool = False
    earlier_case: bool = False


class Material(Shape):
    """One line of the list of materials.

    With `needs_original` an upload of grade C counts only once a clerk has compared the original
    (grade B). Materials of several items with one `standard_code` are one and the same.
    `later_allowed` says that it may be handed in after acceptance (容缺受理).
    """

    code: Code
    name: Name
    standard_code: Annotated[Printable, StringConstraints(max_length=64)] = ""
    required: bool
    later_allowed: bool = False
    originals: Annotated[int, Field(ge=0, le=99)]
    copies: Annotated[int, Field(ge=0, le=99)]
    pages: Annotated[int, Field(ge=0, le=9_999)]
    met_by: MetBy
    needs_original: bool
    form: Literal["paper", "electronic", "both"]
    source: Literal["applicant", "government"]


class Fee(Shape):
    """A charge (收费项目). `amount_fen` is null where the standard is a rule in words."""

    name: Name
    amount_fen: Annotated[int, Field(ge=0, le=10**12)] | None
    unit: Annotated[Printable, StringConstraints(max_length=20)]
    standard: Text
    basis: FilledText


class Form(Shape):
    """An electronic form (申请表单); what is filled in holds to `json_schema` (2020-12).

    `material` names the line of the list of materials that the filled-in form is.
    """

    code: Code
    name: Name
    material: Code | None
    json_schema: dict[str, Any]


class Result(Shape):
    """What a decision in favour leads to (审批结果): a licence of a type, or a paper."""

    name: Name
    licence_type: LicenceType | None


class ItemSummary(Shape):
    """What a search shows."""

    code: str
    name: str
    version: int
    body: Named
    regime: Regime
    pinyin: str


class ItemContent(Shape):
    """A service item as its body publishes it.

    `code` is the 实施编码, `base_code` the 基本编码, `business_code` the 业务办理项编码.
    """

    code: ItemCode
    name: Annotated[FilledText, StringConstraints(max_length=200)]
    body: PublicBody
    regime: Regime
    pinyin: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{0,100}$")]
    base_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,12}$")]
    business_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{0,40}$")] = ""
    type_code: Literal["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"]
    level: Literal["1", "2", "3", "4", "5", "6", "7"]
    region: Region
    case_type: Literal["immediate", "promised"]
    promised_days: Days
    legal_days: Days
    day_kind: Literal["working", "calendar"]
    audience: list[Audience] = Field(min_length=1)
    channels: list[Channel] = Field(default=["window"])
    charged: bool
    fee_note: Text
    fees: list[Fee] = Field(default=[])
    legal_basis: list[FilledText]
    conditions: LongText
    process: LongText = ""
    special_procedures: list[FilledText] = Field(default=[])
    appointment: bool = True
    postal_delivery: bool = False
    online_payment: bool = False
    enquiry_phone: Text
    complaint_phone: Text
    keywords: list[Name] = Field(default=[])
    services: list[Code] = Field(default=[])
    papers: list[Paper] = Field(default=["acceptance_notice"])
    result: Result | None = None
    forms: list[Form] = Field(default=[], max_length=20)
    materials: list[Material] = Field(max_length=100)

    @model_validator(mode="after")
    def of_one_piece(self) -> Self:
        """Codes occur once, forms name materials there are, what is charged says how much."""
        codes = [one.code for one in self.materials]
        forms = [one.code for one in self.forms]
        if len(set(codes)) < len(codes) or len(set(forms)) < len(forms):
            raise ValueError("a code of a material or form occurs twice")
        if any(one.material is not None and one.material not in codes for one in self.forms):
            raise ValueError("a form names a material that is not there")
        if self.charged != bool(self.fees or self.fee_note):
            raise ValueError("an item is charged exactly when it has fees or a note on them")
        if self.case_type == "promised" and self.promised_days > self.legal_days:
            raise ValueError("the promised limit is longer than the legal one")
        return self


class Item(ItemContent):
    """A service item in one version; an accepted case keeps its version for good."""

    version: int
    state: Literal["published", "withdrawn"]
    valid_from: str
    valid_to: str | None


class ItemPage(Shape):
    """A page of items."""

    items: list[ItemSummary]
    next: str | None


class ItemChange(Shape):
    """Something that happened to an item."""

    code: str
    version: int
    change: Literal["published", "in_force", "withdrawn", "ended"]
    at: str


class ChangePage(Shape):
    """What changed, oldest first; `next` is where to go on, also when nothing is left now."""

    changes: list[ItemChange]
    next: str
    more: bool


class PublishAct(Shape):
    """Publish a new version of an item, in force from a day on (发布)."""

    act: Literal["publish-item"]
    item: ItemContent
    valid_from: DayText
    valid_to: EndDayText | None = None


class WithdrawAct(Shape):
    """Take a version out of force (下线); cases accepted under it keep it."""

    act: Literal["withdraw-item"]
    version: Version
    reason: FilledText


class FormQuery(Shape):
    """What was filled in, to be checked against a form of the item."""

    version: Version
    form: Code
    data: dict[str, Any]


class FormError(Shape):
    """What does not fit: where, as a path of members, and a sentence."""

    where: str
    what: str


class FormAnswer(Shape):
    """Whether it fits the form."""

    fits: bool
    errors: list[FormError]


class OneThingSummary(Shape):
    """Items handled as one thing (一件事)."""

    code: str
    name: str
    version: int
    items: list[str]


class OneThings(Shape):
    """Every one thing there is."""

    things: list[OneThingSummary]


class Served(Shape):
    """A material of an item that a material of the one thing serves as."""

    item: str
    material: str


class JoinedMaterial(Material):
    """A material asked for once, and whose materials of which items it is.

    What is `produced_by` one of the items is not asked for: it is that item's result.
    """

    serves: list[Served]
    produced_by: str | None


class FormMember(Shape):
    """Which form of which item takes a member of the one form."""

    item: str
    form: str


class JoinedForm(Shape):
    """The one form of all items, and where each of its members goes."""

    json_schema: dict[str, Any]
    members: dict[str, list[FormMember]]


class OneThing(OneThingSummary):
    """A one thing with its items, its one form and its one set of materials."""

    description: str
    members: list[ItemSummary]
    form: JoinedForm
    materials: list[JoinedMaterial]
    promised_days: int


class SplitQuery(Shape):
    """The one form as it was filled in."""

    data: dict[str, Any]


class SplitForm(Shape):
    """What of it belongs into a form of one of the items."""

    item: str
    version: int
    form: str
    data: dict[str, Any]


class SplitAnswer(Shape):
    """The filled-in forms of the cases, when the one form fits."""

    fits: bool
    errors: list[FormError]
    forms: list[SplitForm]


class Seal(Shape):
    """An official seal (印章) of a body, without its picture."""

    code: str
    kind: Literal["acceptance", "approval", "body", "other"]
    name: str
    body: Named
    region: str
    sha256: str
    valid_from: str
    valid_to: str | None


class Seals(Shape):
    """The seals the caller's hall may print."""

    seals: list[Seal]


class CalendarYear(Shape):
    """One announced year."""

    source: str
    off: list[str]
    work: list[str]


class Calendar(Shape):
    """The table of working days by announced year."""

    version: str
    years: dict[str, CalendarYear]
