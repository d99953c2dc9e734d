"""Every expected failure of the counter, with a stable code.

    HallError
    ├── SettingsError         settings.*    a setting that cannot be used
    ├── ReaderError           reader.*      the card reader itself
    ├── CardError             card.*        the card on the reader
    ├── CodeError             code.*        a scanned payload
    ├── PictureError          picture.*     a file that should hold a picture
    ├── GunError              gun.*         the scan gun itself
    ├── CameraError           camera.*      the camera that reads codes
    ├── PlatformError         platform.*    the platform's answer, or none
    │   ├── PlatformUnreachable                 no answer: offline is a state, work goes on
    │   ├── SignatureRefused                    this machine's signature, or that it has none
    │   └── PlatformRefused                     a clear no (RFC 9457 problem); retrying is useless
    │   └── TicketRefused     ticket.*      a number that is not given
    ├── SignInError           sign_in.*     who is at the window
    ├── SecurityKeyError      security_key.*  a security key at sign-in
    ├── StoreError            store.*       the local store and its key
    ├── VisitError            visit.*       a step the visit does not allow now
    ├── PaperError            paper.*       a paper that cannot be made
    ├── PrinterError          printer.*     a paper that cannot be printed
    └── ExportError           export.*      a table that cannot be written into a file

Each code has one sentence for people in `ui/messages.py`; a test holds the two together. Messages
of the exceptions themselves are for the log of a developer and never carry a name or a number of
a person; `facts` carries what the sentence needs.
"""

from __future__ import annotations


class HallError(Exception):
    """An expected failure. `code` is stable, `facts` fill the sentence shown to people."""

    codes: tuple[str, ...] = ()

    def __init__(self, code: str, **facts: object) -> None:
        if code not in self.codes:
            raise ValueError(f"{code!r} is not a code of {type(self).__name__}")
        super().__init__(code)
        self.code = code
        self.facts = facts


class SettingsError(HallError):
    """A setting is unknown, of the wrong kind, or names something that is not there."""

    codes = ("settings.unknown_key", "settings.invalid", "settings.unreadable")


class ReaderError(HallError):
    """The card reader is missing, silent, garbled or reports itself broken."""

    codes = (
        "reader.port_missing",  # the port is not there, or was unplugged
        "reader.port_busy",  # another program holds the port
        "reader.silent",  # no answer at any speed
        "reader.garbled",  # answers that stay damaged after retries
        "reader.self_test_failed",  # SW3 60
        "reader.unauthorised",  # SW3 66
        "reader.protocol",  # SW3 10/11/21/24: our own command was refused
    )


class CardError(HallError):
    """The card on the reader cannot be read, or not be trusted."""

    codes = (
        "card.none",  # no card within the time given
        "card.select_failed",  # SW3 81
        "card.read_failed",  # SW3 41 after its retries, or pulled away
        "card.not_genuine",  # SW3 31/32/33/40
        "card.unknown_type",  # a letter at 248 that no layout has
        "card.unreadable_text",  # lengths or text do not hold together
    )


class CodeError(HallError):
    """A scanned payload that opens nothing."""

    codes = (
        "code.unknown",
        "code.too_long",
        "code.not_found",  # of no pre-application, case or visit the platform knows
        "code.used",
        "code.elsewhere",  # another hall's or county's
        "code.presentation_over",  # 用证码 that expired, was used, or never was
        "code.presentation_empty",  # what it showed has been changed since
        "code.ticket_over",
        "code.number_only",  # a case's number without its query code
        "code.personal",  # not decoded here
        "code.sign_in_first",
        "code.dialog_open",
    )


class PictureError(HallError):
    """A file that gives no picture to look for codes in."""

    codes = (
        "picture.missing",
        "picture.no_file",  # a folder, a pipe, or one that may not be read
        "picture.unreadable",  # no picture, a damaged one, or half of one
        "picture.too_large",
    )


class GunError(HallError):
    """The scan gun is not there, or what it sent is not whole."""

    codes = (
        "gun.port_missing",
        "gun.port_busy",
        "gun.forbidden",  # a HID-POS gun this user may not read
        "gun.wire_lost",  # the gun on a wire is gone, one that types is still heard
        "gun.incomplete",  # a burst of keys without the suffix that is due
        # what a test code shows of a gun's setting
        "gun.check_layout",
        "gun.check_caps",
        "gun.check_prefix",
        "gun.check_suffix",
        "gun.check_no_suffix",
        "gun.check_ending",
        "gun.check_slow",
        "gun.check_lost",
        "gun.check_input_method",
        "gun.check_unreadable",
        "gun.check_no_terminal",  # nothing that types can be heard where the command runs
    )


class CameraError(HallError):
    """The camera is not there, or gives no picture."""

    codes = (
        "camera.missing",
        "camera.busy",  # it is there and cannot be opened
        "camera.forbidden",  # this user may not open it
        "camera.no_picture",  # it was unplugged, its film has ended, or it gives nothing
        "camera.unusable",  # OpenCV cannot be loaded here
    )


class PlatformError(HallError):
    """The platform answered with something that is neither the result nor a clear no."""

    codes: tuple[str, ...] = (
        "platform.fault",  # 5xx
        "platform.garbled",  # HTML, half a JSON, a shape that is not the contract's
        "platform.busy",  # 429/503, or 409 while the same act is under way
        "platform.receipt_missing",  # an act it took once is not known to it any more
        "platform.receipt_differs",  # the receipt read back is not that of what was sent
    )


