"""What the base libraries hold about the invented people, agreeing with them and their licences."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hall_platform.seed_data.licence_types import TYPES
from hall_platform.seed_data.places import BODIES

Row = dict[str, Any]
Party = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A record, and what of it is each person's own."""

    resource: str
    id: str
    body: Row
    subjects: Sequence[tuple[Party, Row]]


@dataclass(frozen=True)
class Libraries:
    """The invented people with the licences they hold, by type and holder."""

    numbers: random.Random
    people: Sequence[Party]
    organisations: Sequence[Party]
    held: dict[tuple[str, str], Row]
    today: date

    def records(self) -> list[Record]:
        """Every record of every library; the same numbers give the same."""
        return [
            *self._households(),
            *self._marriages(),
            *self._births(),
            *self._insurances(),
            *self._companies(),
            *self._societies(),
            *self._estates(),
            *self._credit(),
        ]

    def _record(self, resource: str, body: Row, *subjects: tuple[Party, Row]) -> Record:
        identifier = str(uuid.UUID(int=self.numbers.getrandbits(128), version=4))
        return Record(resource, identifier, body, subjects)

    def _residents(self) -> list[Party]:
        return [one for one in self.people if one["kind"] == "resident"]

    def _adults(self) -> list[Party]:
        return [one for one in self._residents() if self._age(one) >= 20]

    def _children(self) -> list[Party]:
        return [one for one in self._residents() if self._age(one) < 20]

    def _age(self, person: Party) -> int:
        return self.today.year - int(person["born"][:4])

    def _licence(self, key: str, party: Party) -> Row | None:
        return self.held.get((TYPES[key].code, party["number"]))

    def _couples(self) -> Iterator[tuple[Party, Party]]:
        """Men and women of about an age, the demonstration's person among them."""
        adults = [one for one in self._adults() if self._age(one) >= 24]
        men = sorted((one for one in adults if one["sex"] == "1"), key=lambda one: one["born"])
        women = sorted((one for one in adults if one["sex"] == "2"), key=lambda one: one["born"])
        for man in men:
            fitting = [
                one for one in women if abs(int(one["born"][:4]) - int(man["born"][:4])) <= 8
            ]
            if fitting:
                women.remove(fitting[0])
                yield man, fitting[0]

    def _families(self) -> list[list[Party]]:
        """Couples with their children, and those who live alone."""
        couples = [list(couple) for couple in self._couples()]
        for child in self._children():
            fitting = [
                one
                for one in couples
                if all(18 <= int(child["born"][:4]) - int(own["born"][:4]) <= 45 for own in one[:2])
                and len(one) < 4
            ]
            if fitting:
                min(fitting, key=len).append(child)
        placed = {one["number"] for family in couples for one in family}
        return [*couples, *([one] for one in self._residents() if one["number"] not in placed)]

    def _households(self) -> Iterator[Record]:
        relations = ("户主", "配偶", "子女", "子女")
        for position, family in enumerate(self._families(), start=1):
            head = family[0]
            body = {
                "household": f"990302{position:09d}",
                "kind": "家庭户",
                "address": head["address"],
                "head_name": head["name"],
            }
            subjects = [
                (one, {"relation": relation, "moved_in_on": self._moved_in(one)})
                for one, relation in zip(family, relations, strict=False)
            ]
            yield self._record("household-register", body, *subjects)

    def _moved_in(self, person: Party) -> str:
        born = date.fromisoformat(person["born"])
        return min(born + timedelta(days=self.numbers.randint(30, 9_000)), self.today).isoformat()

    def _marriages(self) -> Iterator[Record]:
        for position, (man, woman) in enumerate(self._couples(), start=1):
            licence = self._licence("marriage", man) or self._licence("marriage", woman)
            first = max(date.fromisoformat(one["born"]) for one in (man, woman))
            day = first + timedelta(days=22 * 365 + self.numbers.randint(1, 300))
            divorced = licence is None and position % 9 == 4
            body = {
                "standing": "离婚" if divorced else "已婚",
                "registered_on": licence["issued_on"] if licence else day.isoformat(),
                "certificate": licence["number"] if licence else f"J990302-{90_000 + position}",
                "registry": BODIES["civil"].name,
            }
            yield self._record(
                "marriage-registration", body, (man, _spouse(woman)), (woman, _spouse(man))
            )

    def _births(self) -> Iterator[Record]:
        for position, family in enumerate(self._families(), start=1):
            for child in family[2:]:
                licence = self._licence("birth", child)
                body = {
                    "certificate": licence["number"] if licence else f"Z9990{position:05d}",
                    "child_name": child["name"],
                    "born_on": child["born"],
                    "father_name": family[0]["name"],
                    "mother_name": family[1]["name"],
                }
                yield self._record(
                    "birth-certificate", body, *((one, {}) for one in (child, *family[:2]))
                )

    def _insurances(self) -> Iterator[Record]:
        firms = [one["name"] for one in self.organisations]
        for position, person in enumerate(self._adults()):
            employed = position % 3 == 0 and self._age(person) < 60
            began = int(person["born"][:4]) + 22
            body = {
                "scheme": "城镇职工基本养老保险" if employed else "城乡居民基本养老保险",
                "standing": "终止" if self._age(person) >= 60 else "正常",
                "since": f"{min(began, self.today.year - 1)}-07",
                "months_paid": max(6, 12 * min(15, self.today.year - began)),
                "employer": firms[position % len(firms)] if employed else "",
            }
            yield self._record("social-insurance", body, (person, {}))

    def _companies(self) -> Iterator[Record]:
        kinds = {"91": "有限责任公司", "92": "个体工商户", "93": "农民专业合作社"}
        for firm in self.organisations:
            kind = kinds.get(firm["number"][:2])
            if kind is None:
                continue
            licence = self._licence("business", firm)
            since = licence["issued_on"] if licence else "2021-03-01"
            body = {
                "name": firm["name"],
                "kind": kind,
                "address": firm["address"],
                "scope": "以登记机关公示为准",
                "established_on": since,
                "standing": "存续",
                "representative_name": firm["representative"]["name"],
                "representative_number": firm["representative"]["number"],
            }
            yield self._record("company-registration", body, (firm, {}))

    def _societies(self) -> Iterator[Record]:
        kinds = {"52": "社会服务机构", "12": "事业单位"}
        for body in self.organisations:
            kind = kinds.get(body["number"][:2])
            if kind is not None:
                held = {
                    "name": body["name"],
                    "kind": kind,
                    "address": body["address"],
                    "standing": "正常",
                    "representative_name": body["representative"]["name"],
                }
                yield self._record("society-registration", held, (body, {}))

    def _estates(self) -> Iterator[Record]:
        """Who holds a certificate has an estate; certificates of spouses are their own."""
        for party in (*self.people, *self.organisations):
            licence = self._licence("estate", party)
            if licence is None:
                continue
            body = {
                "certificate": licence["number"],
                "location": party.get("address", "试验省试验市雨山区"),
                "use": "商业服务",
                "area": "86.40",
                "restriction": "",
                "registered_on": licence["issued_on"],
            }
            yield self._record("estate-registration", body, (party, {"share": "单独所有"}))

    def _credit(self) -> Iterator[Record]:
        marks = (("守信记录", "公示中"), ("行政处罚", "已修复"), ("经营异常", "公示中"))
        for position, firm in enumerate(self.organisations):
            if position % 2 == 0:
                mark, standing = marks[position // 2 % len(marks)]
                day = self.today - timedelta(days=self.numbers.randint(60, 900))
                body = {
                    "mark": mark,
                    "decided_on": day.isoformat(),
                    "decided_by": BODIES["market"].name,
                    "standing": standing,
                }
                yield self._record("credit-marks", body, (firm, {}))


def _spouse(person: Party) -> Row:
    return {"spouse_name": person["name"], "spouse_number": person["number"]}


def record_rows(records: Sequence[Record], updated_at: str) -> list[Row]:
    """Rows of the records table."""
    return [
        {
            "resource": one.resource,
            "id": one.id,
            "body": json.dumps(one.body, ensure_ascii=False),
            "updated_at": updated_at,
        }
        for one in records
    ]


def subject_rows(records: Sequence[Record]) -> list[Row]:
    """Rows that say whom each record is about."""
    return [
        {
            "resource": one.resource,
            "record": one.id,
            "holder_number": party["number"],
            "holder_kind": party["kind"],
            "own": json.dumps(own, ensure_ascii=False),
        }
        for one in records
        for party, own in one.subjects
    ]
