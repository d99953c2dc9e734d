"""From a card to an item on the desk: what is asked of the platform, and what if not."""

import pytest
from fakes import (
    CARD,
    MORNING,
    NUMBER,
    OTHER_NUMBER,
    SESSION,
    FakePlatform,
    SetClock,
    audit_lines,
    item,
    licence,
    open_store,
    person,
    preapplication,
    summary,
)

from counter_app.domain.licence import Holder
from counter_app.domain.preapplication import OnlineApplicant
from counter_app.domain.visit import Lookup, VisitState
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    VisitError,
)
from counter_app.services.reception import Reception

ITEM = item(CARD)
OFFLINE = PlatformUnreachable("platform.unreachable")
PRE = preapplication()


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def reception(store):
    def built(**answers):
        platform = FakePlatform(**{"item": ITEM, "claim": PRE, "release": PRE, **answers})
        return Reception(platform, store, SetClock()), platform

    return built


def refused(code="platform.refused", **facts):
    return PlatformRefused(code, **facts)


def test_receiving_asks_nobody(reception):
    desk, platform = reception()
    visit = desk.receive(person())
    assert (visit.state, visit.lookup) == (VisitState.RECEIVED, Lookup.ASKING)
    assert (visit.identity, visit.received_at) == (person(), MORNING)
    assert platform.calls == []


def test_the_look_up_names_the_holder_and_a_purpose_in_every_question(reception):
    desk, platform = reception(licences=(licence(),), preapplications=(PRE,))
    knowledge = desk.look_up(person(number=" ９９０３０２199001010016 "), SESSION)
    assert (knowledge.licences, knowledge.preapplications) == ((licence(),), (PRE,))
    assert platform.names() == ["records"], "one question: a window may be far from its platform"
    for _, _, asked in platform.calls:
        assert (asked["kind"], asked["number"]) == ("resident", NUMBER)
        assert asked["purpose"].strip()


def test_a_look_at_a_person_is_audited_without_the_person(reception, store):
    desk, _ = reception()
    desk.look_up(person(), SESSION)
    lines = audit_lines(store, "at", "operator", "window", "act", "object", "result", "detail")
    assert [line[3:6] for line in lines] == [
        ("receive", "resident", "card"),
        ("look_up", "resident", "answered"),
    ]
    assert lines[0][6] == person().sam_id
    assert NUMBER not in str(lines)
    assert "测试" not in str(lines)


@pytest.mark.parametrize(
    ("failing", "code"),
    [
        ({"preapplications": OFFLINE}, "platform.unreachable"),
        ({"licences": PlatformError("platform.fault")}, "platform.fault"),
        ({"cases": refused("platform.session_ended")}, "platform.session_ended"),
    ],
)
def test_an_unanswered_look_up_says_why_and_is_audited(reception, store, failing, code):
    desk, _ = reception(**failing)
    with pytest.raises(PlatformError) as failure:
        desk.look_up(person(), SESSION)
    assert failure.value.code == code
    assert audit_lines(store)[-1] == ("look_up", "resident", code)


@pytest.mark.parametrize(
    ("answers", "differs"),
    [
        ({}, False),
        ({"preapplications": (PRE,)}, False),
        ({"licences": (licence(holder=Holder("resident", NUMBER, "测试假")),)}, True),
        (
            {
                "preapplications": (
                    preapplication(applicant=OnlineApplicant("resident", "测试假", NUMBER)),
                )
            },
            True,
        ),
        ({"licences": (licence(holder=Holder("resident", NUMBER)),)}, False),
    ],
)
def test_the_platforms_other_name_for_the_number_is_noticed(reception, answers, differs):
    desk, _ = reception(**answers)
    assert desk.look_up(person(), SESSION).name_differs is differs


def test_taking_up_claims_first_and_asks_for_the_licences_of_this_item(reception, store):
    desk, platform = reception(licences=(licence(),))
    taken_up = desk.take_up_preapplication(person(), PRE, SESSION)
    assert platform.names() == ["claim", "item", "licences"]
    asked = platform.asked("licences")[0]
    assert (asked["number"], asked["item"]) == (NUMBER, "item-1")
    assert "试验事项" in asked["purpose"]
    assert (taken_up.item, taken_up.licences, taken_up.preapplication) == (ITEM, (licence(),), PRE)
    assert taken_up.licences_code == ""
    assert taken_up.case_id[14] == "7"
    assert [line[0] for line in audit_lines(store)] == ["claim", "take_up"]


def test_two_items_taken_up_are_two_cases(reception):
    desk, _ = reception()
    ids = {desk.take_up_item(person(), "item-1", SESSION).case_id for _ in range(20)}
    assert len(ids) == 20


def test_another_persons_pre_application_is_not_even_claimed(reception):
    desk, platform = reception()
    with pytest.raises(VisitError) as illegal:
        desk.take_up_preapplication(person(number=OTHER_NUMBER), PRE, SESSION)
    assert illegal.value.code == "visit.illegal_step"
    assert platform.calls == []


