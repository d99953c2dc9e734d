"""By what each material is met (免提交), as a clerk and an applicant would notice."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import (
    CARD,
    FORM,
    LICENSED,
    NUMBER,
    OTHER_NUMBER,
    PERMIT,
    TODAY,
    item,
    licence,
    material,
    preapplication,
    upload,
)
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.checklist import (
    WITHOUT_PAPER,
    Applicant,
    Checklist,
    Evidence,
    Line,
    LineState,
    Means,
    decide,
)
from counter_app.domain.item import LicenceType
from counter_app.domain.licence import Holder, LicenceStatus

CARD_READ = Applicant(card_read=True, number=NUMBER)
TYPED = Applicant(card_read=False, number=NUMBER)
SHARED = material("M04", shared_data=("婚姻登记", "社保缴费"), original_seen=True)


def only_line(wanted, *, applicant=CARD_READ, **known):
    """The one line of an item that asks for one material."""
    (line,) = decide(item(wanted), applicant=applicant, **{"today": TODAY, **known}).lines
    return line


def test_a_card_that_was_read_meets_the_proof_of_identity():
    line = only_line(CARD)
    assert line.state is LineState.MET
    assert line.evidence == Evidence(Means.IDENTITY_CARD, trust_grade="A")
    assert line.met_without_paper


def test_a_number_that_was_typed_is_no_card():
    assert only_line(CARD, applicant=TYPED).state is LineState.MISSING


def test_a_valid_licence_of_a_type_asked_for_meets_it_by_its_identifier():
    line = only_line(PERMIT, licences=[licence(type_code="another"), licence()])
    assert line.state is LineState.MET
    assert line.evidence == Evidence(Means.LICENCE, licence().identifier, "A", "试验许可证")
    assert line.met_without_paper


@pytest.mark.parametrize(
    "changes",
    [
        {"status": LicenceStatus.EXPIRED},
        {"status": LicenceStatus.SUSPENDED},
        {"status": LicenceStatus.REVOKED},
        {"valid_to": date(2026, 11, 23)},  # the platform says valid, its last day was yesterday
        {"valid_from": date(2026, 11, 25)},
        {"type_code": LICENSED + "X"},
        {"holder": Holder("resident", OTHER_NUMBER, "测试乙")},
        {"holder": Holder("resident", OTHER_NUMBER, "测试甲")},  # the same name is not the same man
    ],
    ids=lambda changes: "-".join(str(value)[:24] for value in changes.values()),
)
def test_a_licence_that_does_not_count(changes):
    assert only_line(PERMIT, licences=[licence(**changes)]).state is LineState.MISSING


def test_a_licence_counts_through_its_last_day_and_from_its_first():
    for day in (date(2026, 11, 24), date(2026, 1, 1), date(2026, 12, 31)):
        assert only_line(PERMIT, licences=[licence()], today=day).state is LineState.MET


def test_the_holders_number_is_compared_as_numbers_are():
    line = only_line(
        PERMIT,
        applicant=Applicant(card_read=True, number=" ９９０３０２199001010016 "),
        licences=[licence()],
    )
    assert line.state is LineState.MET


def test_a_dead_licence_before_a_valid_one_does_not_hide_it():
    line = only_line(
        PERMIT, licences=[licence(status=LicenceStatus.REVOKED, identifier="old"), licence()]
    )
    assert line.evidence.reference == licence().identifier


def test_shared_data_that_was_found_meets_it_by_the_answers_reference():
    line = only_line(SHARED, shared_data={"社保缴费": "ref-7"})
    assert line.evidence == Evidence(Means.SHARED_DATA, "ref-7", "A", "社保缴费")
    assert line.met_without_paper
    assert only_line(SHARED, shared_data={"别的": "ref-8"}).state is LineState.MISSING


@pytest.mark.parametrize("grade", ["A", "B", "D"])
def test_an_upload_of_a_grade_that_stands_by_itself(grade):
    line = only_line(FORM, preapplication=preapplication(upload("M03", grade)))
    assert line.state is LineState.MET
    assert line.evidence == Evidence(Means.UPLOAD, "ab" * 32, grade, "M03.pdf")
    assert line.met_without_paper


def test_an_upload_of_grade_c_wants_its_original_and_becomes_b_when_it_was_seen():
    known = {"preapplication": preapplication(upload("M03", "C"))}
    wanted = only_line(FORM, **known)
    assert wanted.state is LineState.ORIGINAL_WANTED
    assert not wanted.met_without_paper
    seen = only_line(FORM, originals_seen=["M03"], **known)
    assert (seen.state, seen.evidence.trust_grade) == (LineState.MET, "B")
    assert seen.evidence.original_compared


def test_an_upload_of_a_material_whose_original_must_be_seen_in_any_case():
    strict = replace(FORM, needs_original=True)
    known = {"preapplication": preapplication(upload("M03", "A"))}
    assert only_line(strict, **known).state is LineState.ORIGINAL_WANTED
    assert only_line(strict, originals_seen=["M03"], **known).state is LineState.MET


def test_an_upload_for_a_material_that_may_not_be_uploaded_counts_nothing():
    paper = material("M03", original_seen=True)
    line = only_line(paper, preapplication=preapplication(upload("M03", "A")))
    assert (line.state, line.evidence) == (LineState.MISSING, None)


def test_an_original_handed_over_at_the_window():
    line = only_line(FORM, originals_seen=["M03"])
    assert (line.state, line.evidence) == (LineState.MET, Evidence(Means.ORIGINAL_SEEN, "", "B"))
    assert not line.met_without_paper


def test_an_original_counts_only_where_the_items_list_allows_it():
    line = only_line(material("M03", upload=True), originals_seen=["M03"])
    assert line.state is LineState.MISSING


def test_what_is_not_required_and_not_there_keeps_nothing_back():
    voluntary = replace(FORM, required=False)
    checklist = decide(item(voluntary), applicant=CARD_READ, today=TODAY)
    assert checklist.lines[0].state is LineState.OPTIONAL
    assert checklist.complete


def test_what_is_not_required_but_there_is_listed():
    line = only_line(
        replace(FORM, required=False), preapplication=preapplication(upload("M03", "D"))
    )
    assert line.state is LineState.MET


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        (CARD, {}),
        (PERMIT, {"licences": [licence()]}),
        (SHARED, {"shared_data": {"婚姻登记": "ref-1"}}),
        (FORM, {"preapplication": preapplication(upload("M03", "A"))}),
    ],
    ids=["card", "licence", "shared data", "upload"],
)
def test_paper_asked_for_with_a_reason_takes_the_place_of_what_would_meet_it(wanted, known):
    reasons = {"paper_reasons": {wanted.code: "证照照片模糊"}}
    assert only_line(wanted, **known).met_without_paper
    missing = only_line(wanted, **known, **reasons)
    assert (missing.state, missing.paper_reason) == (LineState.MISSING, "证照照片模糊")
    handed_in = only_line(wanted, originals_seen=[wanted.code], **known, **reasons)
    assert handed_in.evidence.means is Means.ORIGINAL_SEEN
    assert handed_in.paper_reason == "证照照片模糊"
    assert not handed_in.met_without_paper


def test_an_empty_reason_asks_for_nothing():
    line = only_line(CARD, paper_reasons={"M01": ""})
    assert (line.state, line.paper_reason) == (LineState.MET, "")


def test_an_electronic_means_comes_before_what_was_uploaded():
    line = only_line(
        PERMIT, licences=[licence()], preapplication=preapplication(upload("M02", "C"))
    )
    assert line.evidence.means is Means.LICENCE


def test_the_lines_are_the_items_materials_in_its_order():
    wanted = (FORM, CARD, SHARED, PERMIT)
    checklist = decide(item(*wanted), applicant=CARD_READ, today=TODAY)
    assert [line.material for line in checklist.lines] == list(wanted)
    assert [line.material.code for line in checklist.missing] == ["M03", "M04", "M02"]


def met(means, **changes):
    return Line(CARD, LineState.MET, Evidence(means, **changes))


def test_spared_counts_what_nothing_had_to_be_brought_for():
    by_means = {means: Checklist((met(means),)).spared for means in Means}
    assert {means for means, count in by_means.items() if count} == WITHOUT_PAPER
    mixed = Checklist(
        (
            met(Means.LICENCE),
            met(Means.UPLOAD, trust_grade="B"),  # compared by somebody earlier: nothing to bring
            met(Means.UPLOAD, trust_grade="B", original_compared=True),
            met(Means.ORIGINAL_SEEN),
            Line(CARD, LineState.MISSING),
            Line(CARD, LineState.OPTIONAL),
            Line(CARD, LineState.ORIGINAL_WANTED, Evidence(Means.UPLOAD, trust_grade="C")),
        )
    )
    assert mixed.spared == 2
    assert [line.state for line in mixed.missing] == [LineState.MISSING, LineState.ORIGINAL_WANTED]
    assert Checklist().spared == 0


LICENCES = st.builds(
    licence,
    status=st.sampled_from(LicenceStatus),
    valid_from=st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 28)),
    valid_to=st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 28)),
    type_code=st.sampled_from([LICENSED, "another"]),
    holder=st.sampled_from([NUMBER, OTHER_NUMBER]).map(lambda number: Holder("resident", number)),
)
MATERIALS = st.builds(
    material,
    st.sampled_from(["M01", "M02"]),
    identity_card=st.booleans(),
    licence_types=st.sampled_from([(), (LicenceType(LICENSED, "试验许可证"),)]),
    shared_data=st.sampled_from([(), ("婚姻登记",)]),
    upload=st.booleans(),
    original_seen=st.booleans(),
)


@given(
    st.lists(MATERIALS, max_size=4),
    st.lists(LICENCES, max_size=3),
    st.lists(st.builds(upload, st.just("M01"), st.sampled_from("ABCD")), max_size=1),
    st.booleans(),
    st.sets(st.sampled_from(["M01", "M02", "M99"])),
    st.dictionaries(st.sampled_from(["M01", "M02"]), st.sampled_from(["", "模糊"])),
)
def test_whatever_is_known_every_line_is_met_by_a_means_its_material_allows(
    materials, licences, uploads, card_read, seen, reasons
):
    checklist = decide(
        replace(item(), materials=tuple(materials)),
        applicant=Applicant(card_read=card_read, number=NUMBER),
        licences=licences,
        preapplication=preapplication(*uploads),
        originals_seen=seen,
        paper_reasons=reasons,
        today=TODAY,
    )
    assert len(checklist.lines) == len(materials)
    assert 0 <= checklist.spared <= len(materials)
    assert checklist.complete is not any(
        line.state in (LineState.MISSING, LineState.ORIGINAL_WANTED) for line in checklist.lines
    )
    for line in checklist.lines:
        if line.state is not LineState.MET:
            assert not line.met_without_paper
            continue
        means, allowed = line.evidence.means, line.material.met_by
        assert {
            Means.IDENTITY_CARD: allowed.identity_card and card_read,
            Means.LICENCE: bool(allowed.licence_types)
            and any(
                one.identifier == line.evidence.reference
                and one.holder.number == NUMBER
                and one.valid_on(TODAY)
                for one in licences
            ),
            Means.UPLOAD: allowed.upload,
            Means.ORIGINAL_SEEN: allowed.original_seen and line.material.code in seen,
        }[means]
        assert not (reasons.get(line.material.code) and line.met_without_paper)
