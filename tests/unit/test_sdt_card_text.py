"""The five text layouts: the literals of docs/api/vectors, rare characters, and broken text."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.card_text import identity_from, new_address_from
from counter_app.devices.sdt_protocol import Resynchroniser, card_contents
from counter_app.devices.simulators import cards
from counter_app.domain.identity import DocumentKind, Source, check_digit_holds, warnings
from counter_app.errors import CardError

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
FRAMES = json.loads(VECTORS.read_text("utf-8"))["frames"]
LAYOUTS = [name for name, entry in FRAMES.items() if len(entry["hex"]) == 2 * 1295]
RARE = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"


def text_of(name):
    (answer,) = Resynchroniser().feed(bytes.fromhex(FRAMES[name]["hex"]))
    return card_contents(answer.data).text


def with_field(name, offset, length, value, pad=" "):
    """The text of a vector with one field written over, by the bytes."""
    raw = value.encode("utf-16-le", "surrogatepass")
    filled = raw + pad.encode("utf-16-le") * ((length - len(raw)) // 2)
    text = text_of(name)
    return text[:offset] + filled + text[offset + length :]


def outcome(text):
    try:
        identity_from(text)
    except CardError as fault:
        return fault.code
    return "read"


def test_there_are_five_layouts():
    assert len(LAYOUTS) == 5


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_says_what_the_vector_says(name):
    identity = identity_from(text_of(name), "05.03-20150101-0000123456-0000007890")
    assert identity.as_record() == FRAMES[name]["expect"]
    assert identity.source is Source.CARD
    assert identity.sam_id == "05.03-20150101-0000123456-0000007890"
    assert identity.long_term is (FRAMES[name]["expect"]["valid_to"] is None)


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_card_of_the_vectors_is_warned_of(name):
    assert warnings(identity_from(text_of(name)), date(2026, 11, 20)) == []


def test_the_new_address():
    (answer,) = Resynchroniser().feed(bytes.fromhex(FRAMES["new_address"]["hex"]))
    assert new_address_from(answer.data) == FRAMES["new_address"]["expect"]["address"]


@pytest.mark.parametrize(
    ("code", "name"), [("25", "水"), ("34", "布朗"), ("46", "德昂"), ("56", "基诺")]
)
def test_nations_from_a_card(code, name):
    assert identity_from(with_field("resident", 32, 4, code)).nation_name == name


@pytest.mark.parametrize("name", [*RARE, RARE[:5], RARE[5:], "𫠠" * 7 + "王"])
def test_rare_characters_come_through_as_they_are(name):
    assert identity_from(with_field("resident", 0, 30, name)).name == name


def test_private_use_and_compatibility_characters_are_not_corrected():
    name = "王\ue81e\uf900\uff21"
    assert identity_from(with_field("resident", 0, 30, name)).name == name


@pytest.mark.parametrize("pad", [" ", "\u3000", "\x00"])
def test_padding_is_trimmed_whichever_it_is(pad):
    assert identity_from(with_field("resident", 0, 30, "王", pad)).name == "王"


def test_other_blanks_belong_to_the_name():
    name = "\u00a0王\u2003"
    assert identity_from(with_field("resident", 0, 30, name)).name == name


@pytest.mark.parametrize(("first", "kind"), [("8", "resident"), ("9", "resident"), ("1", "permit")])
def test_the_kind_comes_from_the_type_letter_never_from_the_number(first, kind):
    vector = "resident" if kind == "resident" else "permit_hk_mo_tw"
    number = first + "10101199003072"
    assert identity_from(with_field(vector, 122, 36, number)).kind is DocumentKind(kind)


def test_a_wrong_check_digit_is_read_as_it_is_and_warned_of():
    identity = identity_from(with_field("resident", 122, 36, "990302199001010017"))
    assert identity.number == "990302199001010017"
    assert check_digit_holds(identity.number) is False
    assert warnings(identity, date(2026, 11, 20)) == ["number.check_digit"]


@pytest.mark.parametrize("letter", ["K", "i", "j", "Z", "1"])
def test_an_unknown_letter_is_refused_and_shown(letter):
    with pytest.raises(CardError) as caught:
        identity_from(with_field("resident", 248, 2, letter))
    assert (caught.value.code, caught.value.facts) == ("card.unknown_type", {"raw_type": letter})


@pytest.mark.parametrize("pad", [" ", "\x00"])
def test_a_resident_card_has_a_blank_letter(pad):
    assert identity_from(with_field("resident", 248, 2, "", pad)).kind is DocumentKind.RESIDENT


@pytest.mark.parametrize("name", ["王\ud840", "\udc00王", "\ud840 王"])
def test_half_a_character_is_not_guessed(name):
    with pytest.raises(CardError) as caught:
        identity_from(with_field("resident", 0, 30, name))
    assert (caught.value.code, caught.value.facts) == ("card.unreadable_text", {"part": "name"})
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "day", ["19900231", "1990013", "1990-1-1", "１９９００１０１", "00000000", "长期"]
)
def test_a_date_that_is_none(day):
    with pytest.raises(CardError) as caught:
        identity_from(with_field("resident", 36, 16, day))
    assert caught.value.facts == {"part": "born"}


def test_a_blank_date_is_not_known():
    identity = identity_from(with_field("resident", 204, 16, ""))
    assert (identity.valid_to, identity.long_term) == (None, False)


@pytest.mark.parametrize("size", [0, 254, 255, 257, 512])
def test_a_wrong_size_is_refused(size):
    with pytest.raises(CardError, match="card.unreadable_text"):
        identity_from(bytes(size))


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("SPECIMEN", "", "SPECIMEN"),
        ("SPECIMEN", "ANNA", "SPECIMEN ANNA"),
        ("S" * 35, "ANNA", "S" * 35 + "ANNA"),
        ("S" * 34, "ANNA", "S" * 34 + " ANNA"),
        ("S" * 35, " ANNA", "S" * 35 + " ANNA"),
        ("", "ANNA", "ANNA"),
    ],
)
def test_an_english_name_in_two_parts(first, second, whole):
    text = with_field("foreigner_2023", 52, 70, first)
    text = text[:220] + second.encode("utf-16-le").ljust(22, b"\x00") + text[242:]
    assert identity_from(text).name_english == whole


def test_the_link_to_a_former_number():
    assert identity_from(with_field("foreigner_2023", 250, 6, "GB1")).former_number_link == "GB1"


@given(st.binary(min_size=256, max_size=256))
def test_any_256_bytes_are_an_identity_or_a_card_error(text):
    assert outcome(text) in {"read", "card.unreadable_text", "card.unknown_type"}


@given(st.sampled_from(LAYOUTS), st.integers(0, 127), st.integers(0, 0xFFFF))
def test_one_unit_written_over_is_an_identity_or_a_card_error(name, unit, value):
    text = text_of(name)
    text = text[: 2 * unit] + value.to_bytes(2, "little") + text[2 * unit + 2 :]
    assert outcome(text) in {"read", "card.unreadable_text", "card.unknown_type"}


# The simulated cards say what they were made of


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_simulated_card_of_a_vector_has_the_vectors_text(name):
    identity = identity_from(text_of(name))
    card = cards.card_of(identity)
    (answer,) = Resynchroniser().feed(card.answer)
    assert identity_from(card_contents(answer.data).text) == identity


@given(
    st.text(alphabet=RARE + "李王阿卜杜·", min_size=1, max_size=7),
    st.text(alphabet="试验省市区路0123456789号", max_size=35),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 1, 1))),
)
def test_a_simulated_resident_card_reads_back(name, address, born, valid_to):
    wire = cards.resident_card(
        name=name,
        sex="2",
        nation="56",
        born=born,
        address=address,
        number="990125200412311488",
        issuer="样张县公安局",
        valid_from=date(2020, 1, 1),
        valid_to=valid_to,
    )
    (answer,) = Resynchroniser().feed(wire)
    assert len(wire) == 1295
    identity = identity_from(card_contents(answer.data).text)
    assert (identity.name, identity.address, identity.born) == (name, address, born)
    assert (identity.valid_to, identity.long_term) == (valid_to, valid_to is None)


def test_a_simulated_card_refuses_what_does_not_fit():
    identity = identity_from(with_field("resident", 0, 30, "𠮷" * 7))
    with pytest.raises(ValueError, match="32 of 30"):
        cards.resident_card(
            name="𠮷" * 8,
            sex="1",
            nation="01",
            born=date(1990, 1, 1),
            address="",
            number=identity.number,
            issuer="",
            valid_from=date(2020, 1, 1),
            valid_to=None,
        )
