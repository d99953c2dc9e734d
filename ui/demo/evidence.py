"""What really happened in a demonstration: read from the platform's database and from the paper."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from ui.demo.scripted_visit import VisitStory


class NotSoError(AssertionError):
    """Something that the page said did not happen."""


def check_platform(database: Path, story: VisitStory, person: Mapping[str, object]) -> None:
    """The platform has exactly this case, accepted, for this person. Raises NotSoError."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT id, state, applicant FROM cases WHERE number = ?",
            (story.case_number,),
        ).fetchall()
    _hold(len(rows) == 1, "the platform has the case once")
    case_id, state, applicant = rows[0]
    known = json.loads(applicant)
    _hold(case_id == story.case_id, "the platform has it under the same id")
    _hold(state == "accepted", "the platform has it as accepted")
    _hold(
        (known["name"], known["number"]) == (person["name"], person["number"]),
        "it is this person's case",
    )


def check_paper(pdf: bytes, story: VisitStory, person: Mapping[str, object]) -> None:
    """The printed paper bears the case, the person, the item and a QR code. Raises NotSoError."""
    import numpy
    import pypdfium2

    from counter_app.vision.code_reader import read_codes
    from printing.raster import render_page

    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    plain = "".join(text.split())
    for wanted in ("受理通知书", story.case_number, str(person["name"]), story.item):
        _hold("".join(wanted.split()) in plain, "the paper bears what it must")
    picture = render_page(pdf, 0, 2480)
    pixels = numpy.frombuffer(picture.bgrx, numpy.uint8)
    grey = pixels.reshape(picture.height, picture.stride // 4, 4)[:, : picture.width, 1]
    codes = [code.text for code in read_codes(numpy.ascontiguousarray(grey))]
    _hold(
        any(text is not None and story.case_number in text for text in codes),
        "the paper's codes can be read",
    )


def newest_paper(folder: Path) -> bytes:
    """The paper that came out last. Raises NotSoError when there is none."""
    papers = sorted(folder.glob("*.pdf"))
    _hold(bool(papers), "a paper came out")
    return papers[-1].read_bytes()


def _hold(true: bool, what: str) -> None:
    if not true:
        raise NotSoError(f"not so: {what}")
