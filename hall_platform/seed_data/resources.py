"""The directory of shared resources of the invented city (信息资源目录): five base libraries."""

from __future__ import annotations

from typing import Any

from hall_platform.seed_data.places import BODIES

Row = dict[str, Any]

_GENERAL, _PERSONAL, _SENSITIVE = "general", "personal", "sensitive"


def _field(code: str, title: str, meaning: str, sensitivity: str = _PERSONAL) -> Row:
    return {"code": code, "title": title, "meaning": meaning, "sensitivity": sensitivity}


def _resource(
    code: str,
    library: str,
    title: str,
    body: str,
    *fields: Row,
    cycle: str = "daily",
    sharing: str = "conditional",
    condition: str = "办理列明该项数据的事项时，由经办人按办件或者事项查询。",
    connector: str = "records",
    correction_days: int = 10,
) -> Row:
    return {
        "code": code,
        "library": library,
        "title": title,
        "body_name": BODIES[body].name,
        "body_code": BODIES[body].code,
        "fields": list(fields),
        "update_cycle": cycle,
        "sharing": sharing,
        "sharing_condition": "" if sharing == "unconditional" else condition,
        "connector": connector,
        "correction_days": correction_days,
    }


RESOURCES = (
    # 人口库
    _resource(
        "population-basic",
        "population",
        "人口基本信息",
        "police",
        _field("name", "姓名", "居民身份证所载姓名"),
        _field("sex", "性别", "GB/T 2261.1 性别代码"),
        _field("nation_name", "民族", "民族名称"),
        _field("born", "出生日期", "年-月-日"),
        _field("address", "住址", "常住户口所在地住址"),
        _field("valid_to", "证件有效期止", "空为长期"),
        cycle="realtime",
        connector="registers",
        correction_days=5,
    ),
    _resource(
        "household-register",
        "population",
        "户籍信息",
        "police",
        _field("household", "户号", "居民户口簿户号"),
        _field("kind", "户别", "家庭户或者集体户", _GENERAL),
        _field("relation", "与户主关系", "户主、配偶、子女等"),
        _field("address", "住址", "户口所在地住址"),
        _field("moved_in_on", "迁入日期", "年-月-日"),
        _field("head_name", "户主姓名", "户主的姓名"),
    ),
    _resource(
        "marriage-registration",
        "population",
        "婚姻登记信息",
        "civil",
        _field("standing", "婚姻状态", "已婚或者离婚"),
        _field("registered_on", "登记日期", "年-月-日"),
        _field("certificate", "证件字号", "结婚证或者离婚证字号"),
        _field("registry", "登记机关", "办理登记的机关", _GENERAL),
        _field("spouse_name", "配偶姓名", "对方当事人姓名"),
        _field("spouse_number", "配偶证件号码", "对方当事人证件号码"),
    ),
    _resource(
        "birth-certificate",
        "population",
        "出生医学证明信息",
        "health",
        _field("certificate", "证明编号", "出生医学证明编号"),
        _field("child_name", "新生儿姓名", "证明所载姓名", _SENSITIVE),
        _field("born_on", "出生日期", "年-月-日", _SENSITIVE),
        _field("mother_name", "母亲姓名", "证明所载姓名", _SENSITIVE),
        _field("father_name", "父亲姓名", "证明所载姓名，可空", _SENSITIVE),
    ),
    _resource(
        "social-insurance",
        "population",
        "社会保险参保信息",
        "labour",
        _field("scheme", "险种", "职工或者城乡居民养老保险"),
        _field("standing", "参保状态", "正常、暂停或者终止"),
        _field("since", "参保起始年月", "年-月"),
        _field("months_paid", "累计缴费月数", "整月数"),
        _field("employer", "参保单位", "城乡居民参保的为空"),
        cycle="monthly",
    ),
    _resource(
        "education-degree",
        "population",
        "学历学位信息",
        "province_data",
        _field("school", "毕业院校", "颁发学历证书的院校"),
        _field("major", "专业", "学历证书所载专业"),
        _field("degree", "学历", "专科、本科或者研究生"),
        _field("graduated_on", "毕业日期", "年-月-日"),
        cycle="yearly",
        connector="province",
        correction_days=20,
    ),
    # 法人库
    _resource(
        "company-registration",
        "legal_persons",
        "市场主体登记信息",
        "market",
        _field("name", "名称", "营业执照所载名称", _GENERAL),
        _field("kind", "类型", "市场主体类型", _GENERAL),
        _field("address", "住所", "住所或者主要经营场所", _GENERAL),
        _field("scope", "经营范围", "以登记机关公示为准", _GENERAL),
        _field("established_on", "成立日期", "年-月-日", _GENERAL),
        _field("standing", "登记状态", "存续、吊销或者注销", _GENERAL),
        _field("representative_name", "法定代表人", "法定代表人或者经营者姓名"),
        _field("representative_number", "法定代表人证件号码", "证件号码"),
        cycle="realtime",
        correction_days=5,
    ),
    _resource(
        "society-registration",
        "legal_persons",
        "社会组织和事业单位登记信息",
        "civil",
        _field("name", "名称", "登记证书所载名称", _GENERAL),
        _field("kind", "类型", "社会服务机构、事业单位", _GENERAL),
        _field("address", "住所", "登记的住所", _GENERAL),
        _field("standing", "登记状态", "正常、撤销或者注销", _GENERAL),
        _field("representative_name", "法定代表人", "法定代表人姓名"),
        cycle="monthly",
        sharing="unconditional",
    ),
    # 自然资源和地理空间库
    _resource(
        "estate-registration",
        "geography",
        "不动产登记信息",
        "land",
        _field("certificate", "证书号", "不动产权证书号"),
        _field("location", "坐落", "不动产坐落"),
        _field("use", "用途", "规划用途", _GENERAL),
        _field("area", "面积", "建筑面积，平方米", _GENERAL),
        _field("share", "共有情况", "单独所有或者共有份额"),
        _field("restriction", "权利限制", "抵押、查封等，无则为空"),
        _field("registered_on", "登记日期", "年-月-日"),
        cycle="realtime",
    ),
    _resource(
        "deed-tax",
        "geography",
        "契税完税信息",
        "province_data",
        _field("certificate", "完税凭证号", "税收完税证明编号"),
        _field("location", "坐落", "完税的不动产坐落"),
        _field("paid_on", "完税日期", "年-月-日"),
        _field("amount", "税额", "人民币元"),
        connector="province",
        correction_days=20,
    ),
    # 社会信用信息库
    _resource(
        "credit-marks",
        "credit",
        "信用信息",
        "market",
        _field("mark", "信息类别", "行政处罚、经营异常、守信记录", _GENERAL),
        _field("decided_on", "作出日期", "年-月-日", _GENERAL),
        _field("decided_by", "作出机关", "机关名称", _GENERAL),
        _field("standing", "状态", "公示中、已修复", _GENERAL),
    ),
    _resource(
        "credit-internal",
        "credit",
        "信用评价内部研判信息",
        "market",
        _field("level", "研判等次", "仅供监管部门内部使用"),
        cycle="monthly",
        sharing="none",
        condition="仅供监管部门内部使用，依据《政务信息资源共享管理暂行办法》不予共享。",
    ),
    # 电子证照库
    _resource(
        "e-licences",
        "licences",
        "电子证照目录信息",
        "province_data",
        _field("type_name", "证照名称", "证照类型名称", _GENERAL),
        _field("number", "证照编号", "证照面上的编号"),
        _field("issuer_name", "颁发机构", "颁发机构名称", _GENERAL),
        _field("issued_on", "颁发日期", "年-月-日", _GENERAL),
        _field("valid_to", "有效期止", "空为长期", _GENERAL),
        _field("status", "状态", "有效、过期、吊销、暂扣", _GENERAL),
        cycle="realtime",
        connector="licences",
    ),
)
