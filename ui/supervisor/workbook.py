"""Figures of a period as a workbook (XLSX, ISO/IEC 29500), with what each figure means."""

from __future__ import annotations

import io

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from counter_app.domain.figures import PeriodFigures
from ui.supervisor.figure_words import formula, heading, part_title, title, unit
from ui.words import tr

_WIDE = 60


def workbook(answer: PeriodFigures) -> bytes:
    """One line a part, then the total; a second sheet has the definitions.

    Texts are written as texts, so that none is taken for a formula or an address.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        figures = book.add_worksheet(tr("指标"))
        _line(figures, 0, [tr("代码"), tr("名称"), *_heads(answer)], bold)
        for number, part in enumerate((*answer.parts, answer.total), 1):
            figures.write_string(number, 0, part.label)
            figures.write_string(number, 1, part_title(part))
            for column, one in enumerate(answer.definitions, 2):
                value = part.figures.get(one.id)
                if part.withheld:
                    figures.write_string(number, column, tr("不足十,不予公布"))
                elif value is not None:
                    figures.write_number(number, column, value)
        figures.freeze_panes(1, 2)
        figures.set_column(0, 1, 18)
        _explain(book.add_worksheet(tr("怎样算的")), answer, bold)
    return out.getvalue()


def _heads(answer: PeriodFigures) -> list[str]:
    return [heading(one) for one in answer.definitions]


def _explain(sheet: Worksheet, answer: PeriodFigures, bold: object) -> None:
    sheet.write_string(0, 0, tr("从 {first} 到 {last}", first=answer.first, last=answer.last))
    _line(sheet, 1, [tr("指标"), tr("单位"), tr("怎样算的"), tr("依据的事件")], bold)
    for number, one in enumerate(answer.definitions, 2):
        _line(sheet, number, [title(one), unit(one), formula(one), ", ".join(one.events)], None)
    sheet.set_column(0, 1, 16)
    sheet.set_column(2, 2, _WIDE)


def _line(sheet: Worksheet, number: int, texts: list[str], style: object) -> None:
    for column, text in enumerate(texts):
        sheet.write_string(number, column, text, style)
