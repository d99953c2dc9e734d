"""Check digits of the numbers people, organisations and licences are known by.

Sources: GB 11643 (公民身份号码), GB 11714 (组织机构代码), GB 32100 (统一社会信用代码), GB/T 36904
(电子证照标识, ISO 7064 MOD 37,36). The same vectors hold for every party of the contract:
`docs/api/vectors/check_digits.json`.
"""

from __future__ import annotations

import string

LICENCE_ROOT = "1.2.156.3005.2"

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"
_CREDIT_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ALPHANUMERICS = string.digits + string.ascii_uppercase


def resident_check(first_seventeen: str) -> str:
    """The 18th character of a resident identity number. ValueError on anything but 17 digits."""
    if len(first_seventeen) != 17:
        raise ValueError("17 digits are needed")
    digits = (int(digit) for digit in first_seventeen)
    return _RESIDENT_CHECKS[sum(map(int.__mul__, digits, _RESIDENT_WEIGHTS)) % 11]


def organisation_check(first_eight: str) -> str:
    """The 9th character of an organisation code. ValueError on symbols other than 0-9A-Z."""
    if len(first_eight) != 8:
        raise ValueError("8 characters are needed")
    values = (_ALPHANUMERICS.index(symbol) for symbol in first_eight)
    return _ORGANISATION_CHECKS[sum(map(int.__mul__, values, _ORGANISATION_WEIGHTS)) % 11]


def credit_check(first_seventeen: str) -> str:
    """The 18th character of a credit code. ValueError on I, O, S, V, Z or a wrong length."""
    if len(first_seventeen) != 17:
        raise ValueError("17 characters are needed")
    values = (_CREDIT_SYMBOLS.index(symbol) for symbol in first_seventeen)
    return _CREDIT_SYMBOLS[-sum(map(int.__mul__, values, _CREDIT_WEIGHTS)) % 31]


def licence_check(*parts: str) -> str:
    """The check character over type, issuer, serial and version. ValueError outside 0-9A-Z."""
    product = 36
    for symbol in "".join(parts):
        total = (product + _ALPHANUMERICS.index(symbol)) % 36
        product = (total or 36) * 2 % 37
    return _ALPHANUMERICS[(37 - product) % 36]


def resident_number(region: str, born: str, sequence: int) -> str:
    """A whole identity number of a 6-digit region, YYYYMMDD and a 3-digit sequence."""
    body = f"{region}{born}{sequence:03d}"
    return body + resident_check(body)


def credit_code(department_and_kind: str, region: str, organisation: str) -> str:
    """A whole credit code: two symbols, a 6-digit region, eight symbols of organisation code."""
    body = department_and_kind + region + organisation + organisation_check(organisation)
    return body + credit_check(body)


def licence_identifier(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """A whole licence identifier, version from 1."""
    parts = (type_code, issuer, serial, f"{version:03d}")
    return ".".join((LICENCE_ROOT, *parts, licence_check(*parts)))


def is_resident_number(number: str) -> bool:
    """True when 18 characters carry the right check (also 81/82/83 and 9… numbers)."""
    head = number[:17]
    return (
        len(number) == 18
        and head.isascii()
        and head.isdigit()
        and number[17] == resident_check(head)
    )


def is_credit_code(code: str) -> bool:
    """True when 18 allowed symbols carry the right check; the inner code is not looked at."""
    if len(code) != 18 or any(symbol not in _CREDIT_SYMBOLS for symbol in code):
        return False
    return code[17] == credit_check(code[:17])


def is_organisation_code(code: str) -> bool:
    """True when 9 characters (no hyphen) carry the right check."""
    if len(code) != 9 or any(symbol not in _ALPHANUMERICS for symbol in code):
        return False
    return code[8] == organisation_check(code[:8])


def is_licence_identifier(identifier: str) -> bool:
    """True when the root, four parts and their check character stand there."""
    if not identifier.startswith(LICENCE_ROOT + "."):
        return False
    parts = identifier.removeprefix(LICENCE_ROOT + ".").split(".")
    if len(parts) != 5 or not all(parts):
        return False
    if any(symbol not in _ALPHANUMERICS for part in parts for symbol in part):
        return False
    return parts[4] == licence_check(*parts[:4])
