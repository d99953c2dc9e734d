"""The ticket printer against a simulated one over TCP: what is on the paper, and what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from counter_app.devices.printer_escpos import EscPosPrinter
from counter_app.devices.simulators.ticket_printer import SimulatedTicketPrinter
from counter_app.errors import PaperError, PrinterError
from counter_app.ports import JobState, PrinterState
from counter_app.ports.ticketing import TicketFacts
from counter_app.vision.code_reader import read_codes
from printing.tickets import ticket_bytes

FACTS = TicketFacts(
    hall="市民之家",
    numbers=(("A012", "企业开办"),),
    ahead=7,
    expected_wait_s=901,
    taken_at=datetime(2026, 11, 27, 10, 24),
    visit="0b52a2f4-9f8f-4f37-9a3f-3d3fdbd0a001",
    name="㛃𠮷*",
)


@pytest.fixture(scope="module")
def ticket():
    return ticket_bytes(FACTS)


@pytest.fixture
def simulated(tmp_path):
    with SimulatedTicketPrinter(tmp_path / "tickets") as one:
        yield one
        assert one.garbage == 0


@pytest.fixture
def printer(simulated):
    return EscPosPrinter(simulated.host, simulated.port, timeout_s=0.5, print_timeout_s=2)


def opened(path):
    with Image.open(path) as image:
        return np.array(image.convert("L"))


def ink(image):
    return int((image < 128).sum())


def test_a_ticket_comes_out_whole_and_its_code_opens_the_visit(simulated, printer, ticket):
    assert printer.put_out(ticket).state is JobState.COMPLETED
    (picture,) = simulated.tickets()
    image = opened(picture)
    assert image.shape[1] == 576
    assert any(FACTS.visit in str(code) for code in read_codes(image)), "the code can be read"


def test_name_and_number_are_in_the_picture(simulated, printer, ticket):
    printer.put_out(ticket)
    printer.put_out(ticket_bytes(replace(FACTS, name="")))
    printer.put_out(ticket_bytes(replace(FACTS, numbers=(("    ", "企业开办"),))))
    with_name, without, no_number = (opened(one) for one in simulated.tickets())
    assert len(with_name) > len(without)
    assert ink(with_name) - ink(without) > 300, "both rare characters are drawn"
    assert ink(with_name) - ink(no_number) > 8000, "the number is big"
    assert b"A012" in ticket


def test_a_character_without_a_glyph_is_no_ticket():
    with pytest.raises(PaperError):
        ticket_bytes(replace(FACTS, name="\ue000"))


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [("out", "media-empty", PrinterState.OUT), ("cover", "cover-open", PrinterState.STOPPED)],
)
def test_a_printer_that_cannot_print_is_sent_nothing(
    simulated, printer, ticket, state, reason, told
):
    simulated.be(state)
    assert printer.state() is told
    with pytest.raises(PrinterError) as caught:
        printer.put_out(ticket)
    assert caught.value.facts["reason"] == reason
    simulated.be("ready")
    assert simulated.tickets() == []


def test_paper_that_ends_within_the_ticket_is_a_failure_and_nothing_comes_later(
    simulated, printer, ticket
):
    simulated.be("runs_out")
    outcome = printer.put_out(ticket)
    assert (outcome.state, outcome.reason) == (JobState.FAILED, "media-empty")
    simulated.be("ready")
    assert printer.put_out(ticket).state is JobState.COMPLETED
    assert len(simulated.tickets()) == 1, "the old one is forgotten"


def test_a_reset_within_the_ticket_is_unknown(simulated, printer, ticket):
    simulated.be("reset")
    assert printer.put_out(ticket).state is JobState.UNKNOWN


@pytest.mark.parametrize("state", ["dead", "mute"])
def test_a_printer_that_is_not_there_took_nothing(simulated, printer, ticket, state):
    simulated.be(state)
    assert printer.state() is PrinterState.MISSING
    with pytest.raises(PrinterError, match="unreachable"):
        printer.put_out(ticket)


def test_low_paper_prints_and_is_told(simulated, printer, ticket):
    simulated.be("low")
    assert printer.state() is PrinterState.LOW
    assert printer.put_out(ticket).state is JobState.COMPLETED
