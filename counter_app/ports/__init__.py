"""What the counter asks of the outside: devices, press, platform, store, vault, clock.

Services know these shapes only; `ui/assembly.py` puts the real ones into their hands. Every call
blocks; each says which errors it raises. Calls may come from several threads at once unless a port
says otherwise.
"""

from __future__ import annotations

from counter_app.ports.board import HallBoard
from counter_app.ports.calling import HallService, Queue, WindowState, Workbench
from counter_app.ports.clock import Clock
from counter_app.ports.devices import (
    CameraPicture,
    CardReader,
    CodeCamera,
    CodeInPicture,
    JobOutcome,
    JobState,
    Printer,
    PrinterState,
    PrintJob,
    ScanGun,
)
from counter_app.ports.feed import EventFeed
from counter_app.ports.figures import Figures, SessionFeed, SupervisorSession
from counter_app.ports.platform import RECEIPT_WAIT, NumberBlock, PersonRecords, Platform
from counter_app.ports.press import Press
from counter_app.ports.security_key import SecurityKey
from counter_app.ports.sign_in import SignInSteps, SupervisorCheck
from counter_app.ports.signing import ActSigner
from counter_app.ports.store import (
    AuditCheck,
    AuditEntry,
    AuditFinding,
    Lease,
    Store,
    StoreTransaction,
)
from counter_app.ports.ticketing import Ticketing, TicketPrinter
from counter_app.ports.vault import Vault
from counter_app.ports.voice import Voice, VoiceState

__all__ = [
    "RECEIPT_WAIT",
    "ActSigner",
    "AuditCheck",
    "AuditEntry",
    "AuditFinding",
    "CameraPicture",
    "CardReader",
    "Clock",
    "CodeCamera",
    "CodeInPicture",
    "EventFeed",
    "Figures",
    "HallBoard",
    "HallService",
    "JobOutcome",
    "JobState",
    "Lease",
    "NumberBlock",
    "PersonRecords",
    "Platform",
    "Press",
    "PrintJob",
    "Printer",
    "PrinterState",
    "Queue",
    "ScanGun",
    "SecurityKey",
    "SessionFeed",
    "SignInSteps",
    "Store",
    "StoreTransaction",
    "SupervisorCheck",
    "SupervisorSession",
    "TicketPrinter",
    "Ticketing",
    "Vault",
    "Voice",
    "VoiceState",
    "WindowState",
    "Workbench",
]
