"""The voice as a process of its own: in order, twice, and never in anybody's way."""

from __future__ import annotations

import shutil
import sys
import time
import wave

import pytest

from counter_app.devices.voice import ChildProcessVoice
from counter_app.domain.board import spoken
from counter_app.ports import VoiceState
from counter_app.settings import VoiceSettings

RECORD = """
import os, sys
from pathlib import Path
told = sys.stdin.buffer.read()
with Path(sys.argv[1]).open("ab") as record:
    record.write(b"<" + told)
    record.flush()
    record.write(b">")
"""


def stand_in(record, program=RECORD):
    """A synthesiser that writes down what it was told."""
    return [sys.executable, "-I", "-c", program, str(record)]


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


@pytest.fixture
def voice_of():
    voices = []

    def make(command, **more):
        voices.append(ChildProcessVoice(command, **more))
        return voices[-1]

    yield make
    for one in voices:
        one.close()


def test_each_phrase_is_spoken_twice_in_order_and_one_after_the_other(voice_of, tmp_path):
    record = tmp_path / "record"
    voice = voice_of(stand_in(record))
    begun = time.monotonic()
    for words in ("请 A 零 一 号", "请 B 二 号"):
        voice.speak(words)
    assert time.monotonic() - begun < 0.5, "nobody waits for the voice"
    wanted = "<请 A 零 一 号><请 A 零 一 号><请 B 二 号><请 B 二 号>"
    until(lambda: record.exists() and record.read_text("utf-8") == wanted)
    assert voice.state() is VoiceState.READY


def test_a_phrase_that_waits_already_is_not_queued_again(voice_of, tmp_path):
    record = tmp_path / "record"
    voice = voice_of(stand_in(record), times=1)
    for words in ("一", "二", "二", "三"):
        voice.speak(words)
    until(lambda: record.exists() and record.read_text("utf-8") == "<一><二><三>")


def test_a_program_that_is_not_there_is_said_and_may_come_back(voice_of, tmp_path):
    record, program = tmp_path / "record", tmp_path / "speaker"
    voice = voice_of([str(program), str(record)])
    assert voice.state() is VoiceState.MISSING
    program.write_text(f"#!{sys.executable} -I\n{RECORD}", "utf-8")
    program.chmod(0o700)
    voice.speak("请")
    until(lambda: voice.state() is VoiceState.READY)


def test_no_voice_in_the_settings_is_no_fault(voice_of):
    voice = voice_of([])
    voice.speak("请")
    assert voice.state() is VoiceState.NONE


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        # what espeak-ng does without a sound card
        "import sys; sys.stdin.read(); sys.stderr.write('ALSA\\nerror: No such file')",
        "import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    ],
    ids=["fails", "no sound card", "hangs", "crashes"],
)
def test_a_voice_that_does_not_speak_says_so(voice_of, tmp_path, program):
    voice = voice_of(stand_in(tmp_path, program), timeout_s=1.0)
    voice.speak("请")
    until(lambda: voice.state() is VoiceState.BROKEN)


def test_closing_ends_what_is_being_spoken(tmp_path):
    begun = tmp_path / "begun"
    program = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(60)"
    voice = ChildProcessVoice(stand_in(begun, program))
    voice.speak("请")
    until(begun.exists)
    start = time.monotonic()
    voice.close()
    assert time.monotonic() - start < 5
    assert not voice._thread.is_alive()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_espeak_ng_speaks_a_call_in_mandarin(voice_of, tmp_path):
    from test_display_words import CALL

    sound, command = tmp_path / "call.wav", VoiceSettings().command
    voice = voice_of([*command, "-w", str(sound)], times=1)
    voice.speak(spoken(CALL))
    until(lambda: 2 < seconds_of(sound) < 8)
    until(lambda: voice.state() is VoiceState.READY)


def seconds_of(sound):
    """How long a recording is; one that is being written says the greatest length there is."""
    if not sound.exists() or sound.stat().st_size < 50_000:
        return 0
    with wave.open(str(sound)) as heard:
        return heard.getnframes() / heard.getframerate()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_no_character_of_a_call_is_read_as_english():
    """With the plain voice `cmn` 请 is read as "king three"."""
    import subprocess

    words = "请 零 一 二 三 四 五 六 七 八 九 号到 14 号窗口"
    done = subprocess.run(
        [*VoiceSettings().command, "-q", "-x"],
        input=words.encode("utf-8"),
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert b"(en)" not in done.stdout


@pytest.mark.parametrize(
    ("command", "fine", "said"),
    [
        ([sys.executable], True, "就绪"),
        (["no-such-synthesiser"], False, "语音不可用"),
        ([], True, "设置里没有语音"),
    ],
)
def test_the_doctor_of_a_display_looks_at_the_voice(tmp_path, command, fine, said):
    from counter_app.settings import loads
    from ui.doctor import examine

    tables = {
        "platform": {"url": "http://127.0.0.1:9"},
        "store": {"vault": "key_file"},
        "voice": {"command": command},
    }
    settings = loads(tables, data_dir=tmp_path)
    *others, voice = examine(settings, "display")
    assert (voice.what, voice.fine, voice.state) == ("语音", fine, said)
    assert bool(voice.do) is not fine
    assert [one.what for one in examine(settings)] == [one.what for one in others]


def test_hushed_it_breaks_off_and_speaks_what_is_said_afterwards(voice_of, tmp_path):
    record = tmp_path / "record"
    slow = RECORD.replace("record.flush()", "record.flush(); import time; time.sleep(60)")
    voice = voice_of(stand_in(record, slow), times=1)
    voice.speak("第一页")
    voice.speak("第二页")
    until(lambda: record.exists() and record.read_text("utf-8") == "<第一页")
    voice.hush()
    voice.speak("第三页")
    until(lambda: record.read_text("utf-8") == "<第一页<第三页")
    assert voice.state() is VoiceState.READY
