"""`hall-platform` as people and programs start it."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys

import pytest
import requests
from platform_client import sign_in
from platform_process import ROOT, PlatformProcess, run_program
from store_under_test import POSTGRESQL, SQLITE, STORE, store_url


def test_each_command_explains_itself():
    for command in ((), ("serve",), ("seed",), ("migrate",), ("openapi",)):
        done = run_program(*command, "--help")
        assert done.returncode == 0
        assert "usage: hall-platform" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("serve",),
        ("serve", "--data-dir", "x", "--port", "70000"),
        ("seed", "--data-dir", "x", "--today", "soon"),
        ("serve", "--data-dir", "x", "--clock", "soon"),
    ],
)
def test_bad_arguments_are_a_sentence(arguments, tmp_path):
    done = run_program(*[str(tmp_path / "x") if one == "x" else one for one in arguments])
    assert done.returncode == 2
    assert "hall-platform" in done.stderr
    assert "Traceback" not in done.stderr


def test_seed_writes_private_files_and_only_once(tmp_path):
    data, accounts = tmp_path / "data", tmp_path / "accounts.json"
    people = tmp_path / "people.json"
    arguments = ("seed", "--data-dir", data, "--accounts", accounts, "--people", people)
    done = run_program(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    files = (data / "platform.sqlite",) if STORE == SQLITE else ()
    for path in (accounts, people, *files):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    written = accounts.read_text("utf-8")
    assert {len(one["password"]) for one in json.loads(written)["clerks"]} == {16}
    assert len(json.loads(people.read_text("utf-8"))["people"]) == 60
    again = run_program(*arguments)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "hall-platform: the store is not empty; seed fills only an empty one\n"
    assert accounts.read_text("utf-8") == written


def test_seed_prints_the_accounts_without_a_file(tmp_path):
    done = run_program("seed", "--data-dir", tmp_path / "data")
    kinds = {"clerks", "staff", "devices", "other_devices", "kiosks", "displays", "citizens"}
    assert set(json.loads(done.stdout)) == kinds


@pytest.mark.sqlite
def test_two_processes_on_one_store_the_second_refuses(tmp_path):
    platform = PlatformProcess.start(tmp_path / "data", seed=False)
    try:
        for command in (("serve", "--port", "0"), ("seed",)):
            done = run_program(command[0], "--data-dir", tmp_path / "data", *command[1:])
            assert (done.returncode, done.stdout) == (1, "")
            assert "another platform process is using" in done.stderr
            assert "Traceback" not in done.stderr
        assert requests.get(platform.url + "/v1/health", timeout=10).status_code == 200
    finally:
        platform.stop()


def test_a_taken_port_is_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_program("serve", "--data-dir", tmp_path, "--port", port)
    assert done.returncode == 1
    assert done.stderr.startswith("hall-platform: cannot listen on 127.0.0.1 port")


def test_it_ends_with_its_standard_input(tmp_path):
    platform = PlatformProcess.start(tmp_path / "data", seed=False)
    assert platform.stop() == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(platform.url + "/v1/health", timeout=5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path, number):
    platform = PlatformProcess.start(tmp_path / "data", seed=False)
    platform.process.send_signal(number)
    assert platform.process.wait(15) == 0
    platform.stop()
    assert not (tmp_path / "data" / "platform.sqlite-wal").exists()  # the store was closed
    assert (tmp_path / "data" / "stderr.txt").read_text() == ""
    again = platform.restarted()
    again.stop()


def test_another_time_can_be_played(tmp_path):
    platform = PlatformProcess.start(tmp_path / "data", clock="2027-02-01T08:59:00")
    try:
        health = requests.get(platform.url + "/v1/health", timeout=10).json()
        assert health["time"].startswith("2027-02-01T08:59:")
        assert health["time"].endswith("+08:00")
        with sign_in(platform) as clerk:
            assert clerk.lease(1)[0][6:14] == "20270201"
    finally:
        platform.stop()


def test_it_ends_with_the_process_it_was_told_of(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ready = tmp_path / "ready.json"
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "hall_platform", "serve", "--data-dir", str(tmp_path / "data")),
            *(("--db", store_url(tmp_path / "data")) if STORE == POSTGRESQL else ()),
            *("--port", "0", "--ready-file", str(ready), "--parent-pid", str(parent.pid)),
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = child.stdout.readline()
        told = json.loads(ready.read_text())
        assert line == f"listening on {told['url']}\n"
        assert told["pid"] == child.pid
        parent.communicate(b"\n", timeout=15)
        assert child.wait(15) == 0
        assert child.stdout.read() == ""  # nothing else ever goes there
        assert not ready.exists()
    finally:
        child.kill()
        parent.kill()
        child.communicate()
        parent.communicate()


def test_what_was_written_is_there_after_a_restart(tmp_path):
    platform = PlatformProcess.start(tmp_path / "data")
    with sign_in(platform) as clerk:
        first = clerk.lease(3, "key")
        assert platform.terminate() == 0
        again = platform.restarted()
        clerk.url = again.url
        assert clerk.lease(3, "key") == first  # the token and the key both live on
    again.stop()


def test_an_unwritable_folder_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_program("serve", "--data-dir", tmp_path / "file" / "data", "--port", "0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_platform_whose_starter_was_killed_does_not_stay(tmp_path):
    """The starter dies without a word; its end of the pipe closes with it."""
    data = tmp_path / "data"
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, 'tests')\n"
            "from pathlib import Path\n"
            "from platform_process import PlatformProcess\n"
            f"p = PlatformProcess.start(Path({str(data)!r}), seed=False, db={store_url(data)!r})\n"
            "print(p.process.pid, flush=True); input()",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    number = int(starter.stdout.readline())
    handle = os.pidfd_open(number)
    starter.kill()
    starter.communicate()
    import select

    ended, _, _ = select.select([handle], [], [], 15)
    os.close(handle)
    assert ended
