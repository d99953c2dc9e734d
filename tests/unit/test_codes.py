"""What a payload means, by the codes that come with the program and by a city's own."""

import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from counter_app.domain.codes import (
    LONGEST_PAYLOAD,
    CodeBook,
    CodeKind,
    Meaning,
    cleaned,
)
from counter_app.domain.identity import credit_code_holds
from counter_app.errors import CodeError, SettingsError
from printing.papers.acceptance_notice import query_text
from printing.tickets import VISIT_PREFIX

TABLES = tomllib.loads(resources.path("codes/issuers.toml").read_text("utf-8"))["code"]
BOOK = CodeBook(TABLES)
CREDIT = "11990302MB0A0007XX"
VISIT = "3f0b7c52-5a0e-4a53-9d1f-7a1f7be0c002"
PRESENTATION = "YZ7K2M9PQX4C8T3VR6WJ5HN1FGAB"
NUMBER = "990302202611240300001"

KNOWN = [
    (b"HCPRE:A1B2C3", CodeKind.PREAPPLICATION, {"code": "A1B2C3"}),
    (b"YS20261122K7M2P9", CodeKind.PREAPPLICATION, {"code": "YS20261122K7M2P9"}),
    (
        f"HC1:{NUMBER}:K7M2P9QX".encode(),
        CodeKind.RECEIPT,
        {"number": NUMBER, "query_code": "K7M2P9QX"},
    ),
    (
        b"HC1:P03-20261124-0001:K7M2P9QX",
        CodeKind.RECEIPT,
        {"number": "P03-20261124-0001", "query_code": "K7M2P9QX"},
    ),
    (NUMBER.encode(), CodeKind.CASE_NUMBER, {"number": NUMBER}),
    (f"{VISIT_PREFIX}{VISIT}".encode(), CodeKind.TICKET, {"visit": VISIT}),
    (b"22223333", CodeKind.APPOINTMENT, {"code": "22223333"}),
    (b"HCAPPT:K7M2P9QX", CodeKind.APPOINTMENT, {"code": "K7M2P9QX"}),
    (PRESENTATION.encode(), CodeKind.PRESENTATION, {"code": PRESENTATION}),
    (
        f"http://www.gsxt.gov.cn/index?uniscid={CREDIT}&from=qr".encode(),
        CodeKind.BUSINESS_LICENCE,
        {"credit_code": CREDIT},
    ),
    (
        f"HTTPS://ZJ.GSXT.GOV.CN/c/{CREDIT}".encode(),
        CodeKind.BUSINESS_LICENCE,
        {"credit_code": CREDIT},
    ),
    (
        f"统一社会信用代码:{CREDIT};名称:测试小店".encode("gb18030"),
        CodeKind.BUSINESS_LICENCE,
        {"credit_code": CREDIT},
    ),
    (b"HCID:opaque", CodeKind.PERSONAL, {}),
    (b"HCTEST:1", CodeKind.TEST, {}),
]


@pytest.mark.parametrize(("payload", "kind", "facts"), KNOWN, ids=range(len(KNOWN)))
@pytest.mark.parametrize("around", [b"%b", b"%b\r\n", b"\x02 %b\x03", b"\xef\xbb\xbf%b"])
def test_each_code_a_counter_meets(payload, kind, facts, around):
    if not payload.isascii() and around.startswith(b"\xef"):
        around = b"%b"  # a mark of UTF-8 before GB 18030 is neither
    meaning = BOOK.meaning(around % payload)
    assert meaning.kind is kind
    assert meaning.facts == facts
    assert meaning.issuer


def test_what_the_papers_print_is_what_is_read():
    from types import SimpleNamespace

    facts = SimpleNamespace(case_number=NUMBER, provisional_number="", query_code="K7M2P9QX")
    meaning = BOOK.meaning(query_text(facts).encode())
    assert (meaning.kind, meaning["number"]) == (CodeKind.RECEIPT, NUMBER)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\r\n",
        b"hcpre:A1B2C3",
        b"HCPRE:",
        b"HCPRE:A1 B2",
        b"HCPRE:../items",
        "HCPRE:测试".encode(),
        b"HCPRE:" + b"A" * 65,
        b"xHCPRE:A1B2C3",
        b"https://example.invalid/HCPRE:A1",
        b"https://example.invalid/?uniscid=" + CREDIT.encode(),
        f"https://gsxt.gov.cn@example.invalid/?uniscid={CREDIT}".encode(),
        f"https://gsxt.gov.cn.example.invalid/?uniscid={CREDIT}".encode(),
        f"https://notgsxt.gov.cn/?uniscid={CREDIT}".encode(),
        b"https://www.gsxt.gov.cn/?uniscid=11990302MB0A0007XX9",
        b"http://[/gsxt.gov.cn",
        b"javascript:alert(1)",
        b"990302199001010016",
        b"HCVISIT:not-a-visit",
        PRESENTATION.encode().lower(),
        b"\xff\xfe\xfd",
    ],
)
def test_what_is_none_of_them_is_unknown(payload):
    with pytest.raises(CodeError) as unknown:
        BOOK.meaning(payload)
    assert unknown.value.code == "code.unknown"


