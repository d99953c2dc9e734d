"""Electronic forms of the invented items, as JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _text(title: str, longest: int = 100, **more: Any) -> Schema:
    return {"type": "string", "title": title, "minLength": 1, "maxLength": longest, **more}


def _choice(title: str, *choices: str) -> Schema:
    return {"type": "string", "title": title, "enum": list(choices)}


MOBILE = {"type": "string", "title": "联系电话", "pattern": "^1[0-9]{10}$"}
ADDRESS = _text("住所（经营场所）", 100)
TRADE_NAME = _text("名称", 60)
HEADCOUNT = {"type": "integer", "title": "从业人数", "minimum": 1, "maximum": 9999}


def _form(title: str, required: tuple[str, ...], **members: Schema) -> Schema:
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": members,
    }


SOLE_TRADER = _form(
    "个体工商户设立登记申请书",
    ("name", "address", "scope", "kind", "mobile"),
    name=TRADE_NAME,
    address=ADDRESS,
    scope=_text("经营范围", 500),
    kind=_choice("组成形式", "个人经营", "家庭经营"),
    headcount=HEADCOUNT,
    capital_yuan={"type": "number", "title": "资金数额（元）", "minimum": 0},
    mobile=MOBILE,
)
COMPANY = _form(
    "公司登记（备案）申请书",
    ("name", "address", "scope", "capital_yuan", "representative", "mobile"),
    name=TRADE_NAME,
    address=ADDRESS,
    scope=_text("经营范围", 500),
    capital_yuan={"type": "number", "title": "注册资本（元）", "exclusiveMinimum": 0},
    representative=_text("法定代表人", 50),
    shareholders={
        "type": "array",
        "title": "股东",
        "minItems": 1,
        "maxItems": 50,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "share"],
            "properties": {
                "name": _text("姓名或者名称", 100),
                "share": {"type": "number", "title": "出资比例（%）", "minimum": 0, "maximum": 100},
            },
        },
    },
    mobile=MOBILE,
)
FOOD = _form(
    "食品经营许可申请书",
    ("name", "address", "business_kind", "projects", "mobile"),
    name=TRADE_NAME,
    address=ADDRESS,
    business_kind=_choice("主体业态", "食品销售经营者", "餐饮服务经营者", "集中用餐单位食堂"),
    projects={
        "type": "array",
        "title": "经营项目",
        "minItems": 1,
        "uniqueItems": True,
        "items": _choice("项目", "散装食品销售", "热食类制售", "冷食类制售", "自制饮品制售"),
    },
    headcount=HEADCOUNT,
    online={"type": "boolean", "title": "是否网络经营"},
    website={"type": "string", "title": "网址", "maxLength": 200},
    mobile=MOBILE,
) | {
    "if": {"properties": {"online": {"const": True}}, "required": ["online"]},
    "then": {"required": ["website"]},
}
PUBLIC_HEALTH = _form(
    "卫生许可证申请表",
    ("name", "address", "place_kind", "mobile"),
    name=TRADE_NAME,
    address=ADDRESS,
    place_kind=_choice("场所类别", "宾馆旅店", "美容美发", "游泳场馆", "商场", "公共浴室"),
    area_m2={"type": "number", "title": "营业面积（平方米）", "exclusiveMinimum": 0},
    headcount=HEADCOUNT,
    mobile=MOBILE,
)
SENIOR_ALLOWANCE = _form(
    "高龄津贴申请表",
    ("account", "bank", "mobile"),
    account={"type": "string", "title": "收款账号", "pattern": "^[0-9]{12,24}$"},
    bank=_text("开户银行", 60),
    carer=_text("代办人姓名", 50),
    mobile=MOBILE,
)
FUND = _form(
    "住房公积金提取申请书",
    ("monthly_rent_yuan", "since", "mobile"),
    monthly_rent_yuan={"type": "number", "title": "月租金（元）", "exclusiveMinimum": 0},
    since={"type": "string", "title": "租住开始日期", "format": "date"},
    mobile=MOBILE,
)
