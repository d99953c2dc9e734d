"""Tables as offices have them: encodings, marks, quotes; what is wrong has its place."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_platform.importing.cells import Cells
from hall_platform.importing.reading import (
    MOST_LINES,
    Columns,
    Line,
    Wrong,
    csv_lines,
    lines_of,
    parsed,
    text_of,
)

COLUMNS = Columns({"code": "编号", "name": "名称", "note": "说明"}, needed=("code", "name"))

# What may stand in a cell: rare characters, quotes, commas, line ends; no other control characters.
CELL = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")),
        st.sampled_from('㛃䶮𬭎𫖯,"\n、 '),
    ),
    max_size=20,
)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=8)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")


def written(rows, encoding="utf-8", delimiter=","):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["编号", "名称", "说明"])
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def read(whole):
    return csv_lines(text_of(whole), COLUMNS)


@given(ROWS, st.sampled_from(ENCODINGS), st.sampled_from(",\t"))
def test_what_was_written_is_read_whichever_way_it_was_saved(rows, encoding, delimiter):
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    lines = read(written(rows, encoding, delimiter))
    assert [(line["code"], line["name"], line["note"]) for line in lines] == [
        tuple(cell.strip() for cell in row) for row in kept
    ]


@given(ROWS)
def test_each_line_knows_where_it_begins(rows):
    whole = written(rows).decode()
    for line in csv_lines(whole, COLUMNS):
        number = int(line.where.removeprefix("第 ").removesuffix(" 行"))
        rest = "".join(whole.splitlines(keepends=True)[number - 1 :]) if number > 1 else whole
        first = next(csv.reader(io.StringIO(rest, newline="")))
        assert [cell.strip() for cell in first] == [line["code"], line["name"], line["note"]]


def read_or_refused(reading):
    """What was read, or what was found wrong with it; anything else comes out."""
    try:
        return reading()
    except Wrong as wrong:
        return wrong.findings


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(junk):
    assert all(isinstance(one, Line) or one.what for one in read_or_refused(lambda: read(junk)))


@given(st.text(max_size=200))
def test_any_text_is_json_or_refused(text):
    json.dumps(read_or_refused(lambda: parsed(text)), default=str)


def test_characters_that_gb_18030_2022_moved_are_those_of_the_standard():
    assert text_of(b"\xfe\x59,\xa6\xd9,\xa8\xbc,\xfe\x51") == "龴,︐,ḿ,𠂇"
    assert text_of("㛃𬭎".encode("gb18030")) == "㛃𬭎"


def test_english_and_chinese_headings_in_any_order():
    (line,) = read("说明,code,名称\r\nx,1,甲\r\n".encode())
    assert (line["code"], line["name"], line["note"]) == ("1", "甲", "x")
    (short,) = read("编号,名称\n1,甲\n".encode())
    assert short["note"] == ""


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (b"", "文件是空的"),
        ("编号\n1\n".encode(), "第 1 行“名称”：缺少这一列"),
        ("编号,名称,编号\n".encode(), "第 1 行“编号”：这一列出现了两次"),
        ("编号,名称,code\n".encode(), "第 1 行“code”：这一列出现了两次"),
        ("编号,名称,密码\n".encode(), "第 1 行“密码”：没有这一列"),
        ("编号,名称\n1,甲,乙,丙\n".encode(), "第 2 行：有 4 格，比列名多"),
        ('编号,名称\n1,"甲\n'.encode(), "第 2 行：引号不成对"),
        ("编号,名称\n1,甲\x07\n".encode(), "第 2 行“名称”：有控制字符"),
        ("编号,名称\n1,".encode() + "甲".encode() * 20_001, "第 2 行“名称”：内容过长"),
        ("编号,名称\n\n\n1,甲\x07\n".encode(), "第 4 行“名称”：有控制字符"),
        (b"PK\x03\x04\x00\x00", "不是文本文件"),
        (b"\xff\xfea", "文字编码无法识别"),
        (b"\x80\xff\xff", "文字编码无法识别"),
        (("编号,名称\n" + "1,甲\n" * (MOST_LINES + 1)).encode(), f"超过 {MOST_LINES} 行"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(whole, said):
    with pytest.raises(Wrong) as refused:
        read(whole)
    assert said in str(refused.value)


def test_more_cells_than_columns_are_fine_while_empty():
    (line,) = read("编号,名称\n1,甲,,,\n".encode())
    assert line["name"] == "甲"


def test_json_entries_are_lines_too(tmp_path):
    path = tmp_path / "file.json"
    entries = [{"code": "1", "名称": "甲", "note": ["a", "b"]}, {"code": "2", "name": None}]
    path.write_text(json.dumps(entries), "utf-8")
    first, second = lines_of(path, COLUMNS)
    assert (first["name"], first["note"], first.where) == ("甲", "a、b", "第 1 项")
    assert second["name"] == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "须为一个列表"),
        ("[1]", "第 1 项：须为一个对象"),
        ('[{"password": "x"}]', "第 1 项“password”：没有这一项"),
        ('[{"code": {}}]', "这里不能是对象"),
        ('[{"code": 1, "code": 2}]', "出现了两次"),
        ("[NaN]", "不能有 NaN"),
        ("[\n1,", "第 2 行：不是完整的 JSON"),
        ("[" * 100_000, "嵌套过深"),
    ],
)
def test_what_is_wrong_with_json_is_said(tmp_path, text, said):
    path = tmp_path / "file.json"
    path.write_text(text, "utf-8")
    with pytest.raises(Wrong, match=said):
        lines_of(path, COLUMNS)


def cells(**said):
    return Cells(Line("第 2 行", said, {"code": "编号"}), [])


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-01-31", "2027-01-31"),
        ("2027/1/31", "2027-01-31"),
        ("2027年1月31日", "2027-01-31"),
        ("２０２７-０１-３１", "2027-01-31"),
        ("2027.1.31", "2027-01-31"),
        ("2027-02-30", None),
        ("31/1/2027", None),
        ("44592", None),
        ("", None),
    ],
)
def test_days(said, day):
    one = cells(code=said)
    found = one.day("code")
    assert (found.isoformat() if found else None) == day
    assert bool(one.findings) is (day is None)


@pytest.mark.parametrize(
    ("said", "fen"),
    [("80", 8000), ("80.5", 8050), ("0.10", 10), ("1,000", None), ("-1", None), ("1e3", None)],
)
def test_amounts_are_exact(said, fen):
    one = cells(code=said)
    assert one.money("code") == fen
    assert bool(one.findings) is (fen is None)


def test_a_code_a_spreadsheet_spoilt_is_named_as_such():
    one = cells(code="1.19903E+17")
    one.code("code", r"[0-9A-Z]{18}", "…")
    assert "科学计数法" in one.findings[0].what
    assert str(one.findings[0]).startswith("第 2 行“编号”：")


def test_words_of_a_table():
    one = cells(code="窗口、 网上；快递")
    table = {"窗口": "window", "网上": "online", "快递": "post"}
    assert one.choices("code", table, needed=True) == ["window", "online", "post"]
    wrong = cells(code="经理")
    assert wrong.choices("code", table, needed=True) == []
    assert "“经理”不在可填范围内，可填：窗口、网上、快递" in str(wrong.findings[0])
