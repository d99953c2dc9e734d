"""A locked window while the platform is away: its own operator comes back, nobody else."""

import gc
from dataclasses import replace

import pytest
from fakes import SESSION, FakePlatform, SetClock, audit_lines, open_store

from counter_app.domain.session import Operator
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    SignInError,
    StoreError,
)
from counter_app.services.sign_in import MOST_OFFLINE_FAILURES, SignIn

PASSWORD = "correct horse 正确"
AWAY = PlatformUnreachable("platform.unreachable")


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def platform():
    return FakePlatform(sign_in=SESSION)


@pytest.fixture
def sign_in(store, platform):
    """Wang has signed in, and then the platform went away."""
    service = SignIn(platform, store, SetClock())
    service.sign_in("wang", PASSWORD, "03")
    platform.answers["sign_in"] = AWAY
    return service


def refused(sign_in, username="wang", password=PASSWORD, locked=SESSION):
    with pytest.raises(SignInError) as told:
        sign_in.unlock(username, password, "03", locked)
    return told.value.code


@pytest.mark.parametrize("username", ["wang", " WANG ", "\uff57ang"])
def test_the_same_operator_comes_back_into_the_same_session(sign_in, store, username):
    assert sign_in.unlock(username, PASSWORD, "03", SESSION) is SESSION
    assert audit_lines(store, "operator", "window", "act", "object", "result")[-1] == (
        *("clerk-1", "03", "unlock_offline", SESSION.id, "done"),
    )


def test_with_the_platform_there_it_decides(sign_in, platform):
    fresh = replace(SESSION, id="019f0000-0000-7000-8000-000000000002")
    platform.answers["sign_in"] = fresh
    assert sign_in.unlock("wang", PASSWORD, "03", SESSION) == fresh
    platform.answers["sign_in"] = SignInError("sign_in.refused", attempts_remaining=4)
    assert refused(sign_in) == "sign_in.refused"


@pytest.mark.parametrize(
    "answer",
    [
        PlatformUnreachable("platform.timeout"),
        PlatformError("platform.fault", status=502),
        PlatformError("platform.busy", retry_after=None),
        PlatformError("platform.garbled"),
    ],
    ids=lambda answer: answer.code,
)
def test_whatever_is_not_the_platform_at_work_counts_as_away(sign_in, platform, answer):
    platform.answers["sign_in"] = answer
    assert sign_in.unlock("wang", PASSWORD, "03", SESSION) is SESSION


def test_a_clear_no_is_a_no(sign_in, platform):
    platform.answers["sign_in"] = PlatformRefused("platform.not_allowed")
    with pytest.raises(PlatformRefused):
        sign_in.unlock("wang", PASSWORD, "03", SESSION)


def test_another_operator_has_to_wait_for_the_platform(sign_in, store):
    assert refused(sign_in, username="li") == "sign_in.offline_other"
    assert audit_lines(store, "operator", "act", "result")[-1] == (
        *("", "unlock_offline", "sign_in.offline_other"),
    )


def test_five_wrong_passwords_end_it_even_for_the_right_one(sign_in, platform):
    codes = [refused(sign_in, password=f"wrong {n}") for n in range(MOST_OFFLINE_FAILURES)]
    assert codes == ["sign_in.offline_refused"] * 4 + ["sign_in.offline_locked"]
    assert refused(sign_in) == "sign_in.offline_locked"
    platform.answers["sign_in"] = SESSION
    assert sign_in.unlock("wang", PASSWORD, "03", SESSION) == SESSION
    platform.answers["sign_in"] = AWAY
    assert sign_in.unlock("wang", PASSWORD, "03", SESSION) is SESSION


def test_wrong_passwords_are_counted_aloud_and_forgotten_after_the_right_one(sign_in):
    with pytest.raises(SignInError) as told:
        sign_in.unlock("wang", "wrong", "03", SESSION)
    assert told.value.facts["attempts_remaining"] == MOST_OFFLINE_FAILURES - 1
    sign_in.unlock("wang", PASSWORD, "03", SESSION)
    with pytest.raises(SignInError) as told:
        sign_in.unlock("wang", "wrong", "03", SESSION)
    assert told.value.facts["attempts_remaining"] == MOST_OFFLINE_FAILURES - 1


def test_after_signing_out_nothing_is_known(sign_in):
    sign_in.sign_out(SESSION)
    assert refused(sign_in) == "sign_in.offline"


def test_signing_out_one_session_does_not_forget_the_next(sign_in, platform):
    other = replace(SESSION, id="other", operator=Operator("clerk-2", "试验二"))
    platform.answers["sign_in"] = other
    sign_in.sign_in("li", "another password", "03")
    sign_in.sign_out(SESSION)
    platform.answers["sign_in"] = AWAY
    assert sign_in.unlock("li", "another password", "03", other) is other
    assert refused(sign_in) == "sign_in.offline", "the session of whoever was here before"


def test_nothing_typed_opens_nothing(sign_in):
    assert refused(sign_in, password="") == "sign_in.empty"


def test_who_cannot_be_audited_is_not_let_in(sign_in, store):
    store.close()
    with pytest.raises(StoreError):
        sign_in.unlock("wang", PASSWORD, "03", SESSION)


def test_the_password_is_kept_neither_in_memory_nor_on_disk(sign_in, tmp_path):
    gc.collect()
    remembered = sign_in._remembered
    known = remembered.known
    kept = [getattr(one, name) for one in (remembered, known) for name in one.__slots__]
    assert PASSWORD not in kept
    assert PASSWORD.encode() not in kept
    assert "wang" not in repr(remembered) + repr(known)
    for file in tmp_path.iterdir():
        assert known.digest not in file.read_bytes(), file.name
        assert known.digest.hex().encode() not in file.read_bytes(), file.name
