"""受理通知书: what the law and the citizen look for on the paper is there, and can be read back."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pypdf
import pypdfium2
import pytest
import zxingcpp

from counter_app.domain.papers import (
    ACCEPTANCE_NOTICE,
    AcceptanceNotice,
    Party,
    ReceivedMaterial,
)
from counter_app.errors import PaperError
from printing.papers.acceptance_notice import written_date
from printing.press import kinds, press
from printing.raster import page_count, render_page

RARE_NAME = "张㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"
LONG_NAME = (
    "买买提·吐尔逊·阿卜杜热合曼·" + "欧阳慕容上官司马诸葛皇甫尉迟公孙轩辕令狐钟离宇文长孙鲜于"
)
MATERIALS = (
    ReceivedMaterial("食品经营许可申请书", "original_seen", 1, 2, 3, trust_grade="B"),
    ReceivedMaterial("营业执照", "licence", electronic=True, trust_grade="A", label="营业执照"),
    ReceivedMaterial("法定代表人身份证明", "identity_card", electronic=True, trust_grade="A"),
)
NOTICE = AcceptanceNotice(
    paper_number="潭市监受〔2026〕第001234号",
    case_number="430300202611240012345",
    provisional_number="",
    query_code="7K3M9Q",
    applicant=Party(RARE_NAME, "resident", "9901**********1234"),
    agent=None,
    item_name="食品经营许可（新办）",
    item_code="11430300006070000X4430131001000",
    regime="licensing",
    legal_basis=("《中华人民共和国食品安全法》第三十五条",),
    materials=MATERIALS,
    accepted_at=datetime(2026, 11, 27, 2, 32, tzinfo=UTC),
    officer_name="李青",
    window_name="综合窗口03",
    hall_name="湘潭市政务服务中心",
    hall_address="湘潭市湖湘路88号",
    body_name="湘潭市市场监督管理局",
    body_code="11430300006070000X",
    immediate=False,
    promised_days=10,
    day_kind="working",
    due_on=date(2026, 12, 11),
    due_provisional=False,
    charged=False,
    fee_note="",
    enquiry_phone="0731-58550000",
    complaint_phone="12345",
)


def _notice(**changes):
    return replace(NOTICE, **changes)


def _press(notice):
    return press(ACCEPTANCE_NOTICE, notice)


def _text(pdf, tmp_path):
    """The paper's text as pdftotext reads it, without blanks."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, timeout=60
    )
    return "".join(done.stdout.decode().split())


def _symbols(pdf, page=0):
    """The QR text and the bars' text that a decoder finds on the printed page."""
    document = pypdfium2.PdfDocument(pdf)
    pixels = document[page].render(scale=200 / 72, grayscale=True).to_numpy().copy()
    document.close()
    found = zxingcpp.read_barcodes(np.ascontiguousarray(pixels.reshape(pixels.shape[:2])))
    return {str(code.format).rsplit(".", 1)[-1].replace(" ", ""): code.text for code in found}


def test_every_fact_is_on_the_paper(tmp_path):
    text = _text(_press(NOTICE), tmp_path)
    for wanted in (
        "受理通知书",
        "文书编号：潭市监受〔2026〕第001234号",
        RARE_NAME,
        "居民身份证9901**********1234",
        "食品经营许可（新办）",
        "11430300006070000X4430131001000",
        "430300202611240012345",
        "7K3M9Q",
        "2026年11月27日（星期五）10时32分",
        "10个工作日",
        "最迟办结2026年12月11日（星期五）",
        "不收费",
        "共3项",
        "电子证照：营业执照",
        "免提交",
        "受理人员：李青",
        "综合窗口03",
        "湘潭市政务服务中心",
        "湘潭市湖湘路88号",
        "湘潭市市场监督管理局",
        "11430300006070000X",
        "（受理专用章）",
        "0731-58550000",
        "12345",
        "一式两份",
        "《中华人民共和国行政许可法》第三十二条第一款第五项",
        "《中华人民共和国食品安全法》第三十五条",
        "申请人（代理人）签名",
        "第1页共1页",
    ):
        assert wanted in text
    for material in MATERIALS:
        assert material.name in text
    for unwanted in ("补打", "离线受理", "临时编号", "暂定", "代理人证件"):
        assert unwanted not in text


def test_an_upload_whose_original_was_seen_is_not_called_spared(tmp_path):
    lease = ReceivedMaterial(
        "租赁合同", "upload", electronic=True, trust_grade="B", original_compared=True
    )
    text = _text(_press(replace(NOTICE, materials=(lease,))), tmp_path)
    assert "1租赁合同网上提交，窗口核验原件电子原件退还—B" in text
    assert "免提交" not in text


def test_the_line_of_a_material_says_how_much_of_it_was_taken(tmp_path):
    text = _text(_press(NOTICE), tmp_path)
    assert "1食品经营许可申请书窗口核验原件123B" in text
    assert "2营业执照电子证照：营业执照电子免提交—A" in text


