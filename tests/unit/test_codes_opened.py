"""What a scanned code asks the platform, what a clear no means for it, and what the audit keeps."""

import json

import pytest
from fakes import (
    MORNING,
    NUMBER,
    SESSION,
    FakePlatform,
    SetClock,
    audit_lines,
    item,
    licence,
    open_store,
    preapplication,
)

from counter_app.domain.case import CaseProgress
from counter_app.domain.codes import CodeKind, Meaning
from counter_app.domain.identity import DocumentKind, Source
from counter_app.domain.licence import Holder, Presented
from counter_app.domain.preapplication import OnlineApplicant, PreapplicationState
from counter_app.domain.ticket import HallVisit, TicketPaper
from counter_app.domain.visit import TakenUp
from counter_app.errors import (
    CodeError,
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    TicketRefused,
)
from counter_app.platform_link.calling import HttpQueue
from counter_app.platform_link.exchange import Answer
from counter_app.platform_link.tickets_told import CHECKING_IN
from counter_app.services.codes import Codes
from hall_platform.acts import acts
from hall_platform.problems import kinds
from ui.assembly import load_code_book
from ui.messages import message

PRE = preapplication()
PREAPPLICATION = Meaning(CodeKind.PREAPPLICATION, "平台", {"code": "A1B2C3"})
PRESENTATION = Meaning(CodeKind.PRESENTATION, "电子证照", {"code": "YZ0"})
LICENCE = Meaning(CodeKind.BUSINESS_LICENCE, "营业执照", {"credit_code": "11990302MB0A0007XX"})
RECEIPT = Meaning(CodeKind.RECEIPT, "通知书", {"number": "990302", "query_code": "K7M2P9QX"})
TICKET = Meaning(CodeKind.TICKET, "号票", {"visit": "v-1"})
APPOINTMENT = Meaning(CodeKind.APPOINTMENT, "预约", {"code": "22223333"})
VISIT = HallVisit("v-1", TicketPaper.PENDING, (), 0, 0)
PROGRESS = CaseProgress(
    "990302", "试验事项", "accepted", "已受理", MORNING, MORNING, None, False, ()
)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def codes(store):
    def built(**answers):
        platform = FakePlatform(**answers)
        return Codes(load_book(), platform, platform, store, SetClock()), platform

    return built


def load_book():
    from pathlib import Path

    from counter_app.settings import loads

    return load_code_book(loads({}, data_dir=Path("unused")))


def refused(problem, code="platform.refused", **facts):
    return PlatformRefused(code, problem=problem, **facts)


def test_a_pre_application_opens_with_who_applied(codes, store):
    desk, platform = codes(preapplication_by_code=PRE)
    identity, found = desk.preapplication(desk.meaning(b"HCPRE:A1B2C3\r\n"), SESSION)
    assert found == PRE
    assert (identity.name, identity.number) == ("测试甲", NUMBER)
    assert (identity.kind, identity.source) == (DocumentKind.RESIDENT, Source.CODE)
    assert platform.calls[0][1] == ("A1B2C3",)
    assert platform.asked("preapplication_by_code")[0]["purpose"]
    assert audit_lines(store) == [("open_code", "preapplication", "answered")]


def test_an_unknown_payload_asks_nobody(codes, store):
    desk, platform = codes()
    with pytest.raises(CodeError):
        desk.meaning(b"https://example.invalid/")
    assert platform.calls == []
    assert audit_lines(store) == []


@pytest.mark.parametrize("state", [PreapplicationState.ACCEPTED, PreapplicationState.WITHDRAWN])
def test_a_pre_application_that_was_used_up(codes, state):
    desk, _ = codes(preapplication_by_code=preapplication(state=state))
    with pytest.raises(CodeError) as unusable:
        desk.preapplication(PREAPPLICATION, SESSION)
    assert (unusable.value.code, unusable.value.facts["state"]) == ("code.used", state.value)


def test_an_applicant_of_an_unheard_of_kind_is_an_answer_that_makes_no_sense(codes):
    stranger = preapplication(applicant=OnlineApplicant("martian", "测试甲", NUMBER))
    desk, _ = codes(preapplication_by_code=stranger)
    with pytest.raises(PlatformError) as garbled:
        desk.preapplication(PREAPPLICATION, SESSION)
    assert garbled.value.code == "platform.garbled"


ASKED = [
    ("preapplication_by_code", lambda desk: desk.preapplication(PREAPPLICATION, SESSION)),
    ("redeem", lambda desk: desk.present(PRESENTATION, None, SESSION)),
    ("progress", lambda desk: desk.progress(RECEIPT, SESSION)),
    ("visit", lambda desk: desk.ticket(TICKET, SESSION)),
]
NOES = [
    (refused("not-found", "platform.not_found"), "code.not_found"),
    (refused("invalid-request"), "code.not_found"),
    (refused("elsewhere", "platform.elsewhere", place="东试县大厅"), "code.elsewhere"),
    (refused("presentation-refused"), "code.presentation_over"),
    (refused("session-ended", "platform.session_ended"), "platform.session_ended"),
    (PlatformUnreachable("platform.unreachable"), "platform.unreachable"),
]


