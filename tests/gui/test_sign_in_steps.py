"""Signing in step by step at the window, on a real platform with the hall's rules set so."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from dataclasses import replace

import pyotp
import pytest
from at_the_desk import activate, shown_texts
from fakes import audit_lines
from identity_platform import act, into
from platform_client import Client
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from software_security_key import Sockets, SoftwareSecurityKey

from counter_app.devices import security_key
from counter_app.settings import GunSettings, ReaderSettings
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET, KeyFileVault
from ui.app import FaceApp, clerk_app
from ui.demo.hands import Hands, look
from ui.sign_in.flow import Screen

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]
CHOSEN = "mountain lake seven birds"
ONE_TIME = "password chosen by somebody else"


class Front:
    """A window at which people sign in, the account they use, and the keys they carry."""

    def __init__(self, stage, app):
        self.stage, self.app, self.window = stage, app, app.window
        self.hands = Hands(app.window)
        self.sockets = Sockets()
        self.username = ""
        look("the counter is ready", lambda: self.page.flow is not None)

    @property
    def page(self):
        return self.window.sign_in

    @property
    def screen(self):
        return self.page.flow.screen

    @property
    def code(self):
        return self.page.banner.code

    def account(self, like, **changes):
        """An account like one of the seed, with the same password unless another is given."""
        self.username = f"steps-{uuid.uuid4().hex[:8]}"
        with closing(sqlite3.connect(self.stage.platform_folder / "platform.sqlite")) as database:
            database.row_factory = sqlite3.Row
            query = "SELECT * FROM operators WHERE username = ?"
            known = dict(database.execute(query, [like]).fetchone())
            row = {**known, "id": str(uuid.uuid4()), "username": self.username, **changes}
            names, places = ", ".join(row), ", ".join("?" * len(row))
            database.execute(f"INSERT INTO operators ({names}) VALUES ({places})", [*row.values()])
            database.commit()

    def end_the_step(self):
        """Five minutes pass on the platform's side."""
        with closing(sqlite3.connect(self.stage.platform_folder / "platform.sqlite")) as database:
            database.execute("UPDATE sign_ins SET expires_at = '2020-01-01T00:00:00.000000Z'")
            database.commit()

    def switch_window(self, *, on):
        """The system administrator switches the window off or on."""
        client = Client(self.stage.platform_url)
        staff = next(one for one in self.stage.accounts()["staff"] if one["username"] == "system")
        body = {"username": "system", "password": staff["password"], "window": None}
        into(client, client.post("/v1/sessions", body))
        done = act(
            client,
            "/v1/administration/window-standing",
            "switch-window",
            hall="99030201",
            code=self.stage.settings().window.code,
            active=on,
            reason="改造",
        )
        assert done.status_code == 200, done.text
        client.http.close()

    def demand(self, value, role="clerk"):
        """The security administrator sets the rule for every hall."""
        client = Client(self.stage.platform_url)
        staff = next(one for one in self.stage.accounts()["staff"] if one["username"] == "security")
        body = {"username": "security", "password": staff["password"], "window": None}
        into(client, client.post("/v1/sessions", body))
        done = act(
            client,
            "/v1/administration/rules",
            "set-security-rule",
            name=f"second_factor.{role}",
            hall="",
            value=value,
        )
        assert done.status_code == 200, done.text
        client.http.close()

    def begin(self, password):
        """Type name and password and press Enter."""
        activate(self.window)
        self.page.username.setFocus()
        self.hands.type(self.username)
        self.press(Qt.Key.Key_Return)
        self.type(password)
        self.press(Qt.Key.Key_Return)

    def press(self, key):
        self.hands.press(key)

    def type(self, text):
        """Into the field that has the focus, in place of what is in it."""
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit), field
        field.selectAll()
        self.hands.type(text)

    def answer(self, *texts):
        """Fill the fields of the screen from the first, Enter after each."""
        look("the field", lambda: self.page.step.fields[0].hasFocus())
        for text in texts:
            self.type(text)
            self.press(Qt.Key.Key_Return)

    def at(self, screen):
        look(screen.value, lambda: self.screen is screen and not self.page.flow.is_busy)

    def inside(self):
        return not self.page.isVisible()

    def told(self, code):
        look(code, lambda: self.code == code)


class ClerkFront(Front):
    def account(self, **changes):
        super().account(self.stage.account().username, **changes)
        self.password = self.stage.account().password

    def leave(self):
        self.window.model.sign_out()
        look("the sign-in page", self.page.isVisible)


