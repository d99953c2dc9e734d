"""`hall-counter enrol`: the device's secret comes in by standard input and is tried first."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
from answering_server import AnsweringServer, answer
from identity_platform import act, into
from platform_client import Client
from platform_process import PlatformProcess

from counter_app.platform_link.signing import DeviceKey
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET, KeyFileVault

ROOT = Path(__file__).resolve().parents[2]
PLACES = object()  # stands for --config and --data-dir
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    running = PlatformProcess.start(tmp_path_factory.mktemp("enrol") / "platform")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def device(platform):
    accounts = json.loads((platform.data_dir / "accounts.json").read_text("utf-8"))
    return accounts["devices"][0]


def told(tmp_path, *arguments, url=NOBODY, device="counter-01"):
    """The command's words, with settings of its own."""
    config = tmp_path / "counter.toml"
    config.write_text(
        f'[platform]\nurl = "{url}"\ndevice = "{device}"\n[store]\nvault = "key_file"\n', "utf-8"
    )
    places = ["--config", str(config), "--data-dir", str(tmp_path / "data")]
    words = [piece for part in arguments for piece in (places if part is PLACES else [part])]
    return [sys.executable, "-m", "ui.commands", *words]


def surroundings():
    return {name: value for name, value in os.environ.items() if "HALL_COUNTER" not in name}


