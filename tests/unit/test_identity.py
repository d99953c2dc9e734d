"""Numbers, names and what does not hold together about an identity."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.identity import (
    WARNINGS,
    DocumentKind,
    Identity,
    Source,
    check_digit_holds,
    credit_code_holds,
    private_use_characters,
    same_name,
    warnings,
)
from counter_app.domain.masking import mask_name, mask_number
from counter_app.domain.nations import NATIONS
from counter_app.domain.reading import CardFailed, CardRead, CodeScanned, NewAddress

TODAY = date(2026, 11, 20)


def resident(**changes):
    person = Identity(
        kind=DocumentKind.RESIDENT,
        name="测试甲",
        number="990302199001010016",
        sex="1",
        nation="01",
        born=date(1990, 1, 1),
        address="试验省试验市雨山区测试路1号",
        issuer="试验市公安局雨山分局",
        valid_from=date(2020, 1, 1),
        valid_to=date(2040, 1, 1),
    )
    return replace(person, **changes)


def test_the_nations_that_public_tables_get_wrong():
    assert (NATIONS["25"], NATIONS["34"], NATIONS["46"], NATIONS["56"]) == (
        "水",
        "布朗",
        "德昂",
        "基诺",
    )


def test_nations_are_the_56_and_two_more_each_with_its_own_name():
    assert sorted(NATIONS) == [f"{code:02d}" for code in range(1, 57)] + ["97", "98"]
    assert len(set(NATIONS.values())) == len(NATIONS)


@pytest.mark.parametrize(
    "number",
    ["990302199001010016", "990125200412311488", "83000019850505003X", "931102199303150021"],
)
def test_right_check_digits_whatever_the_first_digit(number):
    assert check_digit_holds(number) is True


@pytest.mark.parametrize("position", range(18))
def test_one_wrong_digit_is_noticed(position):
    number = "990302199001010016"
    wrong = number[:position] + str((int(number[position]) + 1) % 10) + number[position + 1 :]
    assert check_digit_holds(wrong) is False


@pytest.mark.parametrize("number", ["GBR330088990011", "990302900101001", "", "12345", "９９" * 3])
def test_numbers_without_this_check(number):
    assert check_digit_holds(number) is None


@pytest.mark.parametrize("number", [" 83000019850505003x ", "８３００００１９８５０５０５００３Ｘ"])
def test_typed_numbers_are_folded_before_they_are_checked(number):
    assert check_digit_holds(number) is True


def test_credit_codes():
    assert credit_code_holds("91350100M000100Y43")
    assert credit_code_holds("91350100m000100y43 ")
    assert not credit_code_holds("91350100M000100Y44")
    assert not credit_code_holds("91350100I000100Y43")  # I is not among the symbols
    assert not credit_code_holds("91350100M000100Y4")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李白", "李*"),
        ("𬸣·阿卜杜", "𬸣*"),
        ("葛\U000e0100城", "葛\U000e0100*"),  # a variation selector belongs to its character
        ("A\u030angstrom", "A\u030a*"),
        ("　王", "王*"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_one_whole_character(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("990302199001010016", "9903**********0016"),
        ("GBR330088990011", "GBR3*******0011"),
        ("12345678", "********"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_four_and_four(number, shown):
    assert mask_number(number) == shown


@given(st.text(alphabet="0123456789X", max_size=30))
def test_a_masked_number_keeps_its_length_and_never_shows_more_than_eight(number):
    shown = mask_number(number)
    assert len(shown) == len(number)
    assert len(shown.replace("*", "")) <= 8


@pytest.mark.parametrize("separator", "·•・．･‧")
def test_name_separators_are_one(separator):
    assert same_name("阿卜杜·测", f"阿卜杜{separator}测")


def test_decomposed_and_composed_are_one_name():
    assert same_name("\u00c5NGSTROM", "A\u030aNGSTROM")


@pytest.mark.parametrize(
    ("first", "second"),
    [("Ａ", "A"), ("李明", "李朋"), ("阿卜杜·测", "阿卜杜测"), ("㈠", "(一)")],
)
def test_different_names_stay_different(first, second):
    assert not same_name(first, second)


def test_private_use_characters_are_named_in_order():
    assert private_use_characters("王\ue81e小\U000f0001") == ("\ue81e", "\U000f0001")
    assert private_use_characters("㛃䶮𬭎") == ()


def test_nothing_to_warn_of():
    assert warnings(resident(), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"number": "990302199001010017"}, ["number.check_digit"]),
        ({"number": "99030219900101001"}, ["number.check_digit"]),
        ({"born": date(1990, 1, 2)}, ["number.birth_differs"]),
        ({"sex": "2"}, ["number.sex_differs"]),
        ({"sex": "9"}, []),
        ({"nation": "57"}, ["nation.unknown"]),
        ({"name": "王\ue81e"}, ["name.private_use"]),
        ({"valid_to": date(2026, 11, 19)}, ["card.expired"]),
        ({"valid_to": TODAY}, []),
        ({"valid_from": date(2026, 11, 21)}, ["card.not_yet_valid"]),
        ({"valid_from": TODAY}, []),
        ({"valid_to": None}, ["card.validity_unknown"]),
        ({"valid_to": None, "long_term": True}, []),
        ({"valid_to": None, "source": Source.TYPED}, []),
        ({"born": date(2027, 1, 1)}, ["number.birth_differs", "birth.future"]),
    ],
)
def test_what_does_not_hold_together_is_warned_of(changes, codes):
    found = warnings(resident(**changes), TODAY)
    assert found == codes
    assert set(found) <= set(WARNINGS)


def test_a_2017_foreigner_number_has_no_check_to_fail():
    person = resident(kind=DocumentKind.FOREIGNER_2017, number="GBR330088990011", nation="")
    assert warnings(person, TODAY) == []


def test_an_organisation_is_checked_by_its_own_rule():
    body = Identity(
        DocumentKind.ORGANISATION, "样张有限公司", "91350100M000100Y43", source=Source.TYPED
    )
    assert warnings(body, TODAY) == []
    assert warnings(replace(body, number="91350100M000100Y44"), TODAY) == ["number.check_digit"]


def test_sex_by_the_standard():
    assert resident(sex="1").sex_name == "男"
    assert resident(sex="2").sex_name == "女"
    assert resident(sex="0").sex_name == "未知的性别"
    assert resident(sex="7").sex_name == ""


def test_the_record_has_dates_in_iso_and_the_new_address_only_where_there_is_one():
    record = resident(long_term=True, valid_to=None).as_record()
    assert record["born"] == "1990-01-01"
    assert record["valid_to"] is None
    assert "new_address" not in record
    assert resident(new_address="新路2号").as_record()["new_address"] == "新路2号"


@pytest.mark.parametrize(
    "value",
    [
        resident(),
        CardRead(resident(), "测试甲 990302199001010016".encode()),
        NewAddress("测试甲路990302199001010016号"),
        CodeScanned("测试甲990302199001010016".encode()),
        [CardFailed("card.none"), resident()],
    ],
)
def test_nothing_personal_in_a_representation(value):
    shown = repr(value) + str(value)
    assert "测试" not in shown
    assert "9903" not in shown
    assert "1990" not in shown
    assert "试验" not in shown