def test_what_changed_meanwhile_is_read_again_once(reception):
    fresh = preapplication(etag='"2"')
    desk, platform = reception(
        claim=[refused("platform.changed_meanwhile"), fresh], preapplication_by_code=fresh
    )
    assert desk.take_up_preapplication(person(), PRE, SESSION).preapplication == fresh
    claims = [arguments for name, arguments, _ in platform.calls if name == "claim"]
    assert [claim[0].etag for claim in claims] == ['"1"', '"2"']
    assert claims[0][2] != claims[1][2], "another body needs another key"


def test_what_keeps_changing_is_told(reception, store):
    desk, _ = reception(
        claim=refused("platform.changed_meanwhile"), preapplication_by_code=preapplication()
    )
    with pytest.raises(PlatformRefused) as changed:
        desk.take_up_preapplication(person(), PRE, SESSION)
    assert changed.value.code == "platform.changed_meanwhile"
    assert audit_lines(store) == [("claim", "pre-1", "platform.changed_meanwhile")]


def test_another_windows_claim_is_told_with_the_window(reception):
    desk, _ = reception(claim=refused("platform.claimed_elsewhere", window="04"))
    with pytest.raises(PlatformRefused) as elsewhere:
        desk.take_up_preapplication(person(), PRE, SESSION)
    assert elsewhere.value.facts["window"] == "04"


@pytest.mark.parametrize(
    "answers",
    [{"item": OFFLINE}, {"item": refused("platform.not_found")}, {"licences": refused()}],
    ids=["offline", "gone", "licences refused"],
)
def test_a_claim_without_an_item_is_given_back(reception, store, answers):
    desk, platform = reception(**answers)
    with pytest.raises((VisitError, PlatformRefused)):
        desk.take_up_preapplication(person(), PRE, SESSION)
    assert platform.names()[-1] == "release"
    assert audit_lines(store)[-1] == ("release", "pre-1", "done")


def test_offline_the_item_as_last_seen_is_taken_up_and_the_licences_say_why(reception, store):
    desk, _ = reception()
    desk.take_up_item(person(), "item-1", SESSION)
    desk, _ = reception(item=OFFLINE, licences=PlatformUnreachable("platform.timeout"))
    taken_up = desk.take_up_item(person(), "item-1", SESSION)
    assert (taken_up.item, taken_up.licences) == (ITEM, ())
    assert taken_up.licences_code == "platform.timeout"
    assert audit_lines(store)[-1] == ("take_up", "item-1", "platform.timeout")


def test_an_item_never_seen_cannot_be_taken_up_offline(reception):
    desk, _ = reception(item=OFFLINE)
    with pytest.raises(VisitError) as unknown:
        desk.take_up_item(person(), "item-1", SESSION)
    assert (unknown.value.code, unknown.value.facts["cause"]) == (
        "visit.item_unknown",
        "platform.unreachable",
    )


def test_putting_back_never_fails_for_the_platform(reception, store):
    desk, _ = reception()
    taken_up = desk.take_up_preapplication(person(), PRE, SESSION)
    desk, platform = reception(release=OFFLINE)
    desk.put_back(taken_up, SESSION)
    assert platform.names() == ["release"]
    assert audit_lines(store)[-2:] == [
        ("release", "pre-1", "platform.unreachable"),
        ("put_back", "item-1", "done"),
    ]


def test_putting_back_an_item_nobody_applied_for_releases_nothing(reception):
    desk, platform = reception()
    taken_up = desk.take_up_item(person(), "item-1", SESSION)
    desk.put_back(taken_up, SESSION)
    assert "release" not in platform.names()


def test_items_are_found_offline_by_name_initials_and_code(reception):
    desk, _ = reception(items=(summary(ITEM),))
    assert desk.keep_items() == 1
    assert desk.keep_items() == 0, "what is known in this version is not asked for again"
    offline, _ = reception(items=OFFLINE)
    for query in ("试验", "SYSX", "item-1", "", "  "):
        assert offline.search_items(query) == (summary(ITEM),)
    assert offline.search_items("婚姻") == ()


def test_a_new_version_of_an_item_is_kept(reception, store):
    desk, _ = reception(items=(summary(ITEM),))
    desk.keep_items()
    newer = item(CARD, version=5)
    desk, _ = reception(items=(summary(newer),), item=newer)
    assert desk.keep_items() == 1
    assert store.kept_item("item-1") == newer


def test_a_refused_search_is_no_offline_search(reception):
    desk, _ = reception(items=refused("platform.not_allowed"))
    with pytest.raises(PlatformRefused):
        desk.search_items("")


def test_showing_the_whole_number_is_audited_with_its_reason(reception, store):
    desk, _ = reception()
    desk.reveal(SESSION, "核对证件")
    assert audit_lines(store, "operator", "act", "object", "detail") == [
        ("clerk-1", "reveal", "applicant", "核对证件")
    ]
