"""Payloads of codes: UTF-8, else GB 18030 of 2022, else bytes."""

import pytest

from counter_app.domain.payload import decoded


@pytest.mark.parametrize(
    ("payload", "text", "encoding"),
    [
        (b"", "", "ascii"),
        (b"YY-0099", "YY-0099", "ascii"),
        ("预约é".encode(), "预约é", "utf-8"),
        (bytes.fromhex("d4a4d4bccad4d1e9"), "预约试验", "gb18030"),  # two bytes a character
        (bytes.fromhex("d4a4d4bc"), "\u0524\u053c", "utf-8"),  # fits both: the rule decides
        (bytes.fromhex("fe59"), "\u9fb4", "gb18030"),
        (bytes.fromhex("fea0"), "\u9fbb", "gb18030"),
        (bytes.fromhex("a6d9"), "\ufe10", "gb18030"),
        (bytes.fromhex("a6da"), "\ufe12", "gb18030"),
        (bytes.fromhex("a6db"), "\ufe11", "gb18030"),
        (bytes.fromhex("a8bc"), "\u1e3f", "gb18030"),
        (bytes.fromhex("fe51"), "\U00020087", "gb18030"),
        (b"\xff\xfe\x00\x01", None, "binary"),
        (b"YY\xd4", None, "binary"),  # half a character is no text
        (bytes.fromhex("e9a284") + b"\xff", None, "binary"),
    ],
)
def test_a_payload_is_text_by_the_rule_and_never_by_a_guess(payload, text, encoding):
    assert decoded(payload) == (text, encoding)


def test_characters_of_names_beyond_the_first_plane_are_four_bytes():
    name = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖"
    assert decoded(name.encode("gb18030")) == (name, "gb18030")
