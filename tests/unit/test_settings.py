"""What a counter is told from outside: whatever is wrong is refused by name, with a sentence."""

from dataclasses import asdict, fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app import settings as told
from counter_app.errors import SettingsError
from counter_app.settings import ENVIRONMENT, Settings, load, loads
from ui.messages import message_of

SECTIONS = {
    one.name: type(getattr(Settings(Path("x")), one.name))
    for one in fields(Settings)
    if one.name != "data_dir"
}


def refused(tables, environ=None, **facts):
    with pytest.raises(SettingsError) as error:
        loads(tables, data_dir=Path("x"), environ=environ or {})
    for name, value in facts.items():
        assert error.value.facts[name] == value
    return error.value


def test_nothing_told_is_a_counter_without_devices():
    settings = loads({}, data_dir=Path("data"))
    assert asdict(settings) == asdict(Settings(Path("data")))
    assert settings.platform.url == "http://127.0.0.1:8765"
    assert (settings.reader.kind, settings.gun.kind, settings.printer.kind) == ("none",) * 3
    assert settings.store.vault == "keyring", "a key beside its store is never the default"
    assert settings.platform.verify is True
    assert (settings.window.code, settings.ui.language, settings.ui.idle_lock_minutes) == (
        "01",
        "zh",
        5,
    )


def test_every_section_is_made_of_plain_settings_with_defaults():
    for section in SECTIONS.values():
        assert is_dataclass(section)
        section()


FILE = """
[platform]
url = "https://hall.invalid/api"
device = "device-3"
verify = "/etc/ssl/city.pem"

[window]
code = "03"

[reader]
kind = "serial"
port = "/dev/ttyS0"
baud = 57600

[printer]
kind = "cups"
queue = "counter"

[photo]
command = ["decode", "--bmp"]

[ui]
scale = 2
"""


def test_a_file(tmp_path):
    path = tmp_path / "counter.toml"
    path.write_text(FILE, "utf-8")
    settings = load(path, data_dir=tmp_path, environ={})
    assert settings.platform.verify == "/etc/ssl/city.pem"
    assert (settings.reader.port, settings.reader.baud) == ("/dev/ttyS0", 57600)
    assert settings.photo.command == ("decode", "--bmp")
    assert settings.ui.scale == 2.0
    assert asdict(settings.gun) == asdict(told.GunSettings())


def test_the_environment_changes_what_the_file_says(tmp_path):
    path = tmp_path / "counter.toml"
    path.write_text(FILE, "utf-8")
    settings = load(
        path,
        environ={
            "HALL_COUNTER_WINDOW": "07",
            "HALL_COUNTER_PLATFORM_URL": "http://other.invalid",
            "HALL_COUNTER_GUN_PORT": "/dev/ttyS1",
            "HALL_COUNTER_DATA_DIR": str(tmp_path / "data"),
            "HALL_COUNTER_UNHEARD_OF": "passed over",
            "PATH": "/usr/bin",
        },
    )
    assert (settings.window.code, settings.platform.url) == ("07", "http://other.invalid")
    assert (settings.gun.kind, settings.gun.port) == ("serial", "/dev/ttyS1")
    assert settings.reader.port == "/dev/ttyS0"
    assert settings.data_dir == tmp_path / "data"


def test_the_command_line_comes_before_the_environment(tmp_path):
    environ = {"HALL_COUNTER_DATA_DIR": "/elsewhere"}
    assert load(None, data_dir=tmp_path, environ=environ).data_dir == tmp_path


def test_the_usual_place_is_the_systems():
    assert load(None, environ={"HALL_COUNTER_DATA_DIR": ""}).data_dir.name == "hall-counter"


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_every_variable_of_the_environment_reaches_a_setting(variable):
    value = "en" if variable.endswith("LANGUAGE") else "v-1"
    section, _, name = ENVIRONMENT[variable].partition(".")
    settings = loads({}, data_dir=Path("x"), environ={variable: value})
    assert getattr(getattr(settings, section), name) == value


@pytest.mark.parametrize(
    ("tables", "key", "nearest"),
    [
        ({"reader": {"prot": "x"}}, "reader.prot", "reader.port"),
        ({"reader": {"PORT": "x"}}, "reader.PORT", "reader.port"),
        ({"platfrom": {"url": "x"}}, "platfrom", "platform"),
        ({"ui": {"idle_lock": 3}}, "ui.idle_lock", "ui.idle_lock_minutes"),
        ({"qqqqqqqq": {}}, "qqqqqqqq", ""),
        ({"data_dir": "x"}, "data_dir", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(tables, key, nearest):
    error = refused(tables, key=key, nearest=nearest)
    assert error.code == "settings.unknown_key"
    said = message_of(error)
    assert key in said.what
    assert nearest in said.do


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("platform", "url", 5),
        ("platform", "verify", False),  # certificates are checked, always
        ("platform", "verify", 1),
        ("window", "code", 3),
        ("reader", "kind", "usb"),
        ("reader", "baud", "fast"),
        ("reader", "baud", True),
        ("reader", "baud", 115200.0),
        ("reader", "baud", 300),
        ("gun", "baud", 10**9),
        ("printer", "kind", "pdf"),
        ("photo", "command", "decode --bmp"),
        ("photo", "command", ["decode", 1]),
        ("store", "vault", "plain"),
        ("ui", "theme", "Dark"),
        ("ui", "language", "fr"),
        ("ui", "scale", "big"),
        ("ui", "scale", 0),
        ("ui", "scale", float("nan")),
        ("ui", "scale", True),
        ("ui", "idle_lock_minutes", 0),  # a window that never locks
        ("ui", "idle_lock_minutes", 61),
        ("reader", "port", {"name": "x"}),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(section, key, value):
    error = refused({section: {key: value}}, key=f"{section}.{key}")
    assert error.code == "settings.invalid"
    assert f"{section}.{key}" in message_of(error).what


def test_a_section_that_is_none():
    assert refused({"reader": "serial"}, key="reader").code == "settings.invalid"


@pytest.mark.parametrize(
    ("tables", "needed"),
    [
        ({"reader": {"kind": "serial"}}, "reader.port"),
        ({"gun": {"kind": "serial", "port": ""}}, "gun.port"),
        ({"printer": {"kind": "cups"}}, "printer.queue"),
        ({"printer": {"kind": "file"}}, "printer.folder"),
    ],
)
def test_a_device_without_its_place_is_refused(tables, needed):
    assert refused(tables, key=needed).code == "settings.invalid"


@pytest.mark.parametrize(
    "content", [None, b"[reader\n", b"a = 1\na = 2\n", "测试".encode("gb18030"), b"\xff\xfe"]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "counter.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as error:
        load(path, environ={})
    assert (error.value.code, error.value.facts["path"]) == ("settings.unreadable", str(path))
    with pytest.raises(SettingsError):
        load(tmp_path, environ={})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    sorted({one.name for section in SECTIONS.values() for one in fields(section)})
)


@given(
    st.dictionaries(
        st.sampled_from([*SECTIONS, "extra"]),
        st.dictionaries(KEYS | st.text(max_size=8), VALUES, max_size=3) | VALUES,
        max_size=3,
    )
)
def test_whatever_the_file_says_it_is_settings_or_a_settings_error(tables):
    try:
        found = loads(tables, data_dir=Path("x"))
    except SettingsError as error:
        found = message_of(error).what
    assert isinstance(found, Settings) or found
