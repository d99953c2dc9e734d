"""Every Chinese word of the screen has its English one, and every code its sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from counter_app import errors
from counter_app.domain import identity
from ui import messages, words

UI = Path(__file__).resolve().parents[2] / "ui"
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACES = re.compile(r"{(\w+)}")
NOT_SHOWN = {"demo/run.py", "self_check.py"}  # names of people and items, not words of the screen


def shown_strings():
    """Every Chinese literal of ui that is no docstring and no part of an f-string's data."""
    found = set()
    for file in UI.rglob("*.py"):
        if str(file.relative_to(UI)) in NOT_SHOWN:
            continue
        tree = ast.parse(file.read_text("utf-8"))
        silent = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                silent.add(node.value)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node not in silent
                and CHINESE.search(node.value)
            ):
                found.add(node.value)
    return found - NOT_TRANSLATED


NOT_TRANSLATED = {
    *words._WEEKDAYS,
    "政务大厅综合窗口客户端 — the desktop program at a service hall's windows.",
    "湘潭㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠",
    "族",
    "测试甲",
    "受理通知书",
}


def joined_sentences():
    return {*messages.sentences()}


def test_the_english_table_is_complete_and_has_nothing_stale():
    parts = {text for text in shown_strings() if text not in _pieces_of_sentences()}
    wanted = parts | joined_sentences() | {"受理通知书"}
    table = words.load_english()
    assert sorted(wanted - set(table)) == []
    assert sorted(set(table) - wanted) == []


def _pieces_of_sentences():
    """Constants of messages.py that are put together with others into sentences."""
    whole = joined_sentences()
    constants = {
        node.value
        for node in ast.walk(ast.parse((UI / "messages.py").read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return constants - whole


def test_the_english_keeps_every_place_and_says_something():
    for chinese, english in words.load_english().items():
        assert english.strip(), chinese
        assert not CHINESE.search(english), english
        assert set(PLACES.findall(chinese)) == set(PLACES.findall(english)), chinese


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert messages.codes() == errors.all_codes() | set(identity.WARNINGS) | {"name.differs"}


def test_every_message_can_be_said_without_its_facts():
    for code in messages.codes():
        said = messages.message(code)
        assert said.what
        assert said.do
        assert said.code == code
        assert said.kind in ("bad", "warn", "info")
