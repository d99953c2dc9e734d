"""What a scanned payload says: whose code it is, of which kind, and the facts in it.

Issuers and patterns are data (`resources/codes/issuers.toml`, and a city's own file). A payload is
text from a stranger: nothing here opens an address, asks anybody, or takes what it says for true.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from urllib.parse import urlsplit

from counter_app.domain.payload import decoded
from counter_app.errors import CodeError, SettingsError

LONGEST_PAYLOAD = 4096
"""Bytes; a longer payload is not looked into. Guns and cameras cut theirs to one byte more."""

MOST_CODES = 500  # of one book: each is tried for each payload
LONGEST_PATTERN = 400
MOST_WAYS = (LONGEST_PAYLOAD + 1) ** 2


class CodeKind(Enum):
    """What a code is for."""

    PREAPPLICATION = "preapplication"  # 网上预申请
    RECEIPT = "receipt"  # 受理通知书上的查询码
    CASE_NUMBER = "case_number"  # 办件编号的条码: without its query code
    TICKET = "ticket"  # 排队号票
    APPOINTMENT = "appointment"  # 预约
    PRESENTATION = "presentation"  # 用证码
    BUSINESS_LICENCE = "business_licence"  # 营业执照
    PERSONAL = "personal"  # 电子居民身份证、社保卡: recognised, never decoded here
    TEST = "test"  # the test code of a scan gun


_NEEDED: Mapping[CodeKind, frozenset[str]] = MappingProxyType(
    {
        CodeKind.PREAPPLICATION: frozenset({"code"}),
        CodeKind.RECEIPT: frozenset({"number", "query_code"}),
        CodeKind.CASE_NUMBER: frozenset({"number"}),
        CodeKind.TICKET: frozenset({"visit"}),
        CodeKind.APPOINTMENT: frozenset({"code"}),
        CodeKind.PRESENTATION: frozenset({"code"}),
        CodeKind.BUSINESS_LICENCE: frozenset({"credit_code"}),
        CodeKind.PERSONAL: frozenset(),
        CodeKind.TEST: frozenset(),
    }
)
OPENS_A_VISIT = frozenset(
    {CodeKind.PREAPPLICATION, CodeKind.PRESENTATION, CodeKind.BUSINESS_LICENCE}
)


@dataclass(frozen=True, slots=True, repr=False)
class Meaning:
    """What a payload says. Its representation shows the kind alone, so that it may reach a log."""

    kind: CodeKind
    issuer: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Meaning({self.kind.value}, hidden)"

    def __getitem__(self, fact: str) -> str:
        return self.facts[fact]


@dataclass(frozen=True, slots=True)
class _Form:
    """One form a payload can have; with hosts it is a web address on one of them."""

    kind: CodeKind
    issuer: str
    pattern: re.Pattern[str]
    hosts: tuple[str, ...] = ()

    def read(self, text: str, address: tuple[str, str] | None) -> Meaning | None:
        if self.hosts:
            if address is None or not any(_is_below(address[0], one) for one in self.hosts):
                return None
            text = address[1]
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        facts = {name: value for name, value in found.groupdict().items() if value is not None}
        return Meaning(self.kind, self.issuer, facts)


class CodeBook:
    """The forms of codes that are known, in the order they are tried."""

    def __init__(self, tables: Iterable[Mapping[str, object]]) -> None:
        """`tables` as in `resources/codes/issuers.toml`.

        Raises SettingsError("settings.invalid") with `key` "codes.file" and the number of the
        table.
        """
        self._forms: list[_Form] = []
        for place, table in enumerate(tables, 1):
            form = _form(table)
            if form is None or place > MOST_CODES:
                raise SettingsError("settings.invalid", key=f"codes.file [[code]] {place}")
            self._forms.append(form)

    def meaning(self, payload: bytes) -> Meaning:
        """What it says. Raises CodeError: `code.too_long`, `code.unknown`."""
        if len(payload) > LONGEST_PAYLOAD:
            raise CodeError("code.too_long")
        text, _ = decoded(payload)
        if text is None:
            raise CodeError("code.unknown")
        text = cleaned(text)
        address = _address(text)
        for form in self._forms:
            found = form.read(text, address)
            if found is not None:
                return found
        raise CodeError("code.unknown")


def cleaned(text: str) -> str:
    """The text without control and format characters anywhere, and without blanks around it."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf")).strip()


def _address(text: str) -> tuple[str, str] | None:
    """Host, and what follows it, of a web address; None for any other text."""
    if not text[:8].casefold().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    rest = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    return host, rest + ("#" + parts.fragment if parts.fragment else "")


def _is_below(host: str, known: str) -> bool:
    return host == known or host.endswith("." + known)


# Reading a table -------------------------------------------------------------------------------


def _form(table: Mapping[str, object]) -> _Form | None:
    """The form of a table, or None where the table is not one."""
    if not isinstance(table, Mapping) or set(table) - {"kind", "issuer", "pattern", "hosts"}:
        return None
    kind, issuer, pattern = table.get("kind"), table.get("issuer"), table.get("pattern")
    hosts = table.get("hosts", [])
    texts = isinstance(issuer, str) and isinstance(pattern, str)
    if not texts or not isinstance(hosts, list) or kind not in {one.value for one in CodeKind}:
        return None
    assert isinstance(issuer, str)
    assert isinstance(pattern, str)
    compiled = _compiled(pattern)
    if compiled is None or compiled.groupindex.keys() != _NEEDED[CodeKind(kind)]:
        return None
    if not issuer.strip() or not all(
        isinstance(one, str) and _HOST.fullmatch(one) for one in hosts
    ):
        return None
    return _Form(CodeKind(kind), issuer.strip(), compiled, tuple(one.casefold() for one in hosts))


_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_OPENING = re.compile(r"\(\?(?:P<\w+>|<!|[:!=])")
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_VARIES = re.compile(r"[*+?]|\{([0-9]*),([0-9]*)\}")


def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern, or None for one that is wrong or could keep the program busy.

    Without repeated groups a search takes no more steps than the product of how far each place
    can vary, so that product is bounded.
    """
    bare = _OPENING.sub("(", _LITERAL.sub("x", pattern))
    if len(pattern) > LONGEST_PATTERN or "(?" in bare or _REPEATED_GROUP.search(bare):
        return None
    ways = 1
    for place in _VARIES.finditer(bare):
        ways *= _span(place)
    if ways > MOST_WAYS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of what another Python may read in another way
            return re.compile(pattern, re.DOTALL)
    except (re.error, OverflowError, RecursionError, Warning):
        return None


def _span(place: re.Match[str]) -> int:
    """How many lengths the repeat at that place can have."""
    if place[0] == "?":
        return 2
    least, most = place[1] or "0", place[2]
    if not most or len(most) > 4 or len(least) > 4:
        return LONGEST_PAYLOAD + 1
    return max(1, int(most) - int(least) + 1)
