"""The stand-in for the province holds letters to GB/T 39046 and names the wrong field."""

import pytest

from hall_platform.province import codes
from hall_platform.province.followers import STEPS
from hall_platform.stand_in import rules

AT = "20261124T095000"
CASE = {
    "taskCode": "11990302MB0A00018J4990100010200",
    "areaCode": "990302000000",
    "taskName": "食品经营许可（新办）",
    "projectNo": "990302202611240300001",
    "proStatus": "2",
    "orgcode": "11990302MB0A00018J",
    "orgName": "雨山区市场监督管理局",
    "acceptDate": AT,
    "userProp": "1",
    "userName": "测试甲",
    "userPageType": "111",
    "certKey": "990302199001010016",
    "certKeyGOV": "",
    "mobile": "",
    "handleUserName": "",
    "handleUserPageType": "",
    "handleUserPageCode": "",
    "serviceName": "受理",
    "serviceNumber": "2",
    "serviceTime": AT,
    "projectType": "2",
    "promiseDay": "5",
    "anticipateDay": "20",
    "taskType": "01",
    "proManager": "样小河",
    "areaCodeStandard": "990302000",
    "baseCode": "9901000102",
}
MATERIAL = {
    "materialName": "申请人身份证明",
    "materialCode": "identity",
    "received": "1",
    "receivedBy": "1",
    "receivedCount": "1",
    "receivedTime": AT,
    "attachment": "",
}
APPLICATION = {
    "applyTime": AT,
    "applySource": "1",
    "contactName": "测试甲",
    "contactPageType": "111",
    "contactPageCode": "990302199001010016",
    "contactMobile": "",
    "address": "试验省试验市雨山区测试路1号",
    "postcode": "",
    "legalRepresentative": "",
    "investmentProjectNo": "",
    "materials": [MATERIAL],
}
ACCEPTANCE = {
    "documentNo": "雨市监受〔2026〕1号",
    "acceptor": "样小河",
    "acceptTime": AT,
    "dueDate": "20261201",
}
COMPLETION = {
    "finishTime": AT,
    "finishedAs": "办结",
    "handler": "试正平",
    "outcome": "准予",
    "reason": "",
    "resultDescription": "食品经营许可证",
    "licenceName": "食品经营许可证",
    "licenceNo": "JY1990302202611240001",
    "licenceValidFrom": "20261125",
    "licenceValidTo": "20311124",
    "licenceIssuer": "雨山区市场监督管理局",
    "express": "0",
    "expressNo": "",
    "charged": "0",
}
ACCEPTED = {**CASE, "application": APPLICATION, "acceptance": ACCEPTANCE}
DONE = {**CASE, "proStatus": "3", "completion": COMPLETION}
STEP = {
    "projectNo": CASE["projectNo"],
    "stepNo": "4",
    "stepName": "结束特别程序",
    "action": "9",
    "stepStatus": "2",
    "handler": "试正平",
    "orgcode": CASE["orgcode"],
    "orgName": CASE["orgName"],
    "opinion": "核查合格",
    "startTime": AT,
    "endTime": AT,
    "dueDate": "",
    "procedureType": "2",
    "procedureName": "检验",
    "procedureBegin": AT,
    "procedureEnd": AT,
    "procedureReason": "现场核查",
    "procedureApplicant": "试正平",
    "procedureResult": "核查合格",
    "procedureOpinion": "",
    "express": "0",
    "expressNo": "",
}


def test_right_letters_pass():
    assert rules.wrong_in_case({**ACCEPTED, "proStatus": "1"}) == []
    assert rules.wrong_in_case(ACCEPTED) == []
    assert rules.wrong_in_case(DONE) == []
    assert rules.wrong_in_step(STEP) == []


@pytest.mark.parametrize("part", ["application", "acceptance"])
def test_an_acceptance_has_its_parts(part):
    assert rules.wrong_in_case({**ACCEPTED, part: None}) == [part]


def test_what_is_done_has_its_completion():
    assert rules.wrong_in_case({**DONE, "completion": "done"}) == ["completion"]


