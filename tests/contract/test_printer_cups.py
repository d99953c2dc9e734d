"""The CUPS printer: what it says of a paper when all goes well, and at every point it may break."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from unittest import mock

import pytest
from cups_server import CUPSD, HOW_TO_INSTALL, CupsServer, wait_until
from hypothesis import given
from hypothesis import strategies as st
from ipp_server import Call, IppServer, Step, answer, creates, says

from counter_app.devices import ipp, printer_cups
from counter_app.devices.ipp import Attribute, Group, GroupTag, Operation, Status, Tag
from counter_app.devices.ipp_link import ServerAddress
from counter_app.devices.printer_cups import CupsPrinter, printer_state
from counter_app.errors import PrinterError
from counter_app.ports import JobOutcome, JobState, PrinterState, PrintJob

PAPER = b"%PDF-1.7\n" + bytes(range(256)) * 40
BIG_PAPER = b"%PDF-1.7\n" + bytes(24 << 20)  # more than any socket buffer takes at once
TITLE = "受理通知书"


def printer_at(server: IppServer, timeout_s: float = 5.0) -> CupsPrinter:
    return CupsPrinter("hall", server.address, timeout_s=timeout_s)


def hangs_up(call: Call) -> None:
    call.reset()


def hangs_up_after_head(call: Call) -> None:
    call.read_head()
    call.reset()


def hangs_up_within_body(call: Call) -> None:
    call.read_body(at_most=100)
    call.reset()


def hangs_up_before_answer(call: Call) -> None:
    call.read_request()
    call.reset()


def half_an_answer(call: Call) -> None:
    call.read_request()
    call.line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n\x02\x00\x00")


def says_nothing(call: Call) -> None:
    call.read_request()
    call.ended.wait()


def says_noise(call: Call) -> None:
    call.read_request()
    call.say_raw(b"<html>hello</html>")


def speaks_no_http(call: Call) -> None:
    call.read_request()
    call.line.sendall(b"\x00\xff\x00 what\r\n\r\n")


def dribbles(call: Call) -> None:
    call.read_request()
    call.line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
    while not call.ended.wait(0.05):
        call.line.sendall(b"\x02")


def job_attributes(
    number: int,
    *reasons: str,
    name: str = "",
    printer_reasons: tuple[str, ...] = ("none",),
) -> Step:
    attributes = [
        Attribute.of("job-state", Tag.ENUM, number),
        Attribute.of("job-state-reasons", Tag.KEYWORD, *(reasons or ("none",))),
        Attribute.of("job-printer-state-reasons", Tag.KEYWORD, *printer_reasons),
    ]
    if name:
        attributes.append(Attribute.of("job-name", Tag.NAME, name))
    return says(answer(0, Group(GroupTag.JOB, tuple(attributes))))


# Handing over, broken at every point ----------------------------------------------------------


def test_no_server_is_unreachable_and_nothing_raises_beside_submit(tmp_path: object) -> None:
    for server in (f"{tmp_path}/no.sock", f"127.0.0.1:{_unused_port()}"):
        printer = CupsPrinter("hall", server, timeout_s=2)
        with pytest.raises(PrinterError) as raised:
            printer.submit(PAPER, title=TITLE)
        assert raised.value.code == "printer.unreachable"
        assert printer.state() is PrinterState.MISSING
        assert printer.outcome(PrintJob("7:ab")) == JobOutcome(JobState.UNKNOWN, "unreachable")


@pytest.mark.parametrize(
    "step",
    [
        hangs_up,
        hangs_up_after_head,
        hangs_up_within_body,
        hangs_up_before_answer,
        half_an_answer,
        says_nothing,
        says_noise,
        speaks_no_http,
        dribbles,
        says(answer(0)),  # a success that names no job
    ],
)
def test_lost_before_the_job_has_a_number_sends_no_paper(step: Step) -> None:
    with IppServer(step) as server, pytest.raises(PrinterError) as raised:
        printer_at(server, timeout_s=0.5).submit(PAPER, title=TITLE)
    assert raised.value.code == "printer.unreachable"
    assert Operation.SEND_DOCUMENT not in server.operations


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.NOT_FOUND, "printer.missing"),
        (Status.NOT_ACCEPTING_JOBS, "printer.refused"),
        (Status.NOT_AUTHORIZED, "printer.refused"),
        (Status.PRINTER_IS_DEACTIVATED, "printer.stopped"),
        (0x0599, "printer.refused"),
    ],
)
def test_a_clear_no_has_its_code(status: int, code: str) -> None:
    with IppServer(says(answer(status))) as server, pytest.raises(PrinterError) as raised:
        printer_at(server).submit(PAPER, title=TITLE)
    assert raised.value.code == code
    assert raised.value.facts["status"] == ipp.status_name(status)


@pytest.mark.parametrize(
    ("http_status", "code"),
    [("404 Not Found", "printer.missing"), ("401 Unauthorized", "printer.refused")],
)
def test_a_no_below_ipp_has_its_code_too(http_status: str, code: str) -> None:
    def step(call: Call) -> None:
        call.read_request()
        call.say_raw(b"no", status=http_status)

    with IppServer(step) as server, pytest.raises(PrinterError) as raised:
        printer_at(server).submit(PAPER, title=TITLE)
    assert raised.value.code == code


def test_a_server_gone_before_the_paper_was_sent_is_unreachable() -> None:
    with IppServer(creates(3)) as server, pytest.raises(PrinterError) as raised:
        printer_at(server).submit(PAPER, title=TITLE)
    assert raised.value.code == "printer.unreachable"


def test_cut_off_within_the_paper_gives_a_job_and_withdraws_it() -> None:
    with IppServer(creates(3), hangs_up_within_body, says(answer(0))) as server:
        printer = printer_at(server)
        job = printer.submit(BIG_PAPER, title=TITLE)
        wait_until(lambda: len(server.requests) == 2, "the job is withdrawn")
        assert printer.outcome(job) == JobOutcome(JobState.UNKNOWN, "unreachable")
    assert server.operations == [Operation.CREATE_JOB, Operation.CANCEL_JOB]
    assert _operation_group(server.requests[1]).number("job-id") == 3


@pytest.mark.parametrize(
    "step", [hangs_up_before_answer, half_an_answer, says_nothing, says_noise, dribbles]
)
def test_cut_off_after_the_paper_is_unknown_and_nothing_is_sent_again(step: Step) -> None:
    with IppServer(creates(3), step) as server:
        printer = printer_at(server, timeout_s=0.5)
        job = printer.submit(PAPER, title=TITLE)
        assert printer.outcome(job).state is JobState.UNKNOWN
    assert server.operations == [Operation.CREATE_JOB, Operation.SEND_DOCUMENT]


def test_cut_off_after_the_paper_is_followed_once_the_server_is_back() -> None:
    with IppServer(creates(3), hangs_up_before_answer, job_attributes(9)) as server:
        printer = printer_at(server)
        job = printer.submit(PAPER, title=TITLE)
        assert printer.outcome(job) == JobOutcome(JobState.COMPLETED)
    assert server.requests[1].data == PAPER


def test_a_no_while_the_paper_is_on_its_way_is_a_no() -> None:
    def too_large(call: Call) -> None:
        call.read_body(at_most=100)
        call.say_raw(b"", status="413 Request Entity Too Large")
        call.line.shutdown(socket.SHUT_WR)
        while call.line.recv(1 << 20):
            pass

    with (
        IppServer(creates(3), too_large, says(answer(0))) as server,
        pytest.raises(PrinterError) as raised,
    ):
        printer_at(server).submit(BIG_PAPER, title=TITLE)
    assert raised.value.code == "printer.refused"
    assert raised.value.facts["status"] == "http-413"


def test_a_paper_refused_is_withdrawn() -> None:
    no = says(answer(Status.DOCUMENT_FORMAT_NOT_SUPPORTED))
    with IppServer(creates(3), no, says(answer(0))) as server:
        with pytest.raises(PrinterError) as raised:
            printer_at(server).submit(PAPER, title=TITLE)
        assert raised.value.code == "printer.refused"
    assert server.operations == [
        Operation.CREATE_JOB,
        Operation.SEND_DOCUMENT,
        Operation.CANCEL_JOB,
    ]


def test_a_server_that_dribbles_does_not_hold_the_counter() -> None:
    with IppServer(dribbles) as server:
        start = time.monotonic()
        printer_at(server, timeout_s=0.5).outcome(PrintJob("3:ab"))
        assert time.monotonic() - start < 3


# What is asked --------------------------------------------------------------------------------


def test_a_job_is_a4_and_named_by_title_and_token() -> None:
    with IppServer(creates(3), says(answer(0))) as server:
        job = printer_at(server).submit(PAPER, title=TITLE)
    create, send = server.requests
    number, _, token = job.id.partition(":")
    assert number == "3"
    operation, template = _operation_group(create), create.group(GroupTag.JOB)
    assert operation.texts("printer-uri") == ("ipp://localhost/printers/hall",)
    assert operation.texts("requesting-user-name") == ("hall-counter",)
    assert operation.texts("job-name") == (f"{TITLE} {token}",)
    assert template is not None
    assert template.texts("media") == ("iso_a4_210x297mm",)
    assert _operation_group(send).texts("document-format") == ("application/pdf",)
    assert _operation_group(send).flag("last-document") is True
    assert send.data == PAPER


def test_a_long_title_is_cut_at_a_whole_character() -> None:
    with IppServer(creates(3), says(answer(0))) as server:
        job = printer_at(server).submit(PAPER, title="不予受理通知书" * 30)
    (name,) = _operation_group(server.requests[0]).texts("job-name")
    assert len(name.encode()) <= 255
    assert name.startswith("不予受理通知书")
    assert "�" not in name
    assert name.endswith(job.id.partition(":")[2])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/run/x.sock", ServerAddress(socket_path="/run/x.sock")),
        ("print.hall", ServerAddress(host="print.hall", port=631)),
        ("print.hall:8631", ServerAddress(host="print.hall", port=8631)),
        ("[::1]:8631", ServerAddress(host="::1", port=8631)),
        ("[::1]", ServerAddress(host="::1", port=631)),
    ],
)
def test_a_server_is_a_path_or_a_host(text: str, address: ServerAddress) -> None:
    assert ServerAddress.parsed(text) == address


@pytest.mark.parametrize("text", ["print.hall:", "print.hall:x", "print.hall:0", "a:70000"])
def test_a_server_with_no_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CupsPrinter("hall", text)


# What answers mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "reasons", "printer_reasons", "expected"),
    [
        (9, (), (), JobOutcome(JobState.COMPLETED)),
        (9, ("job-completed-successfully",), (), JobOutcome(JobState.COMPLETED)),
        (9, ("processing-to-stop-point",), (), JobOutcome(JobState.COMPLETED)),
        (
            9,
            ("job-completed-with-errors",),
            (),
            JobOutcome(JobState.FAILED, "job-completed-with-errors"),
        ),
        (9, ("document-format-error",), (), JobOutcome(JobState.FAILED, "document-format-error")),
        (8, ("none",), (), JobOutcome(JobState.FAILED, "aborted-by-system")),
        (7, (), (), JobOutcome(JobState.FAILED, "job-canceled")),
        (
            7,
            ("job-canceled-at-device",),
            (),
            JobOutcome(JobState.FAILED, "job-canceled-at-device"),
        ),
        (3, (), (), JobOutcome(JobState.QUEUED)),
        (3, ("printer-stopped",), (), JobOutcome(JobState.QUEUED, "stopped")),
        (
            4,
            ("job-hold-until-specified",),
            (),
            JobOutcome(JobState.QUEUED, "job-hold-until-specified"),
        ),
        (5, ("job-printing",), (), JobOutcome(JobState.PRINTING)),
        (5, (), ("media-empty-error",), JobOutcome(JobState.PRINTING, "media-empty")),
        (5, (), ("media-needed",), JobOutcome(JobState.PRINTING, "media-needed")),
        (6, (), ("cover-open-error", "paused"), JobOutcome(JobState.PRINTING, "cover-open")),
        (6, (), (), JobOutcome(JobState.PRINTING, "stopped")),
        (6, (), ("paused",), JobOutcome(JobState.PRINTING, "stopped")),
        (77, (), (), JobOutcome(JobState.UNKNOWN, "garbled")),
    ],
)  # fmt: skip
def test_a_jobs_state_in_the_counters_words(
    number: int, reasons: tuple[str, ...], printer_reasons: tuple[str, ...], expected: JobOutcome
) -> None:
    step = job_attributes(number, *reasons, printer_reasons=printer_reasons or ("none",))
    with IppServer(step) as server:
        assert printer_at(server).outcome(PrintJob("3:ab12")) == expected


@pytest.mark.parametrize("status", [Status.NOT_FOUND, Status.GONE])
def test_a_job_the_server_does_not_know_is_unknown(status: Status) -> None:
    with IppServer(says(answer(status))) as server:
        assert printer_at(server).outcome(PrintJob("3:ab")) == JobOutcome(JobState.UNKNOWN, "gone")


def test_somebody_elses_job_of_the_same_number_is_not_ours() -> None:
    with IppServer(job_attributes(9, name="别的文件 0000")) as server:
        assert printer_at(server).outcome(PrintJob("3:ab")) == JobOutcome(JobState.UNKNOWN, "gone")


@pytest.mark.parametrize("name", ["", "x", "unknown:ab", "-3:ab", "９９:ab", "9" * 30 + ":ab"])
def test_an_id_that_is_none_is_unknown(name: str) -> None:
    with IppServer() as server:
        assert printer_at(server).outcome(PrintJob(name)).state is JobState.UNKNOWN


@pytest.mark.parametrize("step", [says_noise, half_an_answer, speaks_no_http, says(answer(0))])
def test_answers_that_are_none_raise_nothing(step: Step) -> None:
    with IppServer(step, step) as server:
        printer = printer_at(server, timeout_s=2)
        assert printer.outcome(PrintJob("3:ab")).state is JobState.UNKNOWN
        assert printer.state() is PrinterState.MISSING


@given(
    st.lists(
        st.builds(
            Attribute,
            st.sampled_from(
                ["job-state", "job-state-reasons", "job-name", "printer-state-reasons"]
            ),
            st.lists(
                st.one_of(
                    st.builds(ipp.Value, st.just(Tag.ENUM), st.integers(-5, 20)),
                    st.builds(ipp.Value, st.just(Tag.KEYWORD), st.text(max_size=9)),
                    st.builds(ipp.Value, st.just(Tag.NO_VALUE), st.none()),
                ),
                min_size=1,
                max_size=3,
            ).map(tuple),
        ),
        max_size=5,
    ),
    st.sampled_from([GroupTag.JOB, GroupTag.PRINTER]),
    st.integers(0, 0x600),
)
def test_odd_attributes_never_raise_and_never_make_a_paper_printed(
    attributes: list[Attribute], tag: GroupTag, status: int
) -> None:
    printer = CupsPrinter("hall", "/nowhere")
    reply = answer(status, Group(tag, tuple(attributes)))
    with mock.patch.object(printer_cups, "exchange", return_value=reply):
        outcome = printer.outcome(PrintJob("3:ab"))
        assert isinstance(printer.state(), PrinterState)
    if outcome.state is JobState.COMPLETED:
        states = [a.values[0].content for a in attributes if a.name == "job-state"]
        assert states[0] == 9
        assert status < 0x100


@pytest.mark.parametrize(
    ("state", "accepting", "reasons", "expected"),
    [
        (3, True, ("none",), PrinterState.READY),
        (4, True, (), PrinterState.READY),
        (3, True, ("cups-insecure-filter-warning",), PrinterState.READY),
        (3, True, ("toner-empty-warning",), PrinterState.READY),
        (3, True, ("media-low-report",), PrinterState.LOW),
        (3, True, ("media-low",), PrinterState.LOW),
        (4, True, ("media-empty-warning",), PrinterState.OUT),
        (5, True, ("media-needed-error", "paused"), PrinterState.OUT),
        (5, True, ("paused",), PrinterState.STOPPED),
        (5, True, ("none",), PrinterState.STOPPED),
        (3, False, ("none",), PrinterState.STOPPED),
        (3, True, ("offline-report",), PrinterState.STOPPED),
        (4, True, ("connecting-to-device",), PrinterState.STOPPED),
        (3, True, ("marker-supply-empty",), PrinterState.STOPPED),
        (3, True, ("media-low", "cover-open-error"), PrinterState.STOPPED),
        (3, True, ("com.maker-strange-error",), PrinterState.STOPPED),
    ],
)
def test_a_printers_state_in_the_counters_words(
    state: int, accepting: bool, reasons: tuple[str, ...], expected: PrinterState
) -> None:
    attributes = [
        Attribute.of("printer-state", Tag.ENUM, state),
        Attribute.of("printer-is-accepting-jobs", Tag.BOOLEAN, accepting),
    ]
    if reasons:
        attributes.append(Attribute.of("printer-state-reasons", Tag.KEYWORD, *reasons))
    assert printer_state(Group(GroupTag.PRINTER, tuple(attributes))) is expected


# A real CUPS ----------------------------------------------------------------------------------


@pytest.fixture
def cups() -> Iterator[CupsServer]:
    if CUPSD is None:
        pytest.skip(HOW_TO_INSTALL)
    with CupsServer() as server:
        server.add_queue("hall")
        yield server


@pytest.fixture
def printer(cups: CupsServer) -> CupsPrinter:
    return CupsPrinter("hall", cups.socket)


def number_of(job: PrintJob) -> str:
    return job.id.partition(":")[0]


def begins(cups: CupsServer, job: PrintJob) -> None:
    wait_until(lambda: cups.started(number_of(job)), "the printer has begun the job")


def becomes(
    printer: CupsPrinter, job: PrintJob, state: JobState, reason: str | None = None
) -> None:
    last: list[JobOutcome] = []

    def is_so() -> bool:
        last[:] = [printer.outcome(job)]
        return last[0].state is state and reason in (None, last[0].reason)

    try:
        wait_until(is_so, f"{state} {reason or ''}")
    except AssertionError as error:
        raise AssertionError(f"{error}; last {last}") from None


@pytest.mark.cups
def test_a_paper_comes_out_whole(cups: CupsServer, printer: CupsPrinter) -> None:
    assert printer.state() is PrinterState.READY
    job = printer.submit(PAPER, title=TITLE)
    becomes(printer, job, JobState.COMPLETED, "")
    assert (cups.printed / f"{number_of(job)}.pdf").read_bytes() == PAPER
    assert printer.state() is PrinterState.READY


@pytest.mark.cups
def test_the_socket_and_the_port_lead_to_the_same_queue(cups: CupsServer) -> None:
    printer = CupsPrinter("hall", f"127.0.0.1:{cups.port}")
    job = printer.submit(PAPER, title=TITLE)
    becomes(CupsPrinter("hall", cups.socket), job, JobState.COMPLETED)


@pytest.mark.cups
def test_a_job_stopped_on_its_way_is_not_printed_until_it_resumes(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.set("hold", on=True)
    job = printer.submit(PAPER, title=TITLE)
    begins(cups, job)
    becomes(printer, job, JobState.PRINTING, "")
    cups.run("cupsdisable", "hall")
    becomes(printer, job, JobState.QUEUED, "stopped")
    assert printer.state() is PrinterState.STOPPED
    assert not list(cups.printed.iterdir())
    cups.set("hold", on=False)
    cups.run("cupsenable", "hall")
    becomes(printer, job, JobState.COMPLETED, "")
    assert len(list(cups.printed.iterdir())) == 1


@pytest.mark.cups
def test_out_of_paper_is_told_and_ends_when_there_is_paper(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.set("paper-out", on=True)
    job = printer.submit(PAPER, title=TITLE)
    becomes(printer, job, JobState.PRINTING, "media-empty")
    assert printer.state() is PrinterState.OUT
    cups.set("paper-out", on=False)
    becomes(printer, job, JobState.COMPLETED, "")
    assert printer.state() is PrinterState.READY


@pytest.mark.cups
def test_a_cancelled_job_failed(cups: CupsServer, printer: CupsPrinter) -> None:
    cups.set("hold", on=True)
    job = printer.submit(PAPER, title=TITLE)
    begins(cups, job)
    cups.run("cancel", number_of(job))
    becomes(printer, job, JobState.FAILED)
    assert printer.outcome(job).reason.startswith("job-canceled")
    assert not list(cups.printed.iterdir())


@pytest.mark.cups
def test_a_printer_that_fails_is_not_a_printed_paper(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.set("fail", on=True)
    job = printer.submit(PAPER, title=TITLE)
    becomes(printer, job, JobState.FAILED, "aborted-by-system")


@pytest.mark.cups
def test_a_queue_that_vanishes_under_a_job_does_not_print_it(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.set("hold", on=True)
    job = printer.submit(PAPER, title=TITLE)
    begins(cups, job)
    cups.run("lpadmin", "-x", "hall")
    becomes(printer, job, JobState.FAILED, "job-canceled-by-user")
    assert not list(cups.printed.iterdir())
    assert printer.state() is PrinterState.MISSING
    with pytest.raises(PrinterError) as raised:
        printer.submit(PAPER, title=TITLE)
    assert raised.value.code == "printer.missing"


@pytest.mark.cups
@pytest.mark.skipif(CUPSD is None, reason=HOW_TO_INSTALL)
def test_a_job_of_a_server_that_keeps_no_history_is_unknown_not_printed() -> None:
    with CupsServer(keeps_history=False) as cups:
        cups.add_queue("hall")
        printer = CupsPrinter("hall", cups.socket)
        job = printer.submit(PAPER, title=TITLE)
        becomes(printer, job, JobState.UNKNOWN, "gone")
        wait_until(lambda: bool(list(cups.printed.glob("*.pdf"))), "the paper came out")


@pytest.mark.cups
def test_a_server_killed_under_a_job_is_asked_again_when_it_is_back(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.set("hold", on=True)
    job = printer.submit(PAPER, title=TITLE)
    begins(cups, job)
    cups.kill()
    assert printer.outcome(job) == JobOutcome(JobState.UNKNOWN, "unreachable")
    assert printer.state() is PrinterState.MISSING
    with pytest.raises(PrinterError) as raised:
        printer.submit(PAPER, title=TITLE)
    assert raised.value.code == "printer.unreachable"
    cups.set("hold", on=False)
    cups.start()
    becomes(printer, job, JobState.COMPLETED, "")
    assert printer.state() is PrinterState.READY


@pytest.mark.cups
def test_a_queue_that_takes_no_jobs_refuses(cups: CupsServer, printer: CupsPrinter) -> None:
    cups.run("cupsreject", "hall")
    with pytest.raises(PrinterError) as raised:
        printer.submit(PAPER, title=TITLE)
    assert raised.value.code == "printer.refused"
    assert printer.state() is PrinterState.STOPPED
    cups.run("cupsaccept", "hall")
    becomes(printer, printer.submit(PAPER, title=TITLE), JobState.COMPLETED)


@pytest.mark.cups
def test_a_stopped_queue_keeps_the_paper_until_it_runs(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    cups.run("cupsdisable", "hall")
    job = printer.submit(PAPER, title=TITLE)
    assert printer.outcome(job) == JobOutcome(JobState.QUEUED, "stopped")
    cups.run("cupsenable", "hall")
    becomes(printer, job, JobState.COMPLETED)


@pytest.mark.cups
def test_a_held_job_is_queued(cups: CupsServer, printer: CupsPrinter) -> None:
    cups.run("lpadmin", "-p", "hall", "-o", "job-hold-until-default=indefinite")
    job = printer.submit(PAPER, title=TITLE)
    assert printer.outcome(job) == JobOutcome(JobState.QUEUED, "job-hold-until-specified")


@pytest.mark.cups
def test_a_queue_that_is_not_there_is_missing(cups: CupsServer) -> None:
    for queue in ("other", "没有", "a/b?c#d", ""):
        printer = CupsPrinter(queue, cups.socket)
        assert printer.state() is PrinterState.MISSING
        with pytest.raises(PrinterError) as raised:
            printer.submit(PAPER, title=TITLE)
        assert raised.value.code == "printer.missing", queue


@pytest.mark.cups
def test_a_job_cut_off_within_its_paper_never_prints(
    cups: CupsServer, printer: CupsPrinter
) -> None:
    with mock.patch.object(printer_cups, "exchange", _cut_within_the_paper):
        job = printer.submit(BIG_PAPER, title=TITLE)
    becomes(printer, job, JobState.FAILED)
    assert not list(cups.printed.iterdir())


def _cut_within_the_paper(
    address: ServerAddress, path: str, message: ipp.Message, *, timeout_s: float
) -> ipp.Message:
    """The real exchange, but the line breaks after half of a paper."""
    if message.code != Operation.SEND_DOCUMENT:
        return ipp_exchange(address, path, message, timeout_s=timeout_s)
    body = ipp.encode(message)
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address.socket_path)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    raise printer_cups.IppLost(whole=False)


ipp_exchange = printer_cups.exchange


def _operation_group(message: ipp.Message) -> Group:
    group = message.group(GroupTag.OPERATION)
    assert group is not None
    return group


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
