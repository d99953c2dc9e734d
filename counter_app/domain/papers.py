"""The facts of the papers (文书) a counter issues; `printing` turns them into pages.

Fields are those one-window standards and the law ask for (DB4406/T 14-2021, 行政许可法 第三十二条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

ACCEPTANCE_NOTICE = "acceptance_notice"


@dataclass(frozen=True, slots=True)
class ReceivedMaterial:
    """One line of the list of received materials.

    `met_by` is a value of checklist.Means; `electronic` is True when no paper was handed in.
    """

    name: str
    met_by: str
    originals: int = 0
    copies: int = 0
    pages: int = 0
    electronic: bool = False
    trust_grade: str = ""
    label: str = ""  # the licence's type name, the shared resource's name
    original_compared: bool = False  # an upload whose original was seen at the window


@dataclass(frozen=True, slots=True, repr=False)
class Party:
    """The applicant or the agent as printed: full name, number already masked."""

    name: str
    document_kind: str  # identity.DocumentKind value
    masked_number: str

    def __repr__(self) -> str:
        return "Party(hidden)"


@dataclass(frozen=True, slots=True, repr=False)
class AcceptanceNotice:
    """受理通知书: everything that stands on it."""

    paper_number: str
    case_number: str  # the official number, or "" while only a provisional one exists
    provisional_number: str  # "" when the number was official from the start
    query_code: str
    applicant: Party
    agent: Party | None
    item_name: str
    item_code: str
    regime: str  # item.Regime value
    legal_basis: tuple[str, ...]
    materials: tuple[ReceivedMaterial, ...]
    accepted_at: datetime
    officer_name: str
    window_name: str
    hall_name: str
    hall_address: str
    body_name: str
    body_code: str
    immediate: bool
    promised_days: int
    day_kind: str  # "working" or "calendar"
    due_on: date | None
    due_provisional: bool
    charged: bool
    fee_note: str
    enquiry_phone: str
    complaint_phone: str
    offline: bool = False  # accepted while the platform could not be reached
    prints: int = 0  # completed prints before this one; from 1 on the paper says 补打

    def __repr__(self) -> str:
        return "AcceptanceNotice(hidden)"
