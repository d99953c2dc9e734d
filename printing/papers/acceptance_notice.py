"""受理通知书: the written proof that an application was accepted (行政许可法 第三十二条第二款).

Fields follow the template list of DB4406/T 14-2021 and what the law asks for: the special seal's
place and the date. The number in the QR code opens the case's progress; the bars carry the case
number alone, for guns at the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from counter_app.domain.identity import DocumentKind
from counter_app.domain.item import Regime
from counter_app.domain.papers import AcceptanceNotice, Party, ReceivedMaterial
from counter_app.errors import PaperError
from printing.fonts import Face
from printing.layout import (
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Block,
    Cell,
    Drawing,
    Gap,
    Group,
    Paragraph,
    Row,
    Sheet,
    Style,
    draw_column,
    paginate,
)
from printing.lines import break_lines

TITLE = "受理通知书"

LEFT = 22 * MM
WIDTH = PAGE_WIDTH - 2 * LEFT
TOP_FIRST = 15 * MM
TOP_LATER = 24 * MM
BOTTOM = PAGE_HEIGHT - 22 * MM  # below it: bars, number and page

BARS_QUIET = 3.5 * MM

BODY_SIZES = tuple(Style(Face.HEI_BOLD, size, size * 1.4) for size in (17, 15, 13, 11))
SMALL_BODY = BODY_SIZES[-1]
HEADLINE = Style(Face.HEI_BOLD, 24, 34)
TEXT = Style(Face.SONG, 12, 19)
FIELD = Style(Face.SONG, 10.5, 15)
LABEL = Style(Face.HEI, 10.5, 15)
LIST = Style(Face.SONG, 9.5, 13)
LIST_HEAD = Style(Face.HEI, 9.5, 13)
NOTE = Style(Face.SONG, 9, 12.5)
SMALL = Style(Face.SONG, 8, 11)
LINE_SIZES = (FIELD, LIST, NOTE, SMALL)
MARK = Style(Face.HEI_BOLD, 11, 15)
SECTION = Style(Face.HEI, 11, 17)
SEAL_HINT = Style(Face.SONG, 10.5, 15, grey=0.45)

CHINA = timezone(timedelta(hours=8))
_WEEKDAYS = "一二三四五六日"

_MEANS = {
    "identity_card": "读取证件",
    "licence": "电子证照",
    "shared_data": "数据共享",
    "upload": "网上提交",
    "earlier_case": "历史办件复用",
    "scan": "窗口扫描",
    "original_seen": "窗口核验原件",
}
_APPLICATION = {
    Regime.LICENSING.value: "行政许可申请",
    Regime.MARKET_REGISTRATION.value: "登记申请",
    Regime.CONFIRMATION.value: "行政确认申请",
    Regime.PAYMENT.value: "行政给付申请",
    Regime.PUBLIC_SERVICE.value: "公共服务事项申请",
    Regime.SOCIAL_INSURANCE.value: "社会保险业务申请",
}


def press(facts: AcceptanceNotice) -> bytes:
    """The notice as PDF, A4; the same facts give the same bytes.

    Raises PaperError paper.uncovered_character and paper.does_not_fit, and ValueError when a time
    is not aware.
    """
    if facts.accepted_at.tzinfo is None:
        raise ValueError("accepted_at must be aware")
    pages = paginate(_blocks(facts), BOTTOM - TOP_FIRST, BOTTOM - TOP_LATER)
    sheet = Sheet(TITLE, facts.body_name)
    for number, blocks in enumerate(pages, 1):
        if number > 1:
            _draw_running_head(sheet, facts)
        draw_column(sheet, blocks, LEFT, TOP_FIRST if number == 1 else TOP_LATER)
        _draw_foot(sheet, facts, number, len(pages))
        sheet.end_page()
    return sheet.finish()


def case_number(facts: AcceptanceNotice) -> str:
    """The number a query is made with: the official one as soon as there is one."""
    return facts.case_number or facts.provisional_number


def query_text(facts: AcceptanceNotice) -> str:
    """What the QR code says."""
    return f"HC1:{case_number(facts)}:{facts.query_code}"


def written_date(day: date) -> str:
    """2026年11月27日（星期五）."""
    return f"{_plain_date(day)}（星期{_WEEKDAYS[day.weekday()]}）"


def _plain_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)


def _blocks(facts: AcceptanceNotice) -> list[Block]:
    """Everything between head and foot, in order."""
    address = f"{facts.applicant.name}："
    return [
        Drawing(35 * MM, lambda sheet, x, y: _draw_head(sheet, facts, x, y)),
        Paragraph(address, TEXT, WIDTH),
        Paragraph(_statement(facts), TEXT, WIDTH, indent=2 * TEXT.size),
        Gap(6),
        *_facts_table(facts),
        Gap(8),
        *_materials_table(facts.materials),
        Gap(7),
        *_notes_and_signatures(facts),
    ]


# Head and foot ------------------------------------------------------------------------------------


def _draw_head(sheet: Sheet, facts: AcceptanceNotice, x: float, y: float) -> None:
    """Body, title, number of the document; the marks on the left, the QR code on the right."""
    middle = x + WIDTH / 2
    side = 25 * MM
    _draw_body_name(sheet, facts.body_name, x + side + 4, y)
    sheet.text(middle, y + 56, "受 理 通 知 书", HEADLINE, "center")
    sheet.qr(query_text(facts), x + WIDTH - side, y - 5 * MM, side)
    sheet.text(x + WIDTH - side / 2, y + side - 5 * MM + 6, "扫码查询办理进度", SMALL, "center")
    _draw_marks(sheet, facts, x, y)
    line = y + 32 * MM
    number = f"文书编号：{facts.paper_number}"
    sheet.line(x + WIDTH, line - 6, number, LINE_SIZES, room=WIDTH, align="right")
    sheet.rule(x, line, x + WIDTH, line, 1.4)
    sheet.rule(x, line + 2.4, x + WIDTH, line + 2.4, 0.5)


def _draw_body_name(sheet: Sheet, name: str, x: float, y: float) -> None:
    """In one line as large as fits between marks and QR code, or in two small ones."""
    room = WIDTH - 50 * MM - 8
    lines = break_lines(name, SMALL_BODY.face, SMALL_BODY.size, room)
    if len(lines) == 1:
        sheet.line(x + room / 2, y + 20, name, BODY_SIZES, room=room, align="center")
        return
    if len(lines) > 2:
        raise PaperError("paper.does_not_fit", part="body_name")
    for number, line in enumerate(lines):
        sheet.text(x + room / 2, y + 9 + 15 * number, line, SMALL_BODY, "center")


def _draw_marks(sheet: Sheet, facts: AcceptanceNotice, x: float, y: float) -> None:
    """What sets this copy apart: accepted offline, printed again."""
    marks = []
    if facts.prints:
        marks.append(f"补打 第{facts.prints}次")
    if facts.offline:
        marks.append("离线受理")
    top = y - 4 * MM
    for mark in marks:
        wide = 25 * MM
        sheet.frame(x, top, wide, 18, 1.0)
        sheet.text(x + wide / 2, top + 13, mark, MARK, "center")
        top += 22


def _draw_running_head(sheet: Sheet, facts: AcceptanceNotice) -> None:
    y = 18 * MM
    sheet.text(LEFT, y, f"{TITLE}（续页）", LABEL)
    number = f"文书编号：{facts.paper_number}"
    sheet.line(LEFT + WIDTH, y, number, LINE_SIZES, room=WIDTH - 100, align="right")
    sheet.rule(LEFT, y + 6, LEFT + WIDTH, y + 6, 0.8)


def _draw_foot(sheet: Sheet, facts: AcceptanceNotice, page: int, pages: int) -> None:
    """The case number as bars and in letters, and which page this is: sheets may come apart."""
    y = BOTTOM + 2.5 * MM
    number, room = case_number(facts), WIDTH - 70
    base = y + 8 * MM + 9
    x = LEFT - BARS_QUIET  # so that the first bar stands in line with the text
    wide = room
    if number.isascii():  # bars hold nothing else; the QR code holds any number
        wide = sheet.code_128(number, x=x, y=y, room=room, height=8 * MM)
    sheet.line(x + wide / 2, base, number, (SMALL,), room=room, align="center")
    sheet.text(LEFT + WIDTH, base, f"第 {page} 页　共 {pages} 页", SMALL, "right")


# Statement ----------------------------------------------------------------------------------------


def _statement(facts: AcceptanceNotice) -> str:
    """The decision, in the words of the regime it is taken under."""
    organisation = facts.applicant.document_kind == DocumentKind.ORGANISATION.value
    you = "你单位" if organisation else "你"
    day = _plain_date(_local(facts.accepted_at).date())
    application = _APPLICATION.get(facts.regime, "申请")
    received = f"{you}于{day}向本机关提出的“{facts.item_name}”{application}及所附材料收悉。"
    if facts.regime == Regime.LICENSING.value:
        found = "经审查，申请事项依法属于本机关职权范围，申请材料齐全、符合法定形式。"
        grounds = ["《中华人民共和国行政许可法》第三十二条第一款第五项"]
    else:
        found = "经核对，申请事项属于本机关办理范围，申请材料齐全、符合规定形式。"
        grounds = []
    grounds += [basis for basis in facts.legal_basis if basis not in grounds]
    by = f"依据{'、'.join(grounds)}，" if grounds else ""
    return f"{received}{found}{by}现决定予以受理，特此通知。"


# Tables -------------------------------------------------------------------------------------------

_FIELD_WIDTHS = tuple(part * WIDTH for part in (0.14, 0.40, 0.14, 0.32))


def _facts_table(facts: AcceptanceNotice) -> list[Block]:
    """Who, what, when and by when."""
    rows = [*_party_rows("申请人", facts.applicant)]
    if facts.agent is not None:
        rows += _party_rows("代理人", facts.agent)
    rows += [
        _wide_row("事项名称", facts.item_name),
        _wide_row("事项编码", facts.item_code),
        _pair_row("办件编号", _numbers(facts), "查询码", facts.query_code),
        _pair_row("受理时间", _accepted_at(facts), "办件类型", _case_type(facts)),
        _pair_row("承诺时限", _promise(facts), _due_label(facts), _due(facts)),
        _wide_row("收费情况", _fee(facts)),
    ]
    return rows


def _pair_row(label: str, text: str, other_label: str, other: str) -> Block:
    cells = (
        Cell(label, LABEL, "center"),
        Cell(text, FIELD),
        Cell(other_label, LABEL, "center"),
        Cell(other, FIELD),
    )
    return Row(cells, _FIELD_WIDTHS, least=20)


def _wide_row(label: str, text: str) -> Block:
    return Row((Cell(label, LABEL, "center"), Cell(text, FIELD, span=3)), _FIELD_WIDTHS, least=20)


def _party_rows(label: str, party: Party) -> list[Block]:
    """One row when the name is of usual length, two when it needs the whole line."""
    document = f"{DocumentKind(party.document_kind).title}　{party.masked_number}"
    if len(party.name) <= 14:
        return [_pair_row(label, party.name, "证件及号码", document)]
    return [_wide_row(label, party.name), _wide_row("证件及号码", document)]


def _numbers(facts: AcceptanceNotice) -> str:
    if not facts.case_number:
        return f"{facts.provisional_number}（临时编号）"
    if facts.provisional_number:
        return f"{facts.case_number}\n（原临时编号 {facts.provisional_number}）"
    return facts.case_number


def _accepted_at(facts: AcceptanceNotice) -> str:
    moment = _local(facts.accepted_at)
    return f"{written_date(moment.date())}{moment.hour}时{moment.minute:02}分"


def _case_type(facts: AcceptanceNotice) -> str:
    return "即办件" if facts.immediate else "承诺件"


def _promise(facts: AcceptanceNotice) -> str:
    if facts.immediate:
        return "当场办结"
    unit = "个工作日" if facts.day_kind == "working" else "日（自然日）"
    return f"{facts.promised_days}{unit}"


def _due_label(facts: AcceptanceNotice) -> str:
    return "办结日期" if facts.immediate else "最迟办结"


def _due(facts: AcceptanceNotice) -> str:
    if facts.due_on is None:
        return "——"
    due = written_date(facts.due_on)
    return f"{due}\n（暂定，见说明）" if facts.due_provisional else due


def _fee(facts: AcceptanceNotice) -> str:
    if not facts.charged:
        return "不收费" if not facts.fee_note else f"不收费。{facts.fee_note}"
    return f"收费。{facts.fee_note}"


_LIST_WIDTHS = tuple(part * WIDTH for part in (0.06, 0.355, 0.255, 0.07, 0.085, 0.07, 0.105))
_LIST_HEADS = ("序号", "材料名称", "提交方式", "原件", "复印件", "页数", "可信等级")


def _materials_table(materials: Sequence[ReceivedMaterial]) -> list[Block]:
    """The list of what was received; its head stays with the first row and is repeated."""
    title = Paragraph(f"收到申请材料清单（共{len(materials)}项）", SECTION, WIDTH)
    head = Row([Cell(text, LIST_HEAD, "center") for text in _LIST_HEADS], _LIST_WIDTHS)
    rows = [_material_row(n, material, head) for n, material in enumerate(materials, 1)]
    return [Group((title, Gap(3), head, *rows[:1])), *rows[1:]]


def _material_row(number: int, material: ReceivedMaterial, head: Block) -> Block:
    how = _MEANS.get(material.met_by, material.met_by)
    if material.label and material.met_by in {"licence", "shared_data"}:
        how = f"{how}：{material.label}"
    elif material.original_compared:
        how = f"{how}，窗口核验原件"
    without_paper = "电子 原件退还" if material.original_compared else "电子 免提交"
    handed_in = (
        [Cell(without_paper, LIST, "center", span=2)]
        if material.electronic
        else [Cell(_count(n), LIST, "center") for n in (material.originals, material.copies)]
    )
    cells = (
        Cell(f"{number}", LIST, "center"),
        Cell(material.name, LIST),
        Cell(how, LIST),
        *handed_in,
        Cell(_count(material.pages), LIST, "center"),
        Cell(material.trust_grade or "—", LIST, "center"),
    )
    return Row(cells, _LIST_WIDTHS, head=(head,))


def _count(number: int) -> str:
    return f"{number}" if number else "—"


# Notes and signatures -----------------------------------------------------------------------------


def _notes_and_signatures(facts: AcceptanceNotice) -> list[Block]:
    """The numbered notes; the last stays with the signatures, which never stand on a page alone."""
    numbered = [
        Paragraph(f"{n}. {note}", NOTE, WIDTH, hang=NOTE.size * 1.25)
        for n, note in enumerate(_notes(facts), 1)
    ]
    return [
        Group((Paragraph("说明", SECTION, WIDTH), numbered[0])),
        *numbered[1:-1],
        Group((numbered[-1], Gap(6), _signatures(facts))),
    ]


def _notes(facts: AcceptanceNotice) -> list[str]:
    """What the applicant should know; at least two sentences."""
    notes: list[str] = []
    if any(m.electronic and not m.original_compared for m in facts.materials):
        notes.append(
            "标注“免提交”的材料，由本机关通过电子证照、数据共享等方式取得，"
            "申请人已免提交纸质材料；可信等级依照国办函〔2016〕108号划分。"
        )
    if not facts.immediate and facts.day_kind == "working":
        notes.append(
            "承诺时限自受理次日起按工作日计算，不含休息日和法定节假日。" + _uncounted(facts)
        )
    elif not facts.immediate:
        notes.append("承诺时限自受理次日起按自然日计算。" + _uncounted(facts))
    if facts.due_provisional:
        notes.append("最迟办结日期所在年度的节假日安排尚未公布，所列日期为暂定，公布后据实确定。")
    if facts.offline:
        notes.append("本件在网络中断期间受理，受理时间以窗口受理时间为准，网络恢复后自动报送。")
    if not facts.case_number:
        notes.append("办件编号为临时编号，正式编号确定后，凭临时编号仍可查询。")
    notes.append(
        f"咨询电话：{facts.enquiry_phone}；监督投诉电话：{facts.complaint_phone}；"
        f"地址：{facts.hall_address or facts.hall_name}。"
    )
    notes.append("本通知书一式两份，申请人和受理机关各执一份。请妥善保管，凭此查询进度、领取结果。")
    return notes


def _uncounted(facts: AcceptanceNotice) -> str:
    """行政许可法 第四十五条: what does not count towards the limit of a licence."""
    if facts.regime != Regime.LICENSING.value:
        return ""
    return (
        "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，"
        "所需时间不计算在期限内，另行书面告知。"
    )


def _signatures(facts: AcceptanceNotice) -> Block:
    """The applicant signs on the left; the body's name, seal and date stand on the right."""
    half = WIDTH / 2
    room = half - 16
    hang = 5 * FIELD.size
    where = f"受理窗口：{facts.hall_name}　{facts.window_name}"
    left = (
        Gap(6),
        Drawing(24, _draw_signing_line),
        Paragraph("签收日期：　　　　年　　月　　日", FIELD, room),
        Gap(7),
        Paragraph(f"受理人员：{facts.officer_name}", FIELD, room, hang=hang),
        Gap(4),
        Paragraph(where, FIELD, room, hang=hang),
    )
    day = _plain_date(_local(facts.accepted_at).date())
    code = f"统一社会信用代码：{facts.body_code}"
    right = (
        Gap(8),
        Paragraph(facts.body_name, FIELD, room, align="center"),
        Gap(12),
        Paragraph("（受理专用章）", SEAL_HINT, room, align="center"),
        Gap(12),
        Paragraph(day, FIELD, room, align="center"),
        Gap(2),
        Paragraph(code, SMALL, room, align="center"),
    )
    high = max(35 * MM, *(sum(block.height for block in column) + 6 for column in (left, right)))

    def paint(sheet: Sheet, x: float, y: float) -> None:
        sheet.frame(x, y, WIDTH, high)
        sheet.rule(x + half, y, x + half, y + high)
        draw_column(sheet, left, x + 8, y)
        draw_column(sheet, right, x + half + 8, y)

    return Drawing(high, paint)


def _draw_signing_line(sheet: Sheet, x: float, y: float) -> None:
    sheet.text(x, y + 14, "申请人（代理人）签名：", LABEL)
    sheet.rule(x + 118, y + 17, x + WIDTH / 2 - 16, y + 17)
