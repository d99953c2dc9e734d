"""The invented county, its hall, the windows and the bodies behind them."""

from __future__ import annotations

from dataclasses import dataclass

from hall_platform.check_digits import credit_code

PROVINCE = "990000"
CITY = "990300"
COUNTY = "990302"
COUNTY_REGION = COUNTY + "000000"


@dataclass(frozen=True)
class Hall:
    """A service hall (政务服务大厅)."""

    code: str
    name: str
    region: str
    address: str
    phone: str
    windows: int


HALL = Hall(
    COUNTY + "01", "市民之家", COUNTY_REGION, "试验省试验市雨山区市民中路66号", "0000-823000", 12
)
# A hall of the county next door, so that borders can be seen to hold.
NEIGHBOUR = Hall(
    "99030401",
    "东试县政务服务中心",
    "990304000000",
    "试验省试验市东试县试验街8号",
    "0000-824000",
    4,
)
HALLS = (HALL, NEIGHBOUR)

WINDOWS = tuple(f"{number:02d}" for number in range(1, 13))


@dataclass(frozen=True)
class Body:
    """A body that handles items or issues licences (实施主体), with its invented credit code."""

    name: str
    code: str
    enquiry_phone: str
    complaint_phone: str


def _county(serial: int, name: str) -> Body:
    code = credit_code("11", COUNTY, f"MB0A{serial:04d}")
    return Body(name, code, f"0000-8230{serial:04d}", "0000-12345")


def _of(region: str, serial: int, name: str, kind: str = "11") -> Body:
    code = credit_code(kind, region, f"MB0B{serial:04d}")
    return Body(name, code, f"0000-8240{serial:04d}", "0000-12345")


BODIES = {
    "market": _county(1, "雨山区市场监督管理局"),
    "health": _county(2, "雨山区卫生健康局"),
    "labour": _county(3, "雨山区人力资源和社会保障局"),
    "insurance": _county(4, "雨山区医疗保障局"),
    "civil": _county(5, "雨山区民政局"),
    "disabled": _of(COUNTY, 6, "雨山区残疾人联合会", "13"),
    "land": _county(7, "雨山区自然资源局"),
    "city_order": _county(8, "雨山区城市管理和综合执法局"),
    "traffic": _county(9, "雨山区交通运输局"),
    "police": _county(10, "试验市公安局雨山分局"),
    "fund": _of(CITY, 1, "试验市住房公积金管理中心", "12"),
    "city_health": _of(CITY, 2, "试验市卫生健康委员会"),
    "city_police": _of(CITY, 3, "试验市公安局"),
    "province_data": _of(PROVINCE, 1, "试验省数据局"),
}
