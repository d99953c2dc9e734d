"""The log: bounded, its owner's alone, and no number of a person in it."""

import logging
import os
import stat

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counter_app import logs

DIGITS = "0123456789"
NUMBERS = st.builds(
    lambda body, check: body + check,
    st.text(DIGITS, min_size=17, max_size=17),
    st.sampled_from(DIGITS + "Xx"),
)
WORDS = st.text(
    st.characters(exclude_categories=("Nd", "Cs")).filter(
        lambda sign: not (sign.isascii() and sign.isalnum()) and sign != "Ｘ"
    ),
    max_size=20,
)


@pytest.fixture
def installed(tmp_path):
    root = logging.getLogger()
    level = root.level
    handler = logs.install(tmp_path)
    yield tmp_path / logs.FOLDER / logs.FILE_NAME, handler
    logs.uninstall()
    root.setLevel(level)


log = logging.getLogger("counter_app.test")


def test_a_record_has_time_level_name_thread_and_text(installed):
    path, _ = installed
    log.info("card reader ready at %d baud", 115200)
    (line,) = path.read_text("utf-8").splitlines()
    assert line.endswith(" INFO counter_app.test MainThread card reader ready at 115200 baud")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NUMBERS, WORDS, WORDS)
@example("990302199001010016", "号码", "。")
@example("83000019850505003X", "“", "”")
def test_no_eighteen_digit_number_reaches_the_file(installed, number, before, after):
    path, _ = installed
    log.info("%s", before + number + after)
    log.warning({"number": number})
    log.warning("two: %s,%s", number, number)
    try:
        raise ValueError(f"{before}{number}{after}")
    except ValueError:
        log.exception("it failed")
    assert number not in path.read_text("utf-8")


@pytest.mark.parametrize(
    "number",
    [
        "91990302MA4L000115",
        "GBR330088990011",
        "13900000001",
        "990302900101001",
        "９９０３０２１９９００１０１００１６",
    ],
)
def test_other_numbers_of_persons_and_bodies_do_not_either(installed, number):
    path, _ = installed
    log.error("refused: %s.", number)
    text = path.read_text("utf-8")
    assert number not in text
    assert "*" in text


def test_what_no_encoding_knows_does_not_stop_the_log(installed):
    path, handler = installed  # straight to it: what captures logs for reports chokes on it
    handler.handle(logging.makeLogRecord({"msg": "half a character: \ud800"}))
    log.info("next")
    assert path.read_text("utf-8").splitlines()[-1].endswith("next")


def test_only_its_owner_may_read_it_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        logs.install(tmp_path / "data")
        log.warning("x")
    finally:
        os.umask(before)
        logs.uninstall()
    folder = tmp_path / "data" / logs.FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_full_files_are_turned_over_and_the_oldest_goes(installed, monkeypatch):
    path, _ = installed
    monkeypatch.setattr(logs, "_FILE_BYTES", 2000)
    for place in range(400):
        log.info("%03d %s", place, "x" * 100)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == [
        "counter.log",
        *(f"counter.log.{number}" for number in range(1, logs._FILES + 1)),
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert max(file.stat().st_size for file in files) < 2500
    newest_first = [file.read_text("utf-8") for file in files]
    assert " 399 " in newest_first[0]
    assert " 000 " not in "".join(newest_first)
    kept = [int(line.split()[-2]) for text in reversed(newest_first) for line in text.splitlines()]
    assert kept == list(range(kept[0], 400)), "in order, and none of the newer ones lost"


def test_installing_again_writes_once(installed, tmp_path):
    path, _ = installed
    logs.install(tmp_path)
    log.warning("once")
    assert path.read_text("utf-8").count("once") == 1


def test_after_taking_it_off_nothing_is_written(installed):
    path, _ = installed
    logs.uninstall()
    log.error("too late")
    assert "too late" not in path.read_text("utf-8")


def test_what_libraries_say_at_ease_stays_out(installed):
    path, _ = installed
    logging.getLogger("urllib3.connectionpool").info("https://x/?number=1")
    logging.getLogger("keyring.backend").debug("loading")
    assert path.read_text("utf-8") == ""


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / logs.FOLDER).write_text("in the way")
    with pytest.raises(OSError):
        logs.install(tmp_path)
