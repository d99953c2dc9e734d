"""Write china.json: the days off and make-up working days the State Council announced, by year.

Run by hand when a new year has been announced (国务院办公厅关于部分节假日安排的通知), in an
environment that has the `chinesecalendar` package; the program itself reads only the JSON:

    python resources/calendars/make_china.py

`off` are the days of the announced holidays, `work` the week-end days on which one works instead
(调休). A year that is not in the file counts week-ends only, and its dates are provisional.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, workdays  # type: ignore[import-not-found]

TARGET = Path(__file__).with_name("china.json")
FIRST_YEAR = 2020  # older cases are closed


def main() -> None:
    """Write the table beside this script."""
    years = sorted({day.year for day in holidays if day.year >= FIRST_YEAR})
    table = {
        "version": f"{years[-1]}.1",
        "made_from": f"chinesecalendar {version('chinesecalendar')}",
        "years": {
            str(year): {
                "source": f"国务院办公厅关于{year}年部分节假日安排的通知",
                "off": sorted(day.isoformat() for day in holidays if day.year == year),
                "work": sorted(day.isoformat() for day in workdays if day.year == year),
            }
            for year in years
        },
    }
    text = json.dumps(table, ensure_ascii=False, indent=1)
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