def test_both_symbols_are_read_back_from_the_printed_page():
    assert _symbols(_press(NOTICE)) == {
        "QRCode": "HC1:430300202611240012345:7K3M9Q",
        "Code128": "430300202611240012345",
    }


def test_a_provisional_number_is_visible_as_one_and_is_what_the_symbols_say(tmp_path):
    pdf = _press(_notice(case_number="", provisional_number="L-W03-20261127-001"))
    assert "L-W03-20261127-001（临时编号）" in _text(pdf, tmp_path)
    assert _symbols(pdf) == {
        "QRCode": "HC1:L-W03-20261127-001:7K3M9Q",
        "Code128": "L-W03-20261127-001",
    }


def test_a_later_copy_bears_both_numbers(tmp_path):
    text = _text(_press(_notice(provisional_number="L-W03-20261127-001")), tmp_path)
    assert "430300202611240012345" in text
    assert "原临时编号L-W03-20261127-001" in text


def test_reprints_count_up_and_a_paper_made_offline_says_so(tmp_path):
    text = _text(_press(_notice(prints=3, offline=True)), tmp_path)
    assert "补打第3次" in text
    assert "离线受理" in text


def test_a_due_date_in_a_year_not_announced_is_marked(tmp_path):
    text = _text(_press(_notice(due_on=date(2027, 1, 6), due_provisional=True)), tmp_path)
    assert "2027年1月6日（星期三）（暂定，见说明）" in text
    assert "节假日安排尚未公布" in text


def test_the_law_of_licences_is_named_only_for_licences(tmp_path):
    other = _notice(regime="social_insurance", legal_basis=("《中华人民共和国社会保险法》",))
    text = _text(_press(other), tmp_path)
    assert "行政许可" not in text
    assert "依据《中华人民共和国社会保险法》，" in text
    assert "听证" not in text


def test_an_organisation_is_addressed_as_one(tmp_path):
    firm = Party("湘潭示例食品有限公司", "organisation", "91430300MA00000X00")
    text = _text(_press(_notice(applicant=firm)), tmp_path)
    assert "你单位于2026年11月27日" in text
    assert "统一社会信用代码91430300MA00000X00" in text


def test_an_agent_is_named_with_the_document(tmp_path):
    agent = Party("王𠅤", "permit", "8100**********0012")
    text = _text(_press(_notice(agent=agent)), tmp_path)
    assert "代理人王𠅤" in text
    assert "港澳台居民居住证8100**********0012" in text


def test_a_case_handled_at_once_promises_no_days(tmp_path):
    text = _text(_press(_notice(immediate=True, due_on=date(2026, 11, 27))), tmp_path)
    assert "即办件" in text
    assert "当场办结" in text
    assert "工作日" not in text


def test_a_name_of_fifty_characters_is_on_it_whole(tmp_path):
    name = (LONG_NAME * 2)[:50]
    assert len(name) == 50
    pdf = _press(_notice(applicant=Party(name, "resident", "9901****1234"), agent=None))
    assert page_count(pdf) <= 2
    assert _text(pdf, tmp_path).count(name) >= 2  # in the address and in the table


def test_forty_materials_run_over_pages_with_the_head_repeated(tmp_path):
    materials = tuple(
        ReceivedMaterial(f"第{n:02}号材料及其说明文件（含附图、附表）", "original_seen", 1, 1, n)
        for n in range(1, 41)
    )
    pdf = _press(_notice(materials=materials))
    pages = page_count(pdf)
    assert pages >= 2
    text = _text(pdf, tmp_path)
    for material in materials:
        assert text.count(material.name) == 1
    for page in range(1, pages + 1):
        assert f"第{page}页共{pages}页" in text
    assert text.count("序号材料名称") >= 2
    for page in range(pages):
        assert _symbols(pdf, page)["Code128"] == NOTICE.case_number  # sheets may come apart


def test_signatures_never_stand_on_a_page_alone(tmp_path):
    for count in range(3, 30):
        materials = tuple(ReceivedMaterial(f"材料{n}", "scan", 1) for n in range(count))
        pdf = _press(_notice(materials=materials))
        document = pypdfium2.PdfDocument(pdf)
        last = document[len(document) - 1].get_textpage().get_text_range()
        document.close()
        assert "一式两份" in last
        assert "受理专用章" in last


def test_only_embedded_fonts_are_used_and_every_one_can_be_read_back(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(_press(NOTICE))
    listing = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True, timeout=60)
    rows = listing.stdout.decode().splitlines()[2:]
    assert len(rows) >= 4
    for row in rows:
        assert "HallCounter" in row
        assert re.search(r"\byes\s+yes\s+yes\b", row), row


def test_the_same_facts_give_the_same_bytes():
    assert _press(NOTICE) == _press(_notice())
    assert _press(NOTICE) != _press(_notice(prints=1))