def test_what_is_too_long_is_not_looked_into():
    at_most = b"HCID:" + b"A" * (LONGEST_PAYLOAD - 96)
    assert BOOK.meaning(at_most + b" " * (LONGEST_PAYLOAD - len(at_most))).kind is CodeKind.PERSONAL
    with pytest.raises(CodeError) as too_long:
        BOOK.meaning(b"HCTEST:" + b" " * LONGEST_PAYLOAD)
    assert too_long.value.code == "code.too_long"


def test_control_and_format_characters_are_stripped_wherever_they_are():
    assert BOOK.meaning(b"HC\x00PRE:\x1bA1\x7f").facts == {"code": "A1"}
    hidden = "HCPRE:A1\u202e\u200bB2"  # turned around, and with a space nobody sees
    assert BOOK.meaning(hidden.encode()).facts == {"code": "A1B2"}


def test_a_meaning_tells_a_log_its_kind_alone():
    for payload, kind, facts in KNOWN:
        said = f"{BOOK.meaning(payload)!r} {BOOK.meaning(payload)}"
        assert kind.value in said
        assert not [value for value in facts.values() if value in said]


@given(st.binary(max_size=LONGEST_PAYLOAD + 10))
def test_any_bytes_are_a_meaning_or_a_code_error(payload):
    try:
        meaning = BOOK.meaning(payload)
    except CodeError:
        return
    assert isinstance(meaning, Meaning)
    assert len(payload) <= LONGEST_PAYLOAD


_PIECES = st.sampled_from(
    ["HCPRE:", "HC1:", ":", "https://", "www.gsxt.gov.cn/", "?", CREDIT, "统一社会信用代码:", "YZ"]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=12).map("".join))
def test_any_text_of_their_pieces_holds_what_it_is_said_to_hold(text):
    try:
        meaning = BOOK.meaning(text.encode("utf-8", "replace"))
    except CodeError:
        return
    text = cleaned(text.encode("utf-8", "replace").decode())
    for fact, value in meaning.facts.items():
        assert value in text
        if fact == "credit_code":
            assert len(value) == 18
            assert isinstance(credit_code_holds(value), bool)


@given(st.text(st.characters(categories=["Cc", "Cf", "Lu", "Lo", "Zs"]), max_size=50))
def test_cleaned_text_keeps_its_letters_in_their_order(text):
    kept = [one for one in text if one.isalpha()]
    assert [one for one in cleaned(text) if one.isalpha()] == kept
    assert cleaned(cleaned(text)) == cleaned(text)


def city(**changes):
    return {"kind": "personal", "issuer": "市民码", "pattern": "SMK:.+", **changes}


def test_a_citys_own_codes_are_asked_first():
    book = CodeBook([city(), city(kind="test", issuer="别的", pattern="HCPRE:.*"), *TABLES])
    assert book.meaning(b"SMK:abc").issuer == "市民码"
    assert book.meaning(b"HCPRE:A1").kind is CodeKind.TEST
    assert book.meaning(b"22223333").kind is CodeKind.APPOINTMENT


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "payment"},
        {"kind": 3},
        {"issuer": " "},
        {"issuer": None},
        {"pattern": None},
        {"pattern": "("},
        {"pattern": "(?P<code>.*)"},  # a fact the kind has no use for
        {"kind": "preapplication"},  # and one it needs
        {"kind": "receipt", "pattern": "(?P<number>[0-9]+)"},
        {"hosts": "gov.cn"},
        {"hosts": ["cn"]},
        {"hosts": ["a.b/c"]},
        {"hosts": [7]},
        {"more": "x"},
        {"pattern": "(?:a+)+b"},
        {"pattern": "(a|aa)*b"},
        {"pattern": "(?:a{1,9}){1,9}"},
        {"pattern": ".*.*.*x"},
        {"pattern": ".{0,99}.{0,99}.{0,99}.{0,99}x"},
        {"pattern": "a?" * 40 + "a" * 40},
        {"pattern": "(?P<code>a)(?P=code)"},
        {"pattern": "(?i:x)"},
        {"pattern": "x" * 401},
        {"pattern": "a{99999999999999999999}"},
        {"pattern": "[a--b]"},  # a set difference in Pythons to come
    ],
    ids=repr,
)
def test_a_table_that_is_wrong_is_refused_with_its_place(wrong):
    with pytest.raises(SettingsError) as refused:
        CodeBook([city(), city(**wrong)])
    assert refused.value.code == "settings.invalid"
    assert "2" in str(refused.value.facts["key"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "kind": st.one_of(st.sampled_from([one.value for one in CodeKind]), st.integers()),
            "issuer": st.one_of(st.text(max_size=5), st.none()),
            "pattern": st.text("ab.*+?()[]{}|\\1,9P<>=:!^$-", max_size=30),
            "hosts": st.one_of(st.lists(st.text(max_size=8), max_size=3), st.integers()),
        },
    )
)
def test_any_table_is_taken_or_refused(table):
    try:
        book = CodeBook([table])
    except SettingsError:
        return
    began = time.thread_time()
    for payload in (b"a" * LONGEST_PAYLOAD, b"ab" * (LONGEST_PAYLOAD // 2)):
        try:
            book.meaning(payload)
        except CodeError:
            continue
    assert time.thread_time() - began < 20, "a pattern keeps the program busy"
