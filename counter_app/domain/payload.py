"""The text of a scanned payload, by a rule and never guessed: strict UTF-8, else strict GB 18030.

What is neither stays binary. Python's codec follows the mapping of GB 18030-2000 at 24 code
positions and puts characters of names into the Private Use Area; GB 18030-2022 has them encoded,
and so does the text given out here.

A few short GBK payloads are well-formed UTF-8 as well (预约 alone is); they are read as UTF-8, as
the rule says. An issuer who wants to be read everywhere writes UTF-8.
"""

from __future__ import annotations

ENCODINGS = ("ascii", "utf-8", "gb18030", "binary")

_GB_2022 = str.maketrans(
    dict(
        zip(
            "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"
            "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
            "\ue7c7\ue816\ue817\ue818\ue831\ue83b\ue855",
            "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb"
            "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"
            "\u1e3f\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
            strict=True,
        )
    )
)


def decoded(payload: bytes) -> tuple[str | None, str]:
    """A payload's text and its encoding: ascii, utf-8, gb18030; (None, "binary") for the rest."""
    for encoding in ENCODINGS[:3]:
        try:
            text = payload.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (text.translate(_GB_2022) if encoding == "gb18030" else text), encoding
    return None, "binary"