def test_the_documents_properties_say_what_it_is_and_nothing_personal(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(_press(NOTICE))
    reader = pypdf.PdfReader(path)
    assert reader.metadata.title == "受理通知书"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    properties = " ".join(str(value) for value in reader.metadata.values())
    for personal in (RARE_NAME, "9901", NOTICE.case_number, NOTICE.query_code, "李青"):
        assert personal not in properties
    reader.close()


@pytest.mark.parametrize("field", ["applicant", "item_name", "officer_name", "body_name"])
def test_a_character_that_cannot_be_printed_stops_the_paper(field):
    value = Party("张\ue5e5", "resident", "9901") if field == "applicant" else "某\ue5e5"
    with pytest.raises(PaperError) as raised:
        _press(_notice(**{field: value}))
    assert raised.value.code == "paper.uncovered_character"
    assert raised.value.facts == {"codepoint": "U+E5E5"}
    assert "张" not in str(raised.value)


def test_a_list_with_an_endless_line_is_refused_rather_than_cut():
    with pytest.raises(PaperError) as raised:
        _press(_notice(materials=(ReceivedMaterial("很" * 6000, "scan", 1),)))
    assert raised.value.code == "paper.does_not_fit"


IN_SYMBOLS = {"case_number", "provisional_number", "query_code"}
TEXT_FIELDS = [
    field.name
    for field in fields(AcceptanceNotice)
    if isinstance(getattr(NOTICE, field.name), str) and field.name not in {"regime", "day_kind"}
]


@pytest.mark.parametrize("length", [20, 48, 80, 400])
@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_a_text_longer_than_expected_is_on_the_paper_whole_or_there_is_none(
    field, length, tmp_path
):
    value = "7" * length if field in IN_SYMBOLS else "超长文字" * (length // 4)
    changes = {field: value, "charged": True}
    if field == "hall_name":
        changes["hall_address"] = ""  # else the address stands for the hall
    refused = None
    try:
        pdf = _press(_notice(**changes))
    except PaperError as error:
        refused = error
    if refused is not None:
        assert refused.code == "paper.does_not_fit"
        assert length > 50  # what GB/T 39046 allows must be printed
        return
    assert value in _text(pdf, tmp_path)
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        pixels = page.render(scale=1, grayscale=True).to_numpy().copy()
        assert pixels[:, :28].min() > 200  # nothing within 1 cm of an edge
        assert pixels[:, -28:].min() > 200
        assert pixels[:20].min() > 200
        assert pixels[-20:].min() > 200
    document.close()


def test_a_case_number_with_chinese_letters_has_no_bars_but_is_in_the_qr_code(tmp_path):
    pdf = _press(_notice(case_number="潭政办〔2026〕123号"))
    assert "潭政办〔2026〕123号" in _text(pdf, tmp_path)
    assert _symbols(pdf) == {"QRCode": "HC1:潭政办〔2026〕123号:7K3M9Q"}


def test_papers_made_at_the_same_time_do_not_disturb_each_other():
    notices = [_notice(query_code=f"Q{n}", prints=n) for n in range(6)]
    alone = [_press(notice) for notice in notices]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_press, notices)) == alone


def test_a_time_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError):
        _press(_notice(accepted_at=datetime(2026, 11, 27, 10, 32)))


def test_the_time_on_paper_is_the_halls():
    moment = datetime(2026, 11, 26, 16, 5, tzinfo=UTC)
    assert moment.astimezone(timezone(timedelta(hours=8))).day == 27
    assert written_date(date(2026, 11, 27)) == "2026年11月27日（星期五）"
    assert written_date(date(2026, 11, 29)) == "2026年11月29日（星期日）"


def test_the_press_knows_its_kinds_and_refuses_facts_of_another():
    assert ACCEPTANCE_NOTICE in kinds()
    with pytest.raises(KeyError):
        press("no such paper", NOTICE)
    with pytest.raises(TypeError):
        press(ACCEPTANCE_NOTICE, MATERIALS[0])


def test_a_page_becomes_pixels_for_the_preview():
    pdf = _press(NOTICE)
    picture = render_page(pdf, 0, 600)
    assert picture.width == 600
    assert abs(picture.height - 600 * 297 / 210) <= 1
    assert len(picture.bgrx) == picture.stride * picture.height
    pixels = np.frombuffer(picture.bgrx, np.uint8).reshape(picture.height, picture.stride // 4, 4)
    assert pixels[0, 0, :3].tolist() == [255, 255, 255]
    assert pixels[..., :3].min() == 0


def test_the_preview_refuses_what_is_not_there():
    pdf = _press(NOTICE)
    with pytest.raises(IndexError):
        render_page(pdf, 1, 600)
    with pytest.raises(ValueError):
        render_page(pdf, 0, 0)
    with pytest.raises(ValueError):
        render_page(b"not a pdf", 0, 600)
    with pytest.raises(ValueError):
        page_count(b"%PDF-1.4 broken")
