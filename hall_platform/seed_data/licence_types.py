"""Types of e-licences the invented province has defined, and who issues them in the county."""

from __future__ import annotations

from dataclasses import dataclass

from hall_platform.seed_data.places import BODIES


@dataclass(frozen=True)
class Type:
    """A licence type. `years` of validity, None for one without an end."""

    name: str
    number: int
    issuer: str  # key of BODIES
    years: int | None
    number_prefix: str

    @property
    def code(self) -> str:
        """18-character code of the defining body and a 3-digit number (GB/T 36904)."""
        return f"{BODIES['province_data'].code}{self.number:03d}"


TYPES = {
    "household": Type("居民户口簿", 1, "police", None, "户"),
    "marriage": Type("结婚证", 2, "civil", None, "J990302-"),
    "birth": Type("出生医学证明", 3, "health", None, "Z99"),
    "estate": Type("不动产权证书", 4, "land", None, "试（2021）雨山区不动产权第"),
    "business": Type("营业执照", 5, "market", None, ""),
    "food": Type("食品经营许可证", 6, "market", 5, "JY1990302"),
    "public_health": Type("公共场所卫生许可证", 7, "health", 4, "雨卫公证字〔2023〕第"),
    "labour_dispatch": Type("劳务派遣经营许可证", 8, "labour", 3, "9903022023"),
    "transport": Type("道路运输经营许可证", 9, "traffic", 4, "试交运管许可雨字9903020"),
    "doctor_qualified": Type("医师资格证书", 10, "city_health", None, "2019991103"),
    "doctor": Type("医师执业证书", 11, "health", None, "1109903020"),
    "nurse": Type("护士执业证书", 12, "health", 5, "202199"),
    "driver": Type("机动车驾驶证", 13, "city_police", 10, ""),
    "vehicle": Type("机动车行驶证", 14, "city_police", None, "试X"),
    "social_card": Type("社会保障卡", 15, "labour", 10, "A99"),
    "disabled": Type("残疾人证", 16, "disabled", 10, ""),
    "senior": Type("老年人优待证", 17, "civil", None, "雨老"),
    "fitness": Type("从业人员健康证明", 18, "health", 1, "雨健"),
    "training": Type("护士执业资格考试成绩合格证明", 19, "city_health", 3, "HS99"),
    "tenancy": Type("房屋租赁登记备案证明", 20, "land", 3, "雨租备"),
}