class PlatformUnreachable(PlatformError):
    """No answer: refused, timed out, cut off."""

    codes = ("platform.unreachable", "platform.timeout", "platform.tls")


class PlatformRefused(PlatformError):
    """A clear no of the platform; `facts["problem"]` is its problem code."""

    codes: tuple[str, ...] = (
        "platform.refused",
        "platform.not_found",
        "platform.elsewhere",  # another hall's or county's; `place` says whose
        "platform.not_allowed",
        "platform.changed_meanwhile",  # 412
        "platform.claimed_elsewhere",
        "platform.rows_forgotten",
        "platform.session_ended",
    )


class SignatureRefused(PlatformError):
    """Nothing is taken from this machine now, whatever it asks; work goes on as without it."""

    codes = (
        "platform.clock_off",  # a signature too old or too new: this machine's clock, or theirs
        "platform.signature_required",  # this device has no key the platform would take
        "platform.signature_refused",
    )


class QueueRefused(PlatformError):
    """A clear no of the hall's queue: the number, the window or the person is not as thought."""

    codes = (
        "queue.nobody_waiting",
        "queue.not_open",
        "queue.in_hand",
        "queue.elsewhere",
        "queue.changed",
        "queue.recall_limit",
        "queue.not_here",
        "queue.ticket_exists",
        "queue.other_person",
    )


class TicketRefused(PlatformRefused):
    """A clear no to somebody who takes a number or checks in."""

    codes = (
        "ticket.service_closed",
        "ticket.hall_closed",
        "ticket.card_needed",
        "ticket.exists",
        "ticket.changed",
        "ticket.no_appointment",
        "ticket.elsewhere",  # an appointment of another hall; `place` says of which
        "ticket.no_case",
        "ticket.appointment_used",
        "ticket.too_early",
        "ticket.too_late",
    )


class SignInError(HallError):
    """Nobody was signed in."""

    codes = (
        "sign_in.refused",
        "sign_in.locked",
        "sign_in.more_steps",  # a first password to be changed, a second factor: not done here
        "sign_in.over",  # a step waited too long, or was done elsewhere
        "sign_in.step_offline",  # no answer to a step; it can be tried again
        "sign_in.factor_refused",
        "sign_in.codes_unchecked",  # the platform has not got the key it keeps their secrets under
        "sign_in.window_off",  # an administrator switched this window off
        "sign_in.code_incomplete",
        "sign_in.password_short",
        "sign_in.password_long",
        "sign_in.password_common",
        "sign_in.password_own_name",
        "sign_in.password_weak",  # for a reason this version does not know
        "sign_in.password_unchanged",
        "sign_in.passwords_differ",
        "sign_in.empty",
        "sign_in.offline",
        "sign_in.offline_other",  # locked by somebody else, and the platform is away
        "sign_in.offline_refused",  # a wrong password while it is away
        "sign_in.offline_locked",  # too many of them
    )


class SecurityKeyError(HallError):
    """A security key that gave nothing; the first few are also told as states while waiting."""

    codes = (
        "security_key.none",  # none is plugged in
        "security_key.touch",  # it waits for a finger
        "security_key.not_permitted",  # the system does not let this account use it
        "security_key.several",  # more than one is plugged in
        "security_key.pin_needed",
        "security_key.pin_wrong",
        "security_key.pin_paused",  # three wrong ones: it wants to be plugged in anew
        "security_key.pin_blocked",  # too many wrong ones: it has to be reset
        "security_key.not_enrolled",  # another key than the account's
        "security_key.already_enrolled",
        "security_key.not_touched",
        "security_key.pulled",  # gone while it was used
        "security_key.unusable",  # it cannot do what is asked, or speaks garbled
        "security_key.wrong_place",  # the platform asks for another address than its own
    )


class StoreError(HallError):
    """The local store cannot be opened or written."""

    codes = (
        "store.no_keyring",
        "store.key_missing",  # a store without its key: not ours, or the keyring was emptied
        "store.no_device_secret",  # `hall-counter enrol` was not run yet, or for another place
        "store.wrong_key",
        "store.damaged",
        "store.audit_broken",  # the audit's chain does not hold together; work goes on
        "store.full",
        "store.busy",  # another process holds it
        "store.unwritable",
    )


class VisitError(HallError):
    """A step that the visit does not allow now."""

    codes = (
        "visit.illegal_step",
        "visit.material_missing",
        "visit.reason_missing",
        "visit.wrong_check_digit",
        "visit.item_unknown",
    )


class PaperError(HallError):
    """A paper that cannot be made as the law wants it."""

    codes = (
        "paper.uncovered_character",
        "paper.does_not_fit",
        "paper.will_not_print",
        "paper.worker_lost",
    )


class PrinterError(HallError):
    """The printer took nothing; nothing was sent, so trying again is safe."""

    codes = ("printer.missing", "printer.refused", "printer.unreachable", "printer.stopped")


class ExportError(HallError):
    """A table that cannot be written where it was wanted."""

    codes = ("export.unwritable",)


class OutputError(HallError):
    """A command's answer that cannot be written where it was sent."""

    codes = ("output.unwritable",)


def all_codes() -> frozenset[str]:
    """Every code of the tree."""
    found: set[str] = set()
    pending: list[type[HallError]] = [HallError]
    while pending:
        kind = pending.pop()
        found.update(kind.codes)
        pending.extend(kind.__subclasses__())
    return frozenset(found)
