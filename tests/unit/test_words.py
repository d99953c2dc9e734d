"""Every Chinese word of the screen has its English one, and every code its sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from counter_app import errors
from counter_app.domain import identity
from counter_app.domain.nations import NATIONS
from ui import messages, words

UI = Path(__file__).resolve().parents[2] / "ui"
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uffee]")  # characters and punctuation
PLACES = re.compile(r"{(\w+)}")
NOT_SHOWN = {  # what it finds out in a paper, and the names of people and items it looks for
    "demo/evidence.py",
    "demo/queue_evidence.py",
    "demo/run.py",
    "self_check.py",
}
SENTENCES = "sentences.py"  # its sentences are put together of parts, and asked for whole
NOT_TRANSLATED = {
    "中文",  # on the button that changes the language
    *words._WEEKDAYS,
    "政务大厅综合窗口客户端 — the desktop program at a service hall's windows.",
    "湘潭㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠",  # characters a font must have
}
FROM_THE_CARD = {*identity.SEXES.values(), *NATIONS.values()}  # codes on the card, as words


def sources():
    """Each file of ui with its syntax tree."""
    for file in sorted(UI.rglob("*.py")):
        yield file.relative_to(UI).as_posix(), ast.parse(file.read_text("utf-8"))


def tr_arguments(tree):
    """What is handed to tr() in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
            yield node.args[0]


def literals(tree):
    """Every text of a file that is no docstring; the fixed parts of f-strings are texts too."""
    silent = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent:
            yield node.value


def shown():
    """Every text that can come onto the screen."""
    found = {*messages.sentences(), *FROM_THE_CARD}
    for name, tree in sources():
        found |= {a.value for a in tr_arguments(tree) if isinstance(a, ast.Constant)}
        if name != SENTENCES and name not in NOT_SHOWN:
            found |= {text for text in literals(tree) if CHINESE.search(text)}
    return found - NOT_TRANSLATED


def test_the_english_table_is_complete_and_has_nothing_stale():
    wanted, table = shown(), words.load_english()
    assert len(wanted) > 300
    assert sorted(wanted - set(table)) == []
    assert sorted(set(table) - wanted) == []


def test_a_text_is_put_together_after_it_is_translated_not_before():
    for name, tree in sources():
        for argument in tr_arguments(tree):
            assert not isinstance(argument, ast.JoinedStr | ast.BinOp), (name, argument.lineno)
        for node in ast.walk(tree):
            parts = node.values if isinstance(node, ast.JoinedStr) else ()
            fixed = [part.value for part in parts if isinstance(part, ast.Constant)]
            if name not in NOT_SHOWN:
                assert not CHINESE.search("".join(fixed)), (name, node.lineno)


def test_the_english_keeps_every_place_and_says_something():
    for chinese, english in words.load_english().items():
        assert english.strip(), chinese
        assert not CHINESE.search(english), english
        assert sorted(PLACES.findall(chinese)) == sorted(PLACES.findall(english)), chinese


def test_english_is_spoken_when_it_is_chosen(monkeypatch):
    monkeypatch.setattr(words, "_english", None)
    assert words.tr("受理") == "受理"
    words.choose("en")
    assert words.tr("受理") == "Accept"
    assert messages.message("printer.missing").what == "No printer found"
    words.choose("zh")
    assert words.tr("受理") == "受理"


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert messages.codes() == errors.all_codes() | set(identity.WARNINGS) | {"name.differs"}


def test_every_message_can_be_said_without_its_facts():
    for code in messages.codes():
        said = messages.message(code)
        assert said.what
        assert said.do
        assert said.code == code
        assert said.kind in ("bad", "warn", "info")
