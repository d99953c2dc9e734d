"""The store's key in a real Secret Service: kept, found by the next program, missed in words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason="dbus or gnome-keyring is not installed"
)

WITH_KEYRING = """
printf 'secret' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
"$@"
status=$?
exit $status
"""
OPEN = """
import sys
from pathlib import Path
from counter_app.errors import HallError
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import STORE_KEY, KeyringVault
from ui.messages import message_of

folder = Path(sys.argv[1])
try:
    vault = KeyringVault(str(folder))
    store = LocalStore(folder, vault)
    key = vault.get(STORE_KEY)
    print("opened", vault.protected, len(key), key.hex()[:8])
    print("elsewhere", KeyringVault("/another/place").get(STORE_KEY))
    store.close()
except HallError as error:
    said = message_of(error)
    print(error.code, said.what, said.do)
"""
TWICE = 'for _ in 1 2; do "$@" || exit 1; done'


def environment(home):
    """Nothing of this machine's own session: no bus, no keyring, an empty home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    for name in ("data", "run", "cache"):
        (home / name).mkdir(exist_ok=True)
    (home / "run").chmod(0o700)
    return kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }


def run(home, *command):
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def in_session(home, script, *command):
    return run(home, "dbus-run-session", "--", "bash", "-c", script, "bash", *command)


@pytest.fixture
def home(tmp_path):
    made = tmp_path / "home"
    made.mkdir()
    return made


def test_a_key_that_was_kept_is_found_by_the_next_program(home, tmp_path):
    counter = tmp_path / "counter"
    done = in_session(
        home, WITH_KEYRING, "bash", "-c", TWICE, "bash", sys.executable, "-c", OPEN, str(counter)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, elsewhere, second, _ = done.stdout.splitlines()
    assert first.startswith("opened True 32 ")
    assert second == first, "the same key, not a new one"
    assert elsewhere == "elsewhere None", "another store has another key"
    key = first.split()[-1]
    assert all(key not in file.read_bytes().hex() for file in counter.iterdir())
    assert not list(counter.glob("*.json")), "no key lies beside the store"


def test_a_store_whose_keyring_was_emptied_is_not_opened_and_not_made_anew(home, tmp_path):
    counter = tmp_path / "counter"
    in_session(home, WITH_KEYRING, sys.executable, "-c", OPEN, str(counter))
    before = (counter / "counter.db").read_bytes()
    shutil.rmtree(home / "data")
    done = in_session(home, WITH_KEYRING, sys.executable, "-c", OPEN, str(counter))
    assert done.stdout.startswith("store.key_missing "), done.stdout + done.stderr
    assert "不要删除任何文件" in done.stdout
    assert (counter / "counter.db").read_bytes() == before


@pytest.mark.parametrize("session", [("dbus-run-session", "--"), ()], ids=["a bus", "no bus"])
def test_without_a_keyring_it_is_said_in_words_and_nothing_is_written(home, tmp_path, session):
    counter = tmp_path / "counter"
    done = run(home, *session, sys.executable, "-c", OPEN, str(counter))
    assert done.stdout.startswith("store.no_keyring 这台电脑没有可用的钥匙串"), done.stderr
    assert "gnome-keyring" in done.stdout, "what to install"
    assert not (counter / "counter.db").exists()
