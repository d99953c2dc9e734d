"""A settings file is read, or refused with the sentence that helps; nothing else."""

from __future__ import annotations

import dataclasses
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter_app.errors import SettingsError
from counter_app.settings import ENVIRONMENT, Settings, load, loads

RIGHT = """\
[platform]
url = "https://platform.invalid"
device = "counter-03"
verify = true
[window]
code = "03"
[reader]
kind = "serial"
port = "/dev/ttyUSB0"
baud = 115200
[gun]
kind = "none"
[printer]
kind = "file"
folder = "/tmp"
[photo]
command = ["decoder", "--bmp"]
[store]
vault = "key_file"
[ui]
theme = "dark"
language = "en"
scale = 1.5
idle_lock_minutes = 7
"""
SECTIONS = [name.name for name in dataclasses.fields(Settings) if name.name != "data_dir"]
KEYS = sorted({line.split(" =")[0] for line in RIGHT.splitlines() if " =" in line})

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.dates(),
        st.datetimes(),
        st.sampled_from(["serial", "none", "cups", "file", "key_file", "zh", "light"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
tables = st.dictionaries(
    st.one_of(st.sampled_from(SECTIONS), st.text(max_size=10)),
    st.one_of(
        values,
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=10)), values, max_size=4),
    ),
    max_size=4,
)
pieces = st.one_of(
    st.sampled_from(
        [*(f"{line}\n" for line in RIGHT.splitlines()), "[[ui]]\n", "ui.scale = nan\n"]
    ),
    st.text(alphabet=string.printable, max_size=30),
    st.text(max_size=10),
)


@st.composite
def nearly_right(draw) -> bytes:
    raw = bytearray(RIGHT.encode())
    for _ in range(draw(st.integers(0, 4))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw[: draw(st.one_of(st.none(), st.integers(0, len(raw))))])


files = st.one_of(
    nearly_right(),
    st.binary(max_size=200),
    st.lists(pieces, max_size=12).map("".join).map(str.encode),
)


def outcome(read):
    try:
        return read()
    except SettingsError as error:
        return error.code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files)
def test_any_file_is_read_or_refused(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    found = outcome(lambda: load(path, data_dir=tmp_path, environ={}))
    assert isinstance(found, Settings) or found in SettingsError.codes


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, st.dictionaries(st.sampled_from(sorted(ENVIRONMENT)), st.text(max_size=20)))
def test_any_tables_and_environment_are_read_or_refused(tmp_path, given_tables, environment):
    found = outcome(lambda: loads(given_tables, data_dir=tmp_path, environ=environment))
    if isinstance(found, Settings):
        assert 0.75 <= found.ui.scale <= 3.0
        assert found.store.vault in ("keyring", "key_file")
        assert found.platform.verify is not False
    else:
        assert found in SettingsError.codes


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 20_000,
        "a = " + "{a = " * 5_000,
        "[reader]\nbaud = " + "1" * 5_000,
        "[ui]\nscale = 1e999",
        "[ui]\nscale = -inf",
        "a." * 5_000 + "b = 1",
        "[" + "a." * 5_000 + "b]",
    ],
    ids=["nested-lists", "nested-tables", "endless-number", "infinite", "negative", "key", "table"],
)
def test_what_is_built_to_break_a_reader_is_refused(tmp_path, content):
    path = tmp_path / "settings.toml"
    path.write_text(content)
    assert outcome(lambda: load(path, data_dir=tmp_path, environ={})) in SettingsError.codes