@pytest.mark.parametrize(("no", "code"), NOES, ids=[code for _, code in NOES])
@pytest.mark.parametrize(("question", "ask"), ASKED, ids=[name for name, _ in ASKED])
def test_every_no_is_told_as_what_it_means_and_audited_as_it_came(
    codes, store, question, ask, no, code
):
    desk, _ = codes(**{question: no})
    with pytest.raises((CodeError, PlatformError)) as failure:
        ask(desk)
    assert failure.value.code == code
    if code == "code.elsewhere":
        assert failure.value.facts["place"] == "东试县大厅"
    assert [line[2] for line in audit_lines(store)] == [no.code]
    assert NUMBER not in str(audit_lines(store))


def test_a_presentation_is_asked_for_with_the_item_and_case_on_the_desk(codes, store):
    shown = Presented("p-1", "办理", (licence(),))
    desk, platform = codes(redeem=shown)
    taken_up = TakenUp(item(), case_id="019f0000-0000-7000-8000-00000000000a")
    holder, given = desk.present(PRESENTATION, taken_up, SESSION)
    assert given == shown
    assert (holder.number, holder.source) == (NUMBER, Source.CODE)
    asked = platform.asked("redeem")[0]
    assert (asked["item"], asked["case"]) == ("item-1", taken_up.case_id)
    desk.present(PRESENTATION, None, SESSION)
    asked = platform.asked("redeem")[1]
    assert (asked["item"], asked["case"]) == (None, None)
    assert audit_lines(store)[0] == ("open_code", "presentation", "answered")


def test_a_presentation_whose_answer_is_lost_is_asked_for_again_under_its_key(codes):
    shown = Presented("p-1", "办理", (licence(),))
    desk, platform = codes(redeem=[PlatformUnreachable("platform.timeout"), shown])
    assert desk.present(PRESENTATION, None, SESSION)[1] == shown
    first, second = platform.asked("redeem")
    assert first["key"] == second["key"]


def test_a_presentation_is_its_persons_before_its_organisations(codes):
    firm = licence(identifier="firm", holder=Holder("organisation", "11990302MB0A0007XX", "小店"))
    desk, _ = codes(redeem=Presented("p-1", "办理", (firm, licence())))
    assert desk.present(PRESENTATION, None, SESSION)[0].number == NUMBER
    desk, _ = codes(redeem=Presented("p-1", "办理", (firm,)))
    assert desk.present(PRESENTATION, None, SESSION)[0].kind is DocumentKind.ORGANISATION


def test_a_presentation_of_nothing_any_more_says_so(codes):
    desk, _ = codes(redeem=Presented("p-1", "办理", ()))
    with pytest.raises(CodeError) as empty:
        desk.present(PRESENTATION, None, SESSION)
    assert empty.value.code == "code.presentation_empty"


def test_an_organisation_is_named_by_the_platform_or_not_at_all(codes):
    firm = licence(holder=Holder("organisation", "11990302MB0A0007XX", "测试小店"))
    desk, platform = codes(licences=(firm,))
    identity = desk.organisation(LICENCE, SESSION)
    assert (identity.kind, identity.name) == (DocumentKind.ORGANISATION, "测试小店")
    assert identity.source is Source.CODE
    assert platform.asked("records")[0]["kind"] == "organisation"
    desk, _ = codes()
    assert desk.organisation(LICENCE, SESSION).name == ""


def test_a_receipt_asks_with_number_and_query_code(codes):
    desk, platform = codes(progress=PROGRESS)
    assert desk.progress(RECEIPT, SESSION) == PROGRESS
    assert platform.calls[0][1] == ("990302", "K7M2P9QX")


def test_a_check_in_keeps_the_number_by_heart(codes):
    desk, platform = codes(check_in=VISIT)
    assert desk.check_in(APPOINTMENT, SESSION) == VISIT
    assert platform.names() == ["check_in", "keep"]
    (_, (code, key), _), (_, (visit, kept), _) = platform.calls
    assert (code, visit) == ("22223333", "v-1")
    assert key != kept


class RefusingLink:
    """A link over which every act is answered with this problem."""

    def __init__(self, problem):
        self._problem = {"type": "about:blank", "title": "不行", **problem}

    def act_of(self, _path, _act, _key):
        return b"{}", {}

    def as_clerk(self, *_arguments, **_more):
        status = self._problem["status"]
        return Answer(status, {}, json.dumps(self._problem).encode())


def checking_in(store, problem, **facts):
    """What somebody is told whose check-in the platform answers with that problem."""
    status = kinds()[problem].status
    queue = HttpQueue(RefusingLink({"code": problem, "status": status, **facts}))
    desk = Codes(load_book(), FakePlatform(), queue, store, SetClock())
    with pytest.raises(TicketRefused) as told:
        desk.check_in(APPOINTMENT, SESSION)
    return told.value


@pytest.mark.parametrize(("problem", "code"), sorted(CHECKING_IN.items()))
def test_why_an_appointment_is_not_checked_in(store, problem, code):
    failure = checking_in(store, problem, place="东试县政务服务中心")
    assert failure.code == code
    assert "{" not in message(failure.code, **failure.facts).what
    assert audit_lines(store) == [("open_code", "appointment", code)]


def test_an_appointment_of_another_hall_says_of_which(store):
    failure = checking_in(store, "elsewhere", place="东试县政务服务中心")
    assert "东试县政务服务中心" in message(failure.code, **failure.facts).what


def test_every_reason_the_platform_has_not_to_check_in_is_known_here():
    problems = acts()["check-in"].problems
    assert "too-late" in problems
    assert set(problems) <= set(CHECKING_IN)
