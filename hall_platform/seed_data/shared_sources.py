"""What items' materials need of the base libraries: a resource, and of it these fields alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A source of shared data that meets a material, and the fields that do (数据共享)."""

    resource: str
    title: str
    fields: tuple[str, ...]


SOURCES = {
    "premises": Source(
        "estate-registration", "不动产登记信息", ("certificate", "location", "use", "area")
    ),
    "homes": Source("estate-registration", "不动产登记信息", ("location", "use")),
    "estate": Source(
        "estate-registration",
        "不动产登记信息",
        ("certificate", "location", "use", "area", "share", "restriction"),
    ),
    "business": Source(
        "company-registration",
        "市场主体登记信息",
        ("name", "kind", "address", "scope", "established_on", "standing"),
    ),
    "household": Source(
        "household-register",
        "户籍信息",
        ("household", "relation", "address", "kind", "moved_in_on"),
    ),
    "marriage": Source(
        "marriage-registration", "婚姻登记信息", ("standing", "registered_on", "certificate")
    ),
    "spouse": Source(
        "marriage-registration",
        "婚姻登记信息",
        ("standing", "registered_on", "certificate", "spouse_name"),
    ),
    "birth": Source(
        "birth-certificate", "出生医学证明信息", ("certificate", "born_on", "mother_name")
    ),
    "insured": Source("social-insurance", "社会保险参保信息", ("scheme", "standing", "since")),
    "tax": Source("deed-tax", "契税完税信息", ("certificate", "paid_on", "amount")),
    "education": Source("education-degree", "学历学位信息", ("school", "major", "degree")),
    "credit": Source("credit-marks", "信用信息", ("mark", "decided_on", "standing")),
}


def named(keys: tuple[str, ...]) -> list[dict[str, object]]:
    """The sources of those keys, as the catalogue writes them."""
    return [
        {"resource": one.resource, "title": one.title, "fields": list(one.fields)}
        for one in (SOURCES[key] for key in keys)
    ]
