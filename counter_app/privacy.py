"""How a person may appear in a log: masked, or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from counter_app.domain.masking import mask_name, mask_number

if TYPE_CHECKING:
    from counter_app.domain.identity import Identity

# What looks like a number of a person or an organisation, wherever it stands: 18 characters of an
# identity number or a credit code, 15 digits of the numbers before 1999 or letters and digits of a
# 2017 foreigner card, 11 digits of a mobile number. Borders are non-alphanumeric, so that digests
# and UUIDs stay readable; official case numbers (21 digits) do too.
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"[0-9]{17}[0-9Xx]"
    r"|[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{10}"
    r"|[0-9]{15}"
    r"|[A-Za-z]{3}[0-9]{12}"
    r"|1[3-9][0-9]{9}"
    r")(?![0-9A-Za-z])",
    re.ASCII,
)


def shown(who: Identity | str) -> str:
    """A person or a number in the one form that may stand in a log.

    An identity gives its kind, masked name and masked number; a string is taken as a number.
    """
    if isinstance(who, str):
        return mask_number(who)
    return f"{who.kind.value} {mask_name(who.name)} {mask_number(who.number)}"


def without_numbers(text: str) -> str:
    """The text with everything masked that looks like a number of a person: the last net.

    Names cannot be told from other words; they must not be written in the first place.
    """
    folded = text.translate(_FULL_WIDTH)
    return _NUMBERS.sub(lambda found: mask_number(found.group()), folded)


_FULL_WIDTH = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {0xFF38: ord("X")}
