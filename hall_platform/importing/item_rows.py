"""Items as rows of a table: the first row of an item says what it is, each row has a material."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from hall_platform.importing.cells import Cells
from hall_platform.importing.licence_types import Directory
from hall_platform.importing.reading import Columns, Line, Wrong, parsed, text_of
from hall_platform.importing.seals import beside

if TYPE_CHECKING:
    from hall_platform.importing.taking import Taking

OF_ITEM = {
    "code": "实施编码",
    "base_code": "基本编码",
    "business_code": "业务办理项编码",
    "name": "事项名称",
    "pinyin": "拼音首字母",
    "keywords": "别名",
    "type_code": "事项类型",
    "level": "行使层级",
    "region": "行政区划",
    "body_name": "实施主体",
    "body_code": "实施主体代码",
    "regime": "法律制度",
    "case_type": "办件类型",
    "promised_days": "承诺期限",
    "legal_days": "法定期限",
    "day_kind": "期限单位",
    "audience": "服务对象",
    "channels": "办理形式",
    "conditions": "受理条件",
    "process": "办理流程",
    "legal_basis": "设定依据",
    "special_procedures": "特别程序",
    "appointment": "支持预约",
    "postal_delivery": "支持快递",
    "online_payment": "支持网上支付",
    "enquiry_phone": "咨询电话",
    "complaint_phone": "投诉电话",
    "services": "窗口业务",
    "papers": "文书",
    "fee_note": "收费说明",
    "fee_name": "收费项目",
    "fee_yuan": "收费金额（元）",
    "fee_unit": "收费单位",
    "fee_basis": "收费依据",
    "result_name": "结果名称",
    "result_type": "结果证照类型",
    "form_name": "表单名称",
    "form_file": "表单文件",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
}
OF_MATERIAL = {
    "material": "材料名称",
    "material_code": "材料编码",
    "required": "是否必备",
    "later_allowed": "可容缺",
    "originals": "原件份数",
    "copies": "复印件份数",
    "pages": "页数",
    "medium": "材料形式",
    "source": "材料来源",
    "identity_card": "可用身份证",
    "licences": "可用证照类型",
    "upload": "可上传",
    "original_seen": "可核验原件",
    "scan": "可扫描",
    "needs_original": "须核对原件",
    "earlier_case": "可用历史办件",
}
ITEMS = Columns(
    {**OF_ITEM, **OF_MATERIAL},
    needed=("code", "name", "body_name", "body_code", "regime", "region", "material"),
)

TYPES = {
    "行政许可": "01",
    "行政处罚": "02",
    "行政强制": "03",
    "行政征收": "04",
    "行政给付": "05",
    "行政检查": "06",
    "行政确认": "07",
    "行政奖励": "08",
    "行政裁决": "09",
    "其他行政权力": "10",
    "公共服务": "20",
}
LEVELS = {
    "国家级": "1",
    "省级": "2",
    "市级": "3",
    "县级": "4",
    "镇级": "5",
    "村级": "6",
    "分级": "7",
}
REGIMES = {
    "行政许可": "licensing",
    "市场主体登记": "market_registration",
    "行政确认": "confirmation",
    "行政给付": "payment",
    "公共服务": "public_service",
    "社会保险": "social_insurance",
}
CASE_TYPES = {"即办件": "immediate", "承诺件": "promised"}
DAYS = {"工作日": "working", "自然日": "calendar"}
AUDIENCES = {
    "自然人": "natural_person",
    "企业": "enterprise",
    "事业单位": "institution",
    "社会组织": "social_organisation",
    "行政机关": "administration",
    "其他": "other",
}
CHANNELS = {"窗口": "window", "网上": "online", "移动": "mobile", "快递": "post", "其他": "other"}
PAPERS = {
    "接收回执": "receipt",
    "物料流转凭证": "material_transfer",
    "受理通知书": "acceptance_notice",
    "补正告知书": "correction_notice",
    "不予受理通知书": "refusal_notice",
    "特殊程序告知书": "special_procedure_notice",
    "延长期限通知书": "extension_notice",
    "缴费通知书": "fee_notice",
    "准予决定书": "approval_decision",
    "不予决定书": "denial_decision",
    "送达回执": "delivery_receipt",
}
MEDIA = {"纸质": "paper", "电子": "electronic", "纸质和电子": "both"}
SOURCES = {"申请人": "applicant", "政府部门": "government"}


@dataclass
class Entry:
    """An item of a file with the days it is in force; `sound` until something in it was wrong."""

    where: str
    body: dict[str, Any]
    begins: date | None
    ends: date | None
    sound: bool = True


def contents_of_rows(taking: Taking, lines: Iterable[Line]) -> Iterator[Entry]:
    """The items of a table; what is wrong with a cell is noted at its row and column."""
    directory = Directory(taking.connection)
    current: Entry | None = None
    for line in lines:
        cells = Cells(line, taking.findings)
        if current is None or line["code"] not in ("", current.body["code"]):
            if current is not None:
                yield current
            current = _item(taking, cells, directory)
        if current is not None:
            materials = current.body["materials"]
            materials.append(_material(cells, directory, len(materials) + 1))
            current.sound = current.sound and cells.sound
    if current is not None:
        yield current


def _item(taking: Taking, cells: Cells, directory: Directory) -> Entry:
    begins, ends = cells.day("valid_from", needed=False), cells.day("valid_to", needed=False)
    if begins and ends and ends < begins:
        cells.wrong("valid_to", "早于生效日期")
    promised = cells.number("promised_days", 0, 3_650)
    fee = _fees(cells)
    body = {
        "code": cells.code("code", r"[0-9A-Z]{11,36}", "11990302MB0A00018J4990100000100"),
        "base_code": cells.code("base_code", r"[0-9A-Z]{1,12}", "9901000001"),
        "business_code": cells.code("business_code", r"[0-9A-Z]{1,40}", "…", needed=False),
        "name": cells.text("name", 200),
        "pinyin": cells.code("pinyin", r"[a-z0-9]{1,100}", "gtgshsldj", needed=False),
        "keywords": cells.words("keywords"),
        "type_code": cells.choice("type_code", TYPES),
        "level": cells.choice("level", LEVELS, "4"),
        "region": cells.code("region", r"[0-9]{12}", "990302000000"),
        "body": {
            "name": cells.text("body_name", 100),
            "code": cells.code("body_code", r"[0-9A-Z]{18}", "11990302MB0A00018J"),
        },
        "regime": cells.choice("regime", REGIMES),
        "case_type": cells.choice("case_type", CASE_TYPES, "promised" if promised else "immediate"),
        "promised_days": promised,
        "legal_days": cells.number("legal_days", promised, 3_650),
        "day_kind": cells.choice("day_kind", DAYS, "working"),
        "audience": cells.choices("audience", AUDIENCES, needed=True),
        "channels": cells.choices("channels", CHANNELS, needed=False) or ["window"],
        "charged": bool(fee or cells.line["fee_note"]),
        "fee_note": cells.text("fee_note", 500, needed=False),
        "fees": fee,
        "legal_basis": cells.paragraphs("legal_basis"),
        "conditions": cells.text("conditions", 5_000, needed=False),
        "process": cells.text("process", 5_000, needed=False),
        "special_procedures": cells.words("special_procedures"),
        "appointment": cells.yes("appointment", True),
        "postal_delivery": cells.yes("postal_delivery", False),
        "online_payment": cells.yes("online_payment", False),
        "enquiry_phone": cells.text("enquiry_phone", 60, needed=False),
        "complaint_phone": cells.text("complaint_phone", 60, needed=False),
        "services": cells.words("services"),
        "papers": cells.choices("papers", PAPERS, needed=False) or ["acceptance_notice"],
        "result": _result(cells, directory),
        "forms": _forms(taking, cells),
        "materials": [],
    }
    return Entry(cells.line.where, body, begins, ends)


def _fees(cells: Cells) -> list[dict[str, Any]]:
    if not cells.line["fee_name"]:
        return []
    amount = cells.money("fee_yuan")
    unit = cells.text("fee_unit", 20, needed=False) or "件"
    standard = f"{cells.line['fee_yuan']} 元/{unit}" if amount is not None else "按规定"
    return [
        {
            "name": cells.text("fee_name", 100),
            "amount_fen": amount,
            "unit": unit,
            "standard": standard,
            "basis": cells.text("fee_basis", 500),
        }
    ]


def _result(cells: Cells, directory: Directory) -> dict[str, Any] | None:
    kinds = directory.named(cells, "result_type")
    name = cells.line["result_name"] or (kinds[0]["name"] if kinds else "")
    if not name:
        return None
    return {"name": name, "licence_type": kinds[0] if kinds else None}


def _forms(taking: Taking, cells: Cells) -> list[dict[str, Any]]:
    if not cells.line["form_file"]:
        return []
    whole = beside(taking, cells, "form_file")
    if whole is None:
        return []
    try:
        schema = parsed(text_of(whole))
    except Wrong as wrong:
        cells.wrong("form_file", "；".join(map(str, wrong.findings)))
        return []
    if not isinstance(schema, dict):
        cells.wrong("form_file", "表单定义须为一个 JSON 对象")
        return []
    name = cells.line["form_name"] or str(schema.get("title") or "申请表")
    return [{"code": "F01", "name": name, "material": None, "json_schema": schema}]


def _material(cells: Cells, directory: Directory, number: int) -> dict[str, Any]:
    card = cells.yes("identity_card", False)
    return {
        "code": f"M{number:02d}",
        "name": cells.text("material", 100),
        "standard_code": cells.text("material_code", 64, needed=False),
        "required": cells.yes("required", True),
        "later_allowed": cells.yes("later_allowed", False),
        "originals": cells.number("originals", 1, 99),
        "copies": cells.number("copies", 0, 99),
        "pages": cells.number("pages", 1),
        "met_by": {
            "identity_card": card,
            "licence_types": directory.named(cells, "licences"),
            "shared_data": [],
            "shared_sources": [],
            "upload": cells.yes("upload", not card),
            "original_seen": cells.yes("original_seen", True),
            "scan": cells.yes("scan", not card),
            "earlier_case": cells.yes("earlier_case", False),
        },
        "needs_original": cells.yes("needs_original", False),
        "form": cells.choice("medium", MEDIA, "both"),
        "source": cells.choice("source", SOURCES, "applicant"),
    }