def clerk_front(stage, folder):
    """A counter of its own, with the secrets of the stage's."""
    known = KeyFileVault(stage.folder / "counter" / "keys.json")
    for name in (DEVICE_SECRET, DEVICE_KEY):
        KeyFileVault(folder / "keys.json").put(name, known.get(name))
    settings = replace(
        stage.settings(), data_dir=folder, reader=ReaderSettings(), gun=GunSettings()
    )
    app = clerk_app(settings, quiet=True)
    app.window.show()
    front = ClerkFront(stage, app)
    front.folder = folder
    return front


@pytest.fixture(scope="module")
def opened(stage, qapp, tmp_path_factory):
    front = clerk_front(stage, tmp_path_factory.mktemp("steps"))
    yield front
    front.app.window.close()
    front.app.close()


@pytest.fixture
def front(opened, monkeypatch):
    opened.sockets = Sockets()
    monkeypatch.setattr(security_key, "plugged_in", opened.sockets.find)
    activate(opened.window)
    yield opened
    opened.stage.desk.plug_network()
    opened.demand("none")
    if opened.inside():
        opened.leave()
    opened.page.forget()
    opened.page.banner.clear()
    look("nobody waits for a key", lambda: not opened.page.flow.is_busy)


def one_time(front):
    """An account with a one-time password, as an administrator gives it out."""
    from hall_platform.identity.passwords import hashed

    front.account(must_change=1, password_hash=hashed(ONE_TIME))


def enrolled_code(front):
    """The account has an authenticator; its codes and how many were used."""
    front.demand("any")
    front.account()
    front.begin(front.password)
    front.at(Screen.CHOICE)
    front.press(Qt.Key.Key_2)
    front.at(Screen.NEW_CODE)
    codes = pyotp.TOTP("".join(front.page.step.secret.text().split()))
    front.answer(codes.now())
    look("inside", front.inside)
    front.leave()
    return codes


def next_code(codes):
    """A code that was not used by `enrolled_code`."""
    import time

    return codes.at(time.time(), counter_offset=1)


def test_a_one_time_password_is_replaced_before_anything_else(front):
    one_time(front)
    front.begin(ONE_TIME)
    front.at(Screen.PASSWORD)
    assert ONE_TIME not in shown_texts(front.window)
    assert any("12 个字符" in text for text in shown_texts(front.window))
    for first, again, code in (
        ("short", "short", "sign_in.password_short"),
        (CHOSEN, CHOSEN + "x", "sign_in.passwords_differ"),
        ("qwertyuiop123456", "qwertyuiop123456", "sign_in.password_common"),
        (f"{front.username}!!", f"{front.username}!!", "sign_in.password_own_name"),
        (ONE_TIME, ONE_TIME, "sign_in.password_unchanged"),
    ):
        front.answer(first, again)
        front.told(code)
    front.answer(CHOSEN, CHOSEN)
    look("inside", front.inside)
    assert CHOSEN not in shown_texts(front.window)
    front.leave()
    front.begin(ONE_TIME)
    front.told("sign_in.refused")
    front.page.forget()
    front.begin(CHOSEN)
    look("inside", front.inside)


def test_offline_the_password_that_was_chosen_unlocks_the_window(front):
    one_time(front)
    front.begin(ONE_TIME)
    front.at(Screen.PASSWORD)
    front.answer(CHOSEN, CHOSEN)
    look("inside", front.inside)
    session = front.window.model.session
    front.stage.desk.pull_network()
    front.window.lock()
    front.begin(ONE_TIME)
    front.told("sign_in.offline_refused")
    front.page.forget()
    front.begin(CHOSEN)
    look("inside", front.inside)
    assert front.window.model.session == session


def test_a_hall_that_demands_a_factor_has_a_code_enrolled_and_asks_for_it(front):
    front.demand("any")
    front.account()
    front.begin(front.password)
    front.at(Screen.CHOICE)
    front.press(Qt.Key.Key_2)
    front.at(Screen.NEW_CODE)
    secret = "".join(front.page.step.secret.text().split())
    assert len(secret) >= 16
    codes = pyotp.TOTP(secret)
    front.answer("12 34")
    front.told("sign_in.code_incomplete")
    front.answer(f"{(int(codes.now()) + 1) % 1_000_000:06d}")
    front.told("sign_in.factor_refused")
    front.answer(f"{codes.now()[:3]} {codes.now()[3:]}")
    look("inside", front.inside)
    assert not any(secret in "".join(text.split()) for text in shown_texts(front.window))

    front.window.lock()
    front.begin(front.password)
    front.at(Screen.CODE)
    front.answer(next_code(codes))
    look("unlocked", front.inside)