def run(tmp_path, *arguments, said="", url=NOBODY, device="counter-01"):
    return subprocess.run(
        told(tmp_path, *arguments, url=url, device=device),
        cwd=ROOT,
        env=surroundings(),
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# A session's leader gets the first terminal it opens as its own; getpass asks there.
ON_A_TERMINAL = 'terminal=$0; exec "$@" <"$terminal" >"$terminal" 2>&1'


def heard(terminal, wanted=""):
    """What the terminal shows until `wanted`, or until nobody writes any more."""
    shown = b""
    while not wanted or wanted not in shown.decode("utf-8", "ignore"):
        assert select.select([terminal], [], [], 30)[0], shown
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        shown += piece
    return shown.decode("utf-8")


def stored(tmp_path):
    kept = KeyFileVault(tmp_path / "data" / "keys.json").get(DEVICE_SECRET)
    return kept.decode() if kept else None


def test_the_platforms_own_secret_is_stored_and_accepted(tmp_path, platform, device):
    done = run(
        *(tmp_path, "enrol", PLACES),
        said=device["secret"] + "\n",
        url=platform.url,
        device=device["device"],
    )
    assert done.returncode == 0, done.stderr
    assert stored(tmp_path) == device["secret"]
    assert "已认可" in done.stdout
    assert device["secret"] not in done.stdout + done.stderr


def key_of(tmp_path):
    kept = KeyFileVault(tmp_path / "data" / "keys.json").get(DEVICE_KEY)
    return DeviceKey.restored(kept) if kept else None


def test_the_device_gets_a_key_once_and_a_lost_one_takes_the_administrator(tmp_path, platform):
    other = platform.accounts["devices"][1]
    place = {"url": platform.url, "device": other["device"]}

    def enrol(folder):
        return run(*(folder, "enrol", PLACES), said=other["secret"] + "\n", **place)

    done = enrol(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "签名钥匙已登记" in done.stdout
    made = key_of(tmp_path)
    assert made.id
    again = enrol(tmp_path)
    assert "还是原来的" in again.stdout
    assert key_of(tmp_path).id == made.id
    (tmp_path / "bare").mkdir()
    lost = enrol(tmp_path / "bare")
    assert lost.returncode == 1
    assert "作废" in lost.stderr
    assert stored(tmp_path / "bare") is None
    revoke_key(platform, other["device"])
    found = enrol(tmp_path / "bare")
    assert found.returncode == 0, found.stderr
    assert key_of(tmp_path / "bare").id != made.id
    revoke_key(platform, other["device"])
    renewed = enrol(tmp_path)  # with the key that counts no more
    assert "签名钥匙已登记" in renewed.stdout
    assert key_of(tmp_path).id != made.id


def revoke_key(platform, device):
    client = Client(platform.url)
    staff = next(one for one in platform.accounts["staff"] if one["username"] == "system")
    body = {"username": "system", "password": staff["password"], "window": None}
    into(client, client.post("/v1/sessions", body))
    path = f"/v1/administration/devices/{device}/key-revocation"
    done = act(client, path, "revoke-device-key", reason="换主板")
    assert done.status_code == 200, done.text
    client.http.close()


def at_the_prompt(tmp_path, typed):
    """What a terminal shows while that is typed at the prompt, and the exit code."""
    mine, theirs = pty.openpty()
    command = told(tmp_path, "enrol", PLACES)
    with subprocess.Popen(
        ["/bin/sh", "-c", ON_A_TERMINAL, os.ttyname(theirs), *command],
        cwd=ROOT,
        env=surroundings(),
        start_new_session=True,
    ) as running:
        shown = heard(mine, "输入时不显示")
        os.close(theirs)  # not before the command has opened it
        os.write(mine, typed)
        shown += heard(mine)
        code = running.wait(30)
    os.close(mine)
    return shown, code


def test_on_a_terminal_it_asks_and_what_is_typed_is_not_shown(tmp_path):
    shown, code = at_the_prompt(tmp_path, b"typed-secret\n")
    assert code == 0, shown
    assert "typed-secret" not in shown
    assert stored(tmp_path) == "typed-secret"


def test_interrupted_at_the_prompt_it_ends_quietly_and_stores_nothing(tmp_path):
    shown, code = at_the_prompt(tmp_path, b"half\x03")
    assert code == 130, shown
    assert "Traceback" not in shown
    assert stored(tmp_path) is None


def test_without_a_standard_input_it_is_a_sentence(tmp_path):
    closing = ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *told(tmp_path, "enrol", PLACES)]
    done = subprocess.run(
        closing,
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("[settings.invalid]")
    assert len(done.stderr.splitlines()) == 1


def test_a_secret_the_platform_refuses_is_not_stored(tmp_path, platform, device):
    done = run(tmp_path, "enrol", PLACES, said="wrong\n", url=platform.url, device=device["device"])
    assert done.returncode == 1
    assert "没有保存" in done.stderr
    assert stored(tmp_path) is None


def test_without_the_platform_it_is_stored_and_said_to_be_untried(tmp_path):
    done = run(tmp_path, "enrol", PLACES, said="some-secret\n")
    assert done.returncode == 0, done.stderr
    assert "还没有向平台核对" in done.stdout
    assert "platform.unreachable" in done.stdout
    assert stored(tmp_path) == "some-secret"


def test_a_platform_out_of_order_has_not_refused_it(tmp_path):
    with AnsweringServer(lambda _: answer(503, b"<html>later</html>")) as busy:
        done = run(tmp_path, "enrol", PLACES, said="some-secret\n", url=busy.url)
    assert done.returncode == 0, done.stderr
    assert "还没有向平台核对" in done.stdout
    assert "platform.busy" in done.stdout
    assert stored(tmp_path) == "some-secret"


def test_a_key_file_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "data").write_text("a file stands here", "utf-8")
    done = run(tmp_path, "enrol", PLACES, said="some-secret\n")
    assert done.returncode == 1
    assert "store.unwritable" in done.stderr
    assert "Traceback" not in done.stderr


def test_places_may_stand_before_the_command(tmp_path):
    done = run(tmp_path, PLACES, "enrol", said="some-secret\n")
    assert done.returncode == 0, done.stderr
    assert stored(tmp_path) == "some-secret"


@pytest.mark.parametrize("command", ["doctor", "enrol"])
def test_what_stands_behind_a_command_comes_before_what_stands_ahead(tmp_path, command):
    ahead = ["--config", str(tmp_path / "nowhere.toml"), "--language", "en"]
    done = run(tmp_path, *ahead, command, PLACES, said="some-secret\n")
    assert "settings.unreadable" not in done.stderr
    assert not re.search("[\u3400-\u9fff]", done.stdout), "the language ahead counts still"


@pytest.mark.parametrize("said", ["", "\n", "  \n", "a\x07b\n"])
def test_nothing_usable_is_refused_with_a_sentence(tmp_path, said):
    done = run(tmp_path, "enrol", PLACES, said=said)
    assert done.returncode == 1
    assert "settings.invalid" in done.stderr
    assert "Traceback" not in done.stderr
    assert stored(tmp_path) is None


def test_a_counter_without_a_device_is_told_which_setting_is_missing(tmp_path):
    done = run(tmp_path, "enrol", PLACES, said="some-secret\n", device="")
    assert done.returncode == 1
    assert "platform.device" in done.stderr


@pytest.mark.parametrize("place", ["data", "data/logs"])
def test_a_data_folder_that_cannot_be_written_is_a_sentence(tmp_path, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("a file stands here", "utf-8")
    done = run(tmp_path, PLACES, "--until-painted")
    assert done.returncode == 1
    assert "store.unwritable" in done.stderr
    assert "Traceback" not in done.stderr
