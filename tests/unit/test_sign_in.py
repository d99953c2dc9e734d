"""Signing in and out at a window; both outcomes stand in the audit, the password nowhere."""

from datetime import UTC, datetime

import pytest
from fakes import SESSION, FakePlatform, SetClock, audit_lines, open_store

from counter_app.domain.signing_in import Enrolment, FactorKind, NextStep, Proof, StepKind
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    SignInError,
    StoreError,
)
from counter_app.services.sign_in import SignIn

PASSWORD = "correct horse"


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def desk(store, **answers):
    platform = FakePlatform(**answers)
    return SignIn(platform, store, SetClock()), platform


def test_a_clerk_is_signed_in_and_it_is_audited(store):
    sign_in, platform = desk(store, sign_in=SESSION)
    assert sign_in.sign_in(" wang ", PASSWORD, "03") == SESSION
    assert platform.calls == [("sign_in", ("wang", PASSWORD, "03"), {})]
    assert audit_lines(store, "operator", "window", "act", "object", "result") == [
        ("clerk-1", "03", "sign_in", SESSION.id, "done")
    ]


@pytest.mark.parametrize(("name", "password"), [("", "x"), (" \t", "x"), ("wang", "")])
def test_nothing_typed_asks_nobody(store, name, password):
    sign_in, platform = desk(store, sign_in=SESSION)
    with pytest.raises(SignInError) as refused:
        sign_in.sign_in(name, password, "03")
    assert refused.value.code == "sign_in.empty"
    assert platform.calls == []
    assert audit_lines(store) == []


@pytest.mark.parametrize("code", ["sign_in.refused", "sign_in.locked"])
def test_a_refusal_is_audited_without_what_was_typed(store, code):
    sign_in, _ = desk(store, sign_in=SignInError(code, attempts_remaining=2))
    with pytest.raises(SignInError) as refused:
        sign_in.sign_in("990302199001010016", PASSWORD, "03")
    assert refused.value.facts["attempts_remaining"] == 2
    assert audit_lines(store, "operator", "act", "object", "result", "detail") == [
        ("", "sign_in", "", code, "")
    ]


@pytest.mark.parametrize("code", ["platform.unreachable", "platform.timeout", "platform.tls"])
def test_without_the_platform_nobody_is_signed_in_and_the_cause_is_known(store, code):
    sign_in, _ = desk(store, sign_in=PlatformUnreachable(code))
    with pytest.raises(SignInError) as refused:
        sign_in.sign_in("wang", PASSWORD, "03")
    assert (refused.value.code, refused.value.facts["cause"]) == ("sign_in.offline", code)


def test_a_fault_of_the_platform_is_told_as_one(store):
    sign_in, _ = desk(store, sign_in=PlatformError("platform.fault", status=500))
    with pytest.raises(PlatformError) as fault:
        sign_in.sign_in("wang", PASSWORD, "03")
    assert fault.value.code == "platform.fault"


STEP = NextStep("handle", StepKind.NEW_PASSWORD, datetime(2026, 11, 24, 2, 5, tzinfo=UTC))
NEXT = NextStep("handle", StepKind.SECOND_FACTOR, datetime(2026, 11, 24, 2, 10, tzinfo=UTC))
AWAY = PlatformUnreachable("platform.unreachable")


def test_a_sign_in_goes_on_step_by_step_and_each_is_audited(store):
    sign_in, platform = desk(store, sign_in=STEP, choose_password=NEXT, show_factor=SESSION)
    assert sign_in.sign_in("wang", PASSWORD, "03") is STEP
    assert sign_in.choose_password(STEP, "another horse") is NEXT
    assert sign_in.show_factor(NEXT, Proof(code="123456")) == SESSION
    assert platform.names() == ["sign_in", "choose_password", "show_factor"]
    assert [result for *_, result in audit_lines(store)] == ["half", "half", "done"]


def test_a_step_that_is_refused_is_audited_and_can_be_tried_again(store):
    refusal = SignInError("sign_in.factor_refused")
    sign_in, _ = desk(store, sign_in=NEXT, show_factor=[refusal, SESSION])
    sign_in.sign_in("wang", PASSWORD, "03")
    with pytest.raises(SignInError):
        sign_in.show_factor(NEXT, Proof(code="123456"))
    assert sign_in.show_factor(NEXT, Proof(code="654321")) == SESSION
    results = [result for *_, result in audit_lines(store)]
    assert results == ["half", "sign_in.factor_refused", "done"]


def test_a_step_of_another_sign_in_is_over(store):
    sign_in, platform = desk(store, sign_in=NEXT, show_factor=SESSION)
    sign_in.sign_in("wang", PASSWORD, "03")
    earlier = NextStep("another", StepKind.SECOND_FACTOR, NEXT.expires_at)
    with pytest.raises(SignInError) as over:
        sign_in.show_factor(earlier, Proof(code="123456"))
    assert over.value.code == "sign_in.over"
    assert platform.names() == ["sign_in"]


def test_offline_the_password_that_held_in_the_end_opens_the_window(store):
    sign_in, _ = desk(store, sign_in=[STEP, AWAY], choose_password=SESSION)
    sign_in.sign_in("wang", PASSWORD, "03")
    sign_in.choose_password(STEP, "another horse")
    with pytest.raises(SignInError) as refused:
        sign_in.unlock("wang", PASSWORD, "03", SESSION)
    assert refused.value.code == "sign_in.offline_refused"
    assert sign_in.unlock("wang", "another horse", "03", SESSION) is SESSION


def test_a_password_changed_behind_a_lock_holds_although_the_sign_in_was_not_finished(store):
    sign_in, _ = desk(store, sign_in=[SESSION, STEP, AWAY], choose_password=NEXT)
    sign_in.sign_in("wang", PASSWORD, "03")
    sign_in.unlock("wang", PASSWORD, "03", SESSION)
    sign_in.choose_password(STEP, "another horse")
    with pytest.raises(SignInError):
        sign_in.unlock("wang", PASSWORD, "03", SESSION)
    assert sign_in.unlock("wang", "another horse", "03", SESSION) is SESSION


def test_nothing_of_a_step_shows_itself():
    values = (STEP, Proof(code="123456"), Enrolment("e", FactorKind.TOTP, "JBSW", "otpauth:", None))
    shown = repr(values)
    assert not [one for one in ("handle", "123456", "JBSW", "otpauth") if one in shown]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (None, "done"),
        (PlatformUnreachable("platform.timeout"), "platform.timeout"),
        (PlatformRefused("platform.session_ended"), "platform.session_ended"),
    ],
    ids=["answered", "no answer", "ended already"],
)
def test_signing_out_always_works_here(store, answer, result):
    sign_in, platform = desk(store, sign_out=answer)
    sign_in.sign_out(SESSION)
    assert platform.names() == ["sign_out"]
    assert audit_lines(store) == [("sign_out", SESSION.id, result)]


def test_who_cannot_be_audited_is_not_signed_in(store):
    sign_in, _ = desk(store, sign_in=SESSION)
    store.close()
    with pytest.raises(StoreError):
        sign_in.sign_in("wang", PASSWORD, "03")
