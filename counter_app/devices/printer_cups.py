"""A page printer behind CUPS, spoken to by IPP.

A paper goes over in two steps: Create-Job, which carries nothing to print and gives the job's
number, then Send-Document. So a connection lost at any moment leaves either nothing that could
ever print, or a job whose number is known and can be asked after; nothing is sent twice.

A job's name ends in a random token. A server that lost its spool may give the same number to
somebody else's job; the token tells them apart.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote

from counter_app.devices import ipp
from counter_app.devices.ipp import Attribute, GroupTag, JobStateCode, Operation, Status, Tag
from counter_app.devices.ipp_link import IppDenied, IppLost, IppUnsent, ServerAddress, exchange
from counter_app.errors import PrinterError
from counter_app.ports import JobOutcome, JobState, PrinterState, PrintJob

A4 = "iso_a4_210x297mm"  # PWG 5101.1
USER = "hall-counter"  # the program's name, not a clerk's
WITHDRAW_TIMEOUT_S = 2.0
_NAME_BYTES = 255  # name(MAX), RFC 8011 5.1.3

_OUT = ("media-empty", "media-needed")
_LOW = ("media-low",)
# Keywords of RFC 8011 5.4.12, PWG 5100.9 and CUPS.
# Away: nobody can print, however mildly it says so.
_AWAY = (
    "offline",
    "connecting-to-device",
    "timed-out",
    "shutdown",
    "moving-to-paused",
    "paused",
    "stopped-partly",
    "stopped",
)
# Trouble: no paper comes out until somebody acts, unless the printer calls it a mere warning.
_TROUBLE = (
    "media-jam",
    "cover-open",
    "door-open",
    "interlock-open",
    "input-tray-missing",
    "output-area-full",
    "output-tray-missing",
    "toner-empty",
    "marker-supply-empty",
    "marker-waste-full",
    "fuser-over-temp",
)
_SEVERITIES = ("-error", "-warning", "-report")
# CUPS before 2.4.8 leaves `processing-to-stop-point` on every job that ended, well or not
# (OpenPrinting/cups pull request 832), so it says nothing of how the job went.
_ROUTINE = frozenset(
    {
        "none",
        "job-printing",
        "job-queued",
        "job-completed-successfully",
        "processing-to-stop-point",
    }
)
_STATES = {
    JobStateCode.PENDING: JobState.QUEUED,
    JobStateCode.HELD: JobState.QUEUED,
    JobStateCode.PROCESSING: JobState.PRINTING,
    JobStateCode.STOPPED: JobState.PRINTING,
    JobStateCode.CANCELED: JobState.FAILED,
    JobStateCode.ABORTED: JobState.FAILED,
    JobStateCode.COMPLETED: JobState.COMPLETED,
}
_REFUSALS: dict[int, str] = {
    Status.NOT_FOUND: "printer.missing",
    Status.GONE: "printer.missing",
    Status.PRINTER_IS_DEACTIVATED: "printer.stopped",
}
_UNFINISHED = frozenset({JobState.QUEUED, JobState.PRINTING})
_ENDINGS = {JobStateCode.CANCELED: "job-canceled", JobStateCode.ABORTED: "aborted-by-system"}


class CupsPrinter:
    """One queue of a CUPS server; implements `ports.Printer`.

    `server` is `""` for this machine's CUPS (its socket, else localhost:631), the path of a Unix
    socket, `host` or `host:port`. Each request takes `timeout_s` at most. Several threads may
    share one printer. Raises ValueError for a server that cannot be an address.
    """

    def __init__(self, queue: str, server: str = "", *, timeout_s: float = 10.0) -> None:
        self._queue = queue
        self._server = ServerAddress.parsed(server)
        self._timeout_s = timeout_s
        self._path = f"/printers/{quote(queue, safe='')}"
        self._uri = f"ipp://localhost{self._path}"

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        """Hand over a paper of A4 pages. `title` must hold nothing personal.

        Raises PrinterError when nothing was taken, so that trying again is safe:
        `printer.missing` (no such queue), `printer.refused` (the queue takes no jobs, or not this
        one), `printer.stopped` (deactivated), `printer.unreachable` (no print server, or lost
        before any byte of the paper was sent). A connection lost later gives the job all the same:
        `outcome` says what the server knows of it.
        """
        token = secrets.token_hex(8)
        number = self._create(title, token)
        self._send(number, pdf)
        return PrintJob(f"{number}:{token}")

    def outcome(self, job: PrintJob) -> JobOutcome:
        """How the job stands; raises nothing expected.

        COMPLETED only where the server says completed without an error reason. UNKNOWN has the
        reason `unreachable` or `garbled` (asking again may help), `refused`, or `gone`: the server
        has no such job, or another one of its number.
        """
        number, _, token = job.id.partition(":")
        if not number.isdecimal():
            return JobOutcome(JobState.UNKNOWN, "gone")
        try:
            answer = self._ask(self._about_job(int(number)), "/jobs/")
        except (IppUnsent, IppLost):
            return JobOutcome(JobState.UNKNOWN, "unreachable")
        except ipp.IppError:
            return JobOutcome(JobState.UNKNOWN, "garbled")
        except IppDenied:
            return JobOutcome(JobState.UNKNOWN, "refused")
        if not answer.successful:
            gone = answer.code in {Status.NOT_FOUND, Status.GONE}
            return JobOutcome(JobState.UNKNOWN, "gone" if gone else "refused")
        attributes = answer.group(GroupTag.JOB)
        if attributes is None:
            return JobOutcome(JobState.UNKNOWN, "garbled")
        if any(not name.endswith(token) for name in attributes.texts("job-name")):
            return JobOutcome(JobState.UNKNOWN, "gone")
        return self._outcome(attributes)

    def state(self) -> PrinterState:
        """How the queue stands; raises nothing expected. A server that is not there is MISSING."""
        attributes = self._printer_attributes()
        if attributes is None:
            return PrinterState.MISSING
        return printer_state(attributes)

    # The two steps of handing over -------------------------------------------------------------

    def _create(self, title: str, token: str) -> int:
        """Make an empty job. If its answer is lost, an empty job may stay: it never prints."""
        request = self._request(
            Operation.CREATE_JOB,
            (Attribute.of("job-name", Tag.NAME, _job_name(title, token)),),
            (Attribute.of("media", Tag.KEYWORD, A4),),
        )
        try:
            answer = self._ask(request, self._path)
        except (IppUnsent, IppLost, ipp.IppError) as error:
            raise PrinterError("printer.unreachable", queue=self._queue) from error
        except IppDenied as error:
            raise self._denied(error) from error
        if not answer.successful:
            raise self._refused(answer.code)
        attributes = answer.group(GroupTag.JOB)
        number = attributes.number("job-id") if attributes else None
        if number is None:
            raise PrinterError("printer.unreachable", queue=self._queue)
        return number

    def _send(self, number: int, pdf: bytes) -> None:
        """Give the job its document; returns as well when what became of it is not known."""
        request = self._request(
            Operation.SEND_DOCUMENT,
            (
                Attribute.of("job-id", Tag.INTEGER, number),
                Attribute.of("document-format", Tag.MIME_TYPE, "application/pdf"),
                Attribute.of("last-document", Tag.BOOLEAN, True),
            ),
            data=pdf,
        )
        try:
            answer = self._ask(request, self._path)
        except IppUnsent as error:
            self._withdraw(number)
            raise PrinterError("printer.unreachable", queue=self._queue) from error
        except IppLost as error:
            if not error.whole:
                self._withdraw(number)
            return
        except ipp.IppError:
            return
        except IppDenied as error:
            self._withdraw(number)
            raise self._denied(error) from error
        if not answer.successful:
            self._withdraw(number)
            raise self._refused(answer.code)

    def _withdraw(self, number: int) -> None:
        """Cancel a job that never got its whole document; without it the server would later."""
        request = self._request(
            Operation.CANCEL_JOB, (Attribute.of("job-id", Tag.INTEGER, number),)
        )
        try:
            self._ask(request, "/jobs/", timeout_s=min(WITHDRAW_TIMEOUT_S, self._timeout_s))
        except (IppUnsent, IppLost, IppDenied, ipp.IppError):
            return

    def _denied(self, denied: IppDenied) -> PrinterError:
        code = "printer.missing" if denied.http_status == 404 else "printer.refused"
        return PrinterError(code, queue=self._queue, status=f"http-{denied.http_status}")

    def _refused(self, status: int) -> PrinterError:
        code = _REFUSALS.get(status, "printer.refused")
        return PrinterError(code, queue=self._queue, status=ipp.status_name(status))

    # Asking ------------------------------------------------------------------------------------

    def _outcome(self, job: ipp.Group) -> JobOutcome:
        number = job.number("job-state")
        if number not in set(JobStateCode):
            return JobOutcome(JobState.UNKNOWN, "garbled")
        code = JobStateCode(number)
        reasons = job.texts("job-state-reasons")
        state = _STATES[code]
        if state in _UNFINISHED:
            return JobOutcome(state, self._waiting_reason(code, job, reasons))
        if state is JobState.COMPLETED:
            errors = [reason for reason in reasons if _is_error(reason)]
            return JobOutcome(JobState.FAILED, errors[0]) if errors else JobOutcome(state)
        telling = [reason for reason in reasons if reason not in _ROUTINE]
        return JobOutcome(state, telling[0] if telling else _ENDINGS[code])

    def _waiting_reason(self, code: JobStateCode, job: ipp.Group, reasons: tuple[str, ...]) -> str:
        """Why the paper is not out yet: the printer's trouble before the job's own."""
        of_printer = job.texts("job-printer-state-reasons")
        if not of_printer:
            printer = self._printer_attributes()
            of_printer = printer.texts("printer-state-reasons") if printer else ()
        known = {_bare(reason) for reason in (*of_printer, *reasons)}
        for reason in (*_OUT, *_TROUBLE, *_AWAY):
            if reason in known:
                return "stopped" if reason == "paused" else reason
        if code is JobStateCode.STOPPED or "printer-stopped" in known:
            return "stopped"
        return next((reason for reason in reasons if reason not in _ROUTINE), "")

    def _printer_attributes(self) -> ipp.Group | None:
        wanted = Attribute.of(
            "requested-attributes",
            Tag.KEYWORD,
            "printer-state",
            "printer-state-reasons",
            "printer-is-accepting-jobs",
        )
        request = self._request(Operation.GET_PRINTER_ATTRIBUTES, (wanted,))
        try:
            answer = self._ask(request, self._path)
        except (IppUnsent, IppLost, IppDenied, ipp.IppError):
            return None
        return answer.group(GroupTag.PRINTER) if answer.successful else None

    def _about_job(self, number: int) -> ipp.Message:
        return self._request(
            Operation.GET_JOB_ATTRIBUTES,
            (
                Attribute.of(
                    "requested-attributes",
                    Tag.KEYWORD,
                    "job-name",
                    "job-state",
                    "job-state-reasons",
                    "job-printer-state-reasons",
                ),
            ),
            about=Attribute.of("job-uri", Tag.URI, f"ipp://localhost/jobs/{number}"),
        )

    def _request(
        self,
        operation: Operation,
        attributes: tuple[Attribute, ...],
        job: tuple[Attribute, ...] = (),
        *,
        about: Attribute | None = None,
        data: bytes = b"",
    ) -> ipp.Message:
        """A request; charset, language, target and user come first and in this order (4.1.4)."""
        operation_attributes = (
            Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
            Attribute.of("attributes-natural-language", Tag.LANGUAGE, "zh-cn"),
            about or Attribute.of("printer-uri", Tag.URI, self._uri),
            *(a for a in attributes if a.name == "job-id"),
            Attribute.of("requesting-user-name", Tag.NAME, USER),
            *(a for a in attributes if a.name != "job-id"),
        )
        groups = [ipp.Group(GroupTag.OPERATION, operation_attributes)]
        if job:
            groups.append(ipp.Group(GroupTag.JOB, job))
        return ipp.Message(operation, secrets.randbelow(2**31 - 1) + 1, tuple(groups), data)

    def _ask(
        self, request: ipp.Message, path: str, *, timeout_s: float | None = None
    ) -> ipp.Message:
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        return exchange(self._server, path, request, timeout_s=timeout_s)


def printer_state(attributes: ipp.Group) -> PrinterState:
    """What a printer's attributes mean for whoever waits for paper."""
    reasons = attributes.texts("printer-state-reasons")
    bare = {_bare(reason) for reason in reasons}
    if bare.intersection(_OUT):
        return PrinterState.OUT
    stopped = attributes.number("printer-state") == ipp.PrinterStateCode.STOPPED
    refusing = attributes.flag("printer-is-accepting-jobs") is False
    failing = any(reason in _TROUBLE or reason.endswith("-error") for reason in reasons)
    if stopped or refusing or failing or bare.intersection(_AWAY):
        return PrinterState.STOPPED
    return PrinterState.LOW if bare.intersection(_LOW) else PrinterState.READY


def _job_name(title: str, token: str) -> str:
    """The title, cut at a whole character, and the token."""
    room = _NAME_BYTES - len(token) - 1
    return f"{title.encode()[:room].decode(errors='ignore')} {token}"


def _bare(reason: str) -> str:
    """A reason without its severity."""
    for severity in _SEVERITIES:
        if reason.endswith(severity):
            return reason.removesuffix(severity)
    return reason


def _is_error(reason: str) -> bool:
    """Whether a reason beside `completed` says that the paper is not to be trusted."""
    return (
        "error" in reason
        or reason.startswith(("job-canceled", "aborted", "unsupported", "conversion-"))
        or reason in {"submission-interrupted", "job-interrupted"}
    )