@pytest.mark.parametrize(
    ("letter", "part", "changes"),
    [
        (ACCEPTED, None, {"userName": "测" * 101}),
        (ACCEPTED, None, {"certKey": "9" * 19}),
        ({**ACCEPTED, "handleUserPageCode": "1"}, None, {"handleUserName": "代" * 101}),
        (ACCEPTED, None, {"proManager": "样" * 31}),
        (ACCEPTED, None, {"areaCodeStandard": "990302000000"}),
        (ACCEPTED, None, {"baseCode": ""}),
        (ACCEPTED, "acceptance", {"documentNo": "受" * 31}),
        (ACCEPTED, "acceptance", {"documentNo": ""}),
        (ACCEPTED, "acceptance", {"acceptor": "样" * 31}),
        (ACCEPTED, "acceptance", {"acceptTime": "2026-11-24"}),
        (ACCEPTED, "acceptance", {"dueDate": "2026-12-01"}),
        (ACCEPTED, "application", {"applySource": "网上"}),
        (ACCEPTED, "application", {"contactName": ""}),
        (ACCEPTED, "application", {"contactPageCode": "9" * 19}),
        (ACCEPTED, "application", {"address": "路" * 101}),
        (ACCEPTED, "application", {"postcode": "4111"}),
        (ACCEPTED, "application", {"legalRepresentative": "法" * 101}),
        (ACCEPTED, "application", {"materials": {}}),
        (ACCEPTED, "application", {"materials": ["identity"]}),
        (DONE, "completion", {"finishedAs": "closed"}),
        (DONE, "completion", {"outcome": ""}),
        (DONE, "completion", {"handler": "试" * 31}),
        (DONE, "completion", {"licenceNo": "J" * 51}),
        (DONE, "completion", {"licenceName": ""}),
        (DONE, "completion", {"licenceIssuer": ""}),
        (DONE, "completion", {"licenceValidTo": "2031-11-24"}),
        (DONE, "completion", {"express": "1"}),
        (DONE, "completion", {"charged": "no"}),
        (DONE, "completion", {"reason": "因" * 1001}),
    ],
)  # fmt: skip
def test_a_field_that_is_not_as_the_standard_has_it_is_named(letter, part, changes):
    (field,) = changes
    wrong = {**letter, part: {**letter[part], **changes}} if part else {**letter, **changes}
    assert rules.wrong_in_case(wrong) == ["expressNo" if field == "express" else field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receivedBy": ""}, "receivedBy"),
        ({"receivedTime": ""}, "receivedTime"),
        ({"receivedCount": "0"}, "receivedCount"),
        ({"receivedCount": "100"}, "receivedCount"),
        ({"received": "yes"}, "received"),
        ({"attachment": "a.pdf"}, "attachment"),
    ],
)
def test_a_material_says_whether_how_how_many_and_when(changes, field):
    application = {**APPLICATION, "materials": [MATERIAL, {**MATERIAL, **changes}]}
    assert rules.wrong_in_case({**ACCEPTED, "application": application}) == [field]


def test_a_material_that_is_still_to_come_passes():
    later = {**MATERIAL, "received": "0", "receivedBy": "", "receivedCount": "0"}
    application = {**APPLICATION, "materials": [{**later, "receivedTime": ""}]}
    assert rules.wrong_in_case({**ACCEPTED, "application": application}) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stepName": "corrections-notified"}, "stepName"),
        ({"stepName": "审" * 51}, "stepName"),
        ({"opinion": "意" * 1001}, "opinion"),
        ({"orgName": ""}, "orgName"),
        ({"procedureBegin": ""}, "procedureBegin"),
        ({"procedureReason": ""}, "procedureReason"),
        ({"procedureResult": ""}, "procedureResult"),
        ({"procedureType": "3"}, "procedureType"),
        ({"express": ""}, "express"),
    ],
)
def test_a_step_has_a_name_people_read_and_its_procedure_whole(changes, field):
    assert rules.wrong_in_step({**STEP, **changes}) == [field]


def test_every_step_that_is_sent_has_a_name_of_the_standards_form():
    assert set(codes.STEP_NAMES) == set(STEPS)
    for name in codes.STEP_NAMES.values():
        assert rules.wrong_in_step({**STEP, "stepName": name}) == []