def test_guesses_at_the_code_lock_the_account(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    wrong = f"{(int(next_code(codes)) + 1) % 1_000_000:06d}"
    for _ in range(5):
        front.answer(wrong)
        front.told("sign_in.factor_refused")
        front.page.banner.clear()
    front.answer(wrong)
    front.told("sign_in.locked")
    assert front.screen is Screen.CREDENTIALS


def test_a_security_key_is_enrolled_and_then_signs_in(front):
    front.demand("security_key")
    front.account()
    front.begin(front.password)
    look("the key's screen", lambda: front.screen is Screen.NEW_KEY)
    front.told("security_key.none")
    key = SoftwareSecurityKey()
    front.sockets.plugged = [key]
    front.told("security_key.touch")
    key.touched.set()
    look("inside", front.inside)
    front.leave()

    key.touched.clear()
    front.begin(front.password)
    front.told("security_key.touch")
    front.press(Qt.Key.Key_Escape)
    assert front.screen is Screen.CREDENTIALS
    look("let go of", lambda: key.opened == 0)
    front.begin(front.password)
    front.told("security_key.touch")
    key.touched.set()
    look("inside", front.inside)


def test_the_pin_of_a_key_is_asked_for_only_where_it_has_one(front):
    key = SoftwareSecurityKey(pin="271828")
    key.touched.set()
    front.sockets.plugged = [key]
    front.demand("security_key")
    front.account()
    front.begin(front.password)
    front.told("security_key.pin_needed")
    front.answer("000000")
    front.told("security_key.pin_wrong")
    assert "7" in front.page.banner.texts()[1].text()
    front.answer("271828")
    look("inside", front.inside)
    assert "271828" not in shown_texts(front.window)


def test_with_another_key_the_account_stays_closed_and_the_right_one_opens_it(front):
    mine, other = SoftwareSecurityKey(), SoftwareSecurityKey()
    for one in (mine, other):
        one.touched.set()
    front.sockets.plugged = [mine]
    front.demand("security_key")
    front.account()
    front.begin(front.password)
    look("inside", front.inside)
    front.leave()
    front.sockets.plugged = [other]
    front.begin(front.password)
    front.told("security_key.not_enrolled")
    front.sockets.plugged = [mine]
    front.press(Qt.Key.Key_Return)
    look("inside", front.inside)


def test_a_key_or_a_code_where_the_account_has_both(front):
    codes = enrolled_code(front)
    key = SoftwareSecurityKey()
    key.touched.set()
    front.sockets.plugged = [key]
    front.demand("security_key")
    front.begin(front.password)
    front.at(Screen.CODE)  # what it has; then what the hall wants besides
    front.answer(next_code(codes))
    look("inside", front.inside)
    front.leave()
    front.demand("any")
    key.touched.clear()
    front.begin(front.password)
    front.told("security_key.touch")
    front.press(Qt.Key.Key_F3)
    front.at(Screen.CODE)
    look("let go of", lambda: key.opened == 0)
    front.press(Qt.Key.Key_F3)
    front.told("security_key.touch")
    key.touched.set()
    look("inside", front.inside)


def test_at_a_window_that_is_switched_off_it_is_said_and_nobody_gets_in(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    front.switch_window(on=False)  # between the two steps
    try:
        front.answer(next_code(codes))
        front.told("sign_in.window_off")
        assert front.screen is Screen.CREDENTIALS
        front.begin(front.password)
        front.told("sign_in.window_off")
        assert not front.inside()
    finally:
        front.switch_window(on=True)


def test_where_the_platform_lost_its_key_the_code_is_not_called_wrong(front):
    codes = enrolled_code(front)
    key = front.stage.platform_folder / "factors.key"
    away = key.rename(key.with_suffix(".away"))
    try:
        front.begin(front.password)
        front.at(Screen.CODE)
        front.answer(next_code(codes))
        front.told("sign_in.codes_unchecked")
    finally:
        away.rename(key)


def test_a_step_that_waited_too_long_begins_anew(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    front.end_the_step()
    front.answer(next_code(codes))
    front.told("sign_in.over")
    assert front.screen is Screen.CREDENTIALS
    assert front.page.username.hasFocus()
    front.begin(front.password)
    front.at(Screen.CODE)
    front.page.flow._over.timeout.emit()  # five minutes with nobody there
    front.told("sign_in.over")
    assert front.screen is Screen.CREDENTIALS


def test_with_the_network_gone_between_two_steps_the_step_can_be_tried_again(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    front.stage.desk.pull_network()
    front.answer(next_code(codes))
    front.told("sign_in.step_offline")
    assert front.screen is Screen.CODE
    front.stage.desk.plug_network()
    look("the field again", lambda: front.page.step.code.hasFocus())
    front.press(Qt.Key.Key_Return)
    look("inside", front.inside)


def test_a_locked_window_that_loses_the_network_between_two_steps_unlocks_by_password(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    front.answer(next_code(codes))
    look("inside", front.inside)
    session = front.window.model.session
    front.window.lock()
    front.begin(front.password)
    front.at(Screen.CODE)
    front.stage.desk.pull_network()
    front.answer("123456")
    front.told("sign_in.step_offline")
    front.press(Qt.Key.Key_Escape)
    front.begin(front.password)
    look("inside", front.inside)
    assert front.window.model.session == session


def test_a_session_that_comes_after_somebody_went_back_is_ended(front):
    codes = enrolled_code(front)
    front.begin(front.password)
    front.at(Screen.CODE)
    front.type(next_code(codes))
    front.press(Qt.Key.Key_Return)
    front.press(Qt.Key.Key_Escape)
    assert front.screen is Screen.CREDENTIALS

    def acts():
        return [act for act, *_ in audit_lines(front.app.assembled.store)][-2:]

    look("signed out again", lambda: acts() == ["sign_in", "sign_out"])
    assert front.page.isVisible()


def test_every_screen_can_be_used_by_key_and_read_aloud(front):
    one_time(front)
    front.demand("any")
    front.begin(ONE_TIME)
    front.at(Screen.PASSWORD)
    check_controls(front.page.step)
    front.answer(CHOSEN, CHOSEN)
    front.at(Screen.CHOICE)
    check_controls(front.page.step)
    assert len(front.page.step.ways) == 2
    front.press(Qt.Key.Key_1)
    look("the key's screen", lambda: front.screen is Screen.NEW_KEY)
    check_controls(front.page.step)
    front.press(Qt.Key.Key_Escape)
    front.begin(CHOSEN)
    front.at(Screen.CHOICE)
    front.press(Qt.Key.Key_2)
    front.at(Screen.NEW_CODE)
    check_controls(front.page.step)


def check_controls(step):
    assert step.accessibleName()
    assert step.accessibleDescription()
    controls = [
        one
        for kind in (QLineEdit, QPushButton)
        for one in step.findChildren(kind)
        if one.isVisible()
    ]
    assert controls
    for one in controls:
        assert one.accessibleName()
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert all(one.accessibleDescription() for one in step.findChildren(QPushButton))  # its key
    look(
        "the focus is on the screen",
        lambda: step is QApplication.focusWidget() or QApplication.focusWidget() in controls,
    )


def test_nothing_secret_of_a_sign_in_is_written_down(front):
    one_time(front)
    front.demand("any")
    front.begin(ONE_TIME)
    front.at(Screen.PASSWORD)
    handle = front.page.flow._step.handle
    front.answer(CHOSEN, CHOSEN)
    front.at(Screen.CHOICE)
    front.press(Qt.Key.Key_2)
    front.at(Screen.NEW_CODE)
    secret = "".join(front.page.step.secret.text().split())
    code = pyotp.TOTP(secret).now()
    front.answer(code)
    look("inside", front.inside)
    lines = repr(audit_lines(front.app.assembled.store, "operator", "act", "object", "detail"))
    assert "half" in repr(audit_lines(front.app.assembled.store))
    written = [one for one in front.folder.rglob("*.log*") if one.is_file()]
    logs = "".join(one.read_text("utf-8", "replace") for one in written)
    for kept in (lines, logs):
        assert not [one for one in (ONE_TIME, CHOSEN, handle, secret, code) if one in kept]


def test_a_window_closed_while_a_key_is_waited_for_ends(front, stage, tmp_path):
    front.demand("security_key")
    other = clerk_front(stage, tmp_path)
    try:
        other.account()
        other.begin(other.password)
        other.told("security_key.none")
    finally:
        other.app.window.close()
        other.app.close()  # waits for every thread
    assert other.app.assembled is None


class HeadFront(Front):
    def account(self, **changes):
        super().account("head", **changes)
        staff = self.stage.accounts()["staff"]
        self.password = next(one for one in staff if one["username"] == "head")["password"]


def test_a_supervisor_goes_through_the_steps_too(stage, qapp, tmp_path):
    from ui.supervisor.face import FACE

    app = FaceApp(replace(stage.settings(), data_dir=tmp_path), FACE, quiet=True)
    app.window.show()
    front = HeadFront(stage, app)
    try:
        front.demand("any", role="supervisor")
        front.account()
        front.begin(front.password)
        front.at(Screen.CHOICE)
        front.press(Qt.Key.Key_2)
        front.at(Screen.NEW_CODE)
        codes = pyotp.TOTP("".join(front.page.step.secret.text().split()))
        front.answer(codes.now())
        look("the live page", lambda: front.window.live.live is not None)
        front.window.lock()
        front.begin(front.password)
        front.at(Screen.CODE)
        front.answer(next_code(codes))
        look("the live page", lambda: front.window.live.live is not None)
    finally:
        front.demand("none", role="supervisor")
        app.window.close()
        app.close()
