"""What the documents say of the program is so: commands, settings, codes, links."""

from __future__ import annotations

import argparse
import dataclasses
import re
import subprocess
import tomllib
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest

from counter_app import settings
from hall_platform import cli
from tools import error_codes, pictures
from ui import commands, messages

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MADE = {".venv", "out", "build", "dist"}  # by the set-up and by make
PATHS_OF_A_MACHINE = re.compile(r"(?<![\w.])(?:/(?:home|root|work|tmp|Users)/|[A-Za-z]:\\\w)")


def documents():
    for path in sorted(ROOT.rglob("*.md")):
        within = path.relative_to(ROOT)
        hidden = any(part.startswith(".") for part in within.parts)
        if not hidden and within.parts[0] not in MADE:
            yield pytest.param(path, id=within.as_posix())


DOCUMENTS = list(documents())


def code_of(text):
    """The lines of fenced blocks, and what stands between single backticks."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [
        *(line for block in blocks for line in block.splitlines()),
        *re.findall(r"`([^`\n]+)`", rest),
    ]


def headings(text):
    """The anchors a reader can jump to, as GitHub makes them."""
    for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        kept = "".join(c for c in line.lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
        yield kept.replace(" ", "-")


def parsers(parser, name):
    """A program's parsers by command: "hall-counter", "hall-counter doctor", ..."""
    found = {name: parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {f"{name} {word}": sub for word, sub in action.choices.items()}
    return found


PROGRAMS = {
    **parsers(commands._parser(), "hall-counter"),
    **parsers(cli._parser(), "hall-platform"),
}


def commands_in(text):
    """Every use of a program in code, as the parser it means and the rest of its words."""
    for line in code_of(text):
        for found in re.finditer(
            r"(?<![\w/-])(?:\S*/)?(hall-counter|hall-platform)(?= |$)([^|<>#`]*)", line
        ):
            name, words = found[1], found[2].split()
            if words and f"{name} {words[0]}" in PROGRAMS:
                name, words = f"{name} {words[0]}", words[1:]
            yield name, words


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_leads_somewhere(path):
    text = path.read_text("utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        file = (path.parent / place).resolve() if place else path
        assert file.exists(), target
        assert file.is_relative_to(ROOT), target
        if anchor:
            assert anchor in set(headings(file.read_text("utf-8"))), target


@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_path_of_somebodys_machine_is_named(path):
    assert not PATHS_OF_A_MACHINE.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_make_target_named_is_there(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        word
        for line in code_of(path.read_text("utf-8"))
        for word in re.findall(r"(?:^|\$ )make ([a-z]+)", line)
    }
    assert named <= targets, named - targets


def test_the_readme_names_every_make_target():
    told = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wanted = {line.split()[0] for line in told.stdout.splitlines()} - {"help"}
    assert {t for t in wanted if f"`make {t}`" not in README} == set()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_option_named_exists(path):
    for name, words in commands_in(path.read_text("utf-8")):
        known = PROGRAMS[name]._option_string_actions
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= set(known), (name, options - set(known))


def test_the_readme_shows_every_command_and_option():
    shown = {}
    for name, words in commands_in(README):
        shown.setdefault(name, set()).update(word for word in words if word.startswith("--"))
    for name, parser in PROGRAMS.items():
        visible = {
            option
            for action in parser._actions
            if action.help is not argparse.SUPPRESS
            for option in action.option_strings
            if option.startswith("--")
        }
        wanted = visible - {"--help", "--face"}
        assert name in shown or not wanted, name
        assert wanted <= shown.get(name, set()), (name, wanted - shown.get(name, set()))
    for face in commands.FACES:
        assert f"`{face}`" in README


def test_the_table_of_settings_is_complete_and_its_defaults_are_right():
    rows = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| `([^`]+)` \|", README, re.MULTILINE))
    assert sorted(rows) == sorted(settings._TYPES)
    standing = settings.Settings(Path("data"))
    for key, told in rows.items():
        section, _, name = key.partition(".")
        default = getattr(getattr(standing, section), name)
        told_value = tomllib.loads(f"value = {told}")["value"]
        assert (list(default) if isinstance(default, tuple) else default) == told_value, key


def test_every_choice_of_a_setting_is_named():
    for key, choices in settings._CHOICES.items():
        row = re.search(rf"^\| `{re.escape(key)}` .*$", README, re.MULTILINE)
        assert row is not None
        assert all(f"`{choice}`" in row[0] for choice in choices), key


def test_the_table_of_variables_is_complete():
    rows = dict(re.findall(r"^\| `(HALL_COUNTER_\w+)` \| `?([^`|]+)`? ", README, re.MULTILINE))
    assert rows.pop("HALL_COUNTER_DATA_DIR")
    assert rows == dict(settings.ENVIRONMENT)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_examples_of_settings_can_be_loaded(path):
    for example in re.findall(
        r"^```toml\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        loaded = settings.loads(tomllib.loads(example), data_dir=Path("data"))
        assert dataclasses.is_dataclass(loaded)


def test_every_code_stands_in_the_table_of_error_codes():
    table = error_codes.TARGET.read_text("utf-8")
    assert [code for code in messages.codes() if f"| `{code}` |" not in table] == []


def test_the_table_of_error_codes_is_up_to_date():
    assert error_codes.TARGET.read_text("utf-8") == error_codes.document(), (
        "run: .venv/bin/python -m tools.error_codes"
    )


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_error_code_named_exists(path):
    codes = messages.codes()
    groups = {code.partition(".")[0] for code in codes}
    known = codes | set(settings._TYPES) | {f"{group}.*" for group in groups}
    for word in re.findall(r"`([a-z_]+\.[a-z_*]+)`", path.read_text("utf-8")):
        if word.partition(".")[0] in groups and not word.endswith((".py", ".sqlite", ".json")):
            assert word in known, word


def test_the_changelog_has_what_is_not_released():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text
    assert "### Added" in text


def test_every_decision_is_in_the_index():
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    for file in (ROOT / "docs/decisions").glob("[0-9]*.md"):
        text = file.read_text("utf-8")
        number, title = re.match(r"# (\d{4}) (.+)\n", text).groups()
        assert file.name.startswith(number)
        assert f"| [{number}]({file.name}) | {title} |" in index
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"**{part}.**" in text, (file.name, part)


def test_every_picture_is_used_made_by_the_tool_and_small():
    used = "".join(path.values[0].read_text("utf-8") for path in DOCUMENTS)
    made = (ROOT / "tools/pictures.py").read_text("utf-8")
    found = sorted((ROOT / "docs/pictures").glob("*.png"))
    assert found
    for picture in found:
        assert f"pictures/{picture.name}" in used, picture.name
        assert f'"{picture.stem}"' in made, picture.name
        assert picture.stat().st_size <= pictures.LARGEST_BYTES
