"""Secrets in a file, for demonstrations: its owner's alone, and never silently another key."""

import json
import os
import stat

import pytest

from counter_app.errors import StoreError
from counter_app.store.vault import KeyFileVault


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deeper" / "keys.json"


def test_a_secret_is_kept_and_found_by_another(path):
    KeyFileVault(path).put("store-key", b"\x00\xff" * 16)
    KeyFileVault(path).put("device-secret", b"other")
    assert KeyFileVault(path).get("store-key") == b"\x00\xff" * 16
    assert KeyFileVault(path).get("unheard-of") is None


def test_nothing_kept_yet_is_no_error(path):
    assert KeyFileVault(path).get("store-key") is None
    assert not path.exists()


def test_only_its_owner_may_read_it_whatever_the_umask(path):
    before = os.umask(0)
    try:
        KeyFileVault(path).put("store-key", b"x")
        KeyFileVault(path).put("store-key", b"y")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"], "no half written one"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"store-key": 5}', '{"store-key": "not base64!"}', '"x"']
)
def test_a_file_that_holds_no_keys_is_told_and_not_replaced(path, content):
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(StoreError) as told:
        KeyFileVault(path).get("store-key")
    assert told.value.code == "store.wrong_key"
    assert path.read_text() == content


def test_a_file_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(StoreError) as told:
        KeyFileVault(tmp_path).get("store-key")  # a folder
    assert told.value.code == "store.unwritable"
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as told:
        KeyFileVault(tmp_path / "file" / "keys.json").put("store-key", b"x")
    assert told.value.code == "store.unwritable"


def test_it_says_that_it_protects_nothing(path):
    assert KeyFileVault(path).protected is False
    KeyFileVault(path).put("device-secret", b"plain")
    assert "device-secret" in json.loads(path.read_text())
