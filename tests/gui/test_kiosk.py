"""The kiosk in people's hands: touches, a real platform, a printer over TCP."""

from __future__ import annotations

import base64
import gc
import json
import sqlite3
import threading
import urllib.request
import uuid
from contextlib import closing

import pyotp
import pytest
from at_the_desk import shown_texts
from fido2.utils import websafe_decode
from fido2.webauthn import AttestationObject
from PySide6.QtWidgets import QLabel
from software_security_key import Sockets, SoftwareSecurityKey

from counter_app.devices import security_key
from counter_app.devices.security_key import HidSecurityKey
from counter_app.devices.simulators.desk import card_identity
from counter_app.domain.reading import CardRead
from counter_app.services.ticketing import TicketOut
from ui.app import FaceApp
from ui.demo.hands import Hands, look
from ui.kiosk.face import FACE
from ui.kiosk.model import Ending, Step

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


class Kiosk:
    """A kiosk in a test's hands."""

    def __init__(self, stage, app):
        self.stage, self.app, self.window = stage, app, app.window
        self.hands = Hands(app.window)
        self.cards = 0
        look("the kiosk is ready", lambda: self.window.model is not None)
        look("the hall is known", lambda: self.model.hall is not None)
        look("the reader", lambda: self.model.reader_works)

    @property
    def model(self):
        return self.window.model

    @property
    def page(self):
        return self.window.page

    def touch(self, button):
        look(f"{button.word} on the screen", button.isVisible)
        assert button.isEnabled()
        assert min(button.width(), button.height()) >= 80, button.word
        self.hands.click(button)

    def at(self, step):
        what = f"{step.value}: {self.model.step}, {self.model.said}"
        look(what, lambda: self.model.step is step and not self.model.busy, 8)

    def texts(self):
        return [one.text() for one in self.window.findChildren(QLabel) if one.isVisible()]

    def says(self, part):
        look(part, lambda: any(part in text for text in self.texts()))

    def card(self, person=0):
        """A card of the person's own each time: one that is back at once is not read twice."""
        self.cards += 1
        address = f"试验省测试路{self.cards}号"
        self.stage.desk.put({**self.stage.people()[person], "address": address})

    def take(self, person=None, service=0):
        self.touch(self.page.choices[0])
        if person is None:
            self.touch(next(one for one in self.buttons() if one.word == "没有带证件"))
        else:
            self.card(person)
        self.at(Step.SERVICES)
        look("services", lambda: bool(self.page.services))
        self.touch(self.page.services[service])
        look("the paper", lambda: self.model.out is not None)
        look("the page", lambda: self.page.done.isVisible() or self.page.again.isVisible())

    def buttons(self):
        from ui.kiosk.look import BigButton

        return self.window.findChildren(BigButton)

    def supervisor(self):
        return next(
            one
            for one in self.stage.accounts()["staff"]
            if "supervisor" in one["roles"]
            and one["hall"] == self.stage.accounts()["kiosks"][0]["hall"]
        )

    def asked(self, path):
        """What the hall's supervisor is told."""
        who = self.supervisor()
        body = {"username": who["username"], "password": who["password"], "window": None}
        token = self._json("/v1/sessions", body)["access_token"]
        return self._json(path, None, token)

    def _json(self, path, body, token=""):
        request = urllib.request.Request(
            self.stage.platform_url + path,
            data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def ticket(self, number):
        return next(one for one in self.asked("/v1/tickets")["tickets"] if one["number"] == number)


@pytest.fixture(scope="module")
def machine(stage, qapp):
    app = FaceApp(stage.kiosk_settings(), FACE, quiet=True)
    app.window.resize(1080, 1920)
    app.window.show()
    yield Kiosk(stage, app)
    app.window.close()
    app.close()


@pytest.fixture
def kiosk(machine, stage):
    yield machine
    stage.desk.plug_network()
    stage.desk.ticket_printer_state("ready")
    stage.desk.lift()
    look("not busy", lambda: not machine.model.busy, 30)
    machine.window.forget()

    def online():
        machine.model.refresh()
        return machine.model.online

    look("online again", online, 30)


def test_a_number_by_card_and_touch_comes_out_on_paper(kiosk, stage):
    kiosk.take(person=1)
    assert kiosk.model.out is TicketOut.HANDED_OUT
    number = kiosk.page.number.text()
    assert kiosk.model.visit.tickets[0].number == number
    kiosk.says("请取走号票")
    told = kiosk.ticket(number)
    assert (told["state"], told["paper"], told["source"]) == ("waiting", "handed_out", "kiosk")
    kiosk.touch(kiosk.page.done)
    assert kiosk.model.step is Step.WELCOME


def test_a_number_without_a_card_and_with_priority_unexplained(kiosk):
    kiosk.touch(kiosk.page.choices[0])
    kiosk.touch(next(one for one in kiosk.buttons() if one.word == "没有带证件"))
    kiosk.touch(kiosk.page.priority)
    kiosk.touch(kiosk.page.services[1])
    look("out", lambda: kiosk.model.out is TicketOut.HANDED_OUT)
    told = kiosk.ticket(kiosk.model.visit.tickets[0].number)
    assert (told["priority"], told["priority_reason"]) == (True, "unstated")


def test_without_paper_nothing_is_handed_out_until_it_is_printed_again(kiosk, stage):
    stage.desk.ticket_printer_state("out")
    kiosk.take()
    kiosk.says("打印机缺纸")
    number = kiosk.page.number.text()
    assert (kiosk.ticket(number)["state"], kiosk.ticket(number)["paper"]) == ("held", "failed")
    stage.desk.ticket_printer_state("ready")
    kiosk.touch(kiosk.page.again)
    look("out", lambda: kiosk.model.out is TicketOut.HANDED_OUT)
    assert kiosk.ticket(number)["paper"] == "handed_out"
    assert kiosk.ticket(number)["state"] == "waiting"


@pytest.mark.parametrize(
    ("choice", "ending", "state", "paper"),
    [("keep", Ending.KEPT, "waiting", "kept"), ("void", Ending.VOID, "void", "failed")],
)
def test_without_paper_a_number_is_kept_or_given_up(kiosk, stage, choice, ending, state, paper):
    stage.desk.ticket_printer_state("runs_out")
    kiosk.take()
    number = kiosk.page.number.text()
    kiosk.touch(getattr(kiosk.page, choice))
    look(choice, lambda: kiosk.model.ending is ending)
    assert (kiosk.ticket(number)["state"], kiosk.ticket(number)["paper"]) == (state, paper)
    assert not kiosk.page.again.isVisible()


def test_a_printer_reset_within_the_ticket_is_asked_about(kiosk, stage):
    stage.desk.ticket_printer_state("reset")
    kiosk.take()
    assert kiosk.model.out is TicketOut.UNKNOWN
    number = kiosk.page.number.text()
    assert kiosk.ticket(number)["state"] == "held"
    kiosk.touch(kiosk.page.got)
    look("said so", lambda: kiosk.model.out is TicketOut.HANDED_OUT)
    assert kiosk.ticket(number)["paper"] == "handed_out"


def test_a_second_number_for_one_person_is_refused_in_words(kiosk, stage):
    kiosk.take(person=2)
    kiosk.touch(kiosk.page.done)
    kiosk.touch(kiosk.page.choices[0])
    kiosk.model.hear(CardRead(card_identity(stage.people()[2])))
    kiosk.at(Step.SERVICES)
    kiosk.touch(kiosk.page.services[0])
    kiosk.says("您今天已有这项业务的号")
    assert kiosk.model.step is Step.SERVICES


def test_a_code_nobody_booked_is_said_by_gun_and_by_touch(kiosk, stage):
    stage.desk.show("22223333")
    look("an answer", lambda: kiosk.model.step is Step.CODE and not kiosk.model.busy)
    assert "本大厅没有这个预约码" in kiosk.texts(), (kiosk.model.said, kiosk.model.online)
    kiosk.window.forget()
    kiosk.touch(kiosk.page.choices[1])
    for key in "2A3B4":
        kiosk.touch(kiosk.page.keys[key])
    kiosk.touch(kiosk.page.enter)
    kiosk.says("预约码是 8 位")


def test_a_receipt_under_the_gun_shows_its_case_and_other_codes_say_where_to_go(kiosk, stage):
    database = sqlite3.connect(stage.platform_folder / "platform.sqlite", timeout=20)
    number, code, item = database.execute(
        "SELECT number, query_code, item_name FROM cases "
        "WHERE county = '990302' AND query_code <> ''"
    ).fetchone()
    database.close()
    stage.desk.show(f"HC1:{number}:{code}")
    kiosk.at(Step.MATTERS)
    kiosk.says(item)
    kiosk.window.forget()
    for payload, said in (
        (f"HC1:{number}:AAAAAAAA", "没有查到这个办件"),
        (number, "扫旁边的二维码"),
        ("HCPRE:YS20261122K7M2P9", "请在窗口出示"),
        ("HCID:opaque", "不读个人身份码"),
        ("https://example.org/pay", "这不是预约码"),
    ):
        stage.desk.show(payload)
        kiosk.says(said)
        look("not busy", lambda: not kiosk.model.busy)
        kiosk.window.forget()


def test_own_matters_by_card(kiosk):
    kiosk.touch(kiosk.page.choices[2])
    kiosk.card(0)
    kiosk.at(Step.MATTERS)
    matters = kiosk.model.matters
    if matters.open_cases:
        kiosk.says(f"您有 {len(matters.open_cases)} 件")
    else:
        kiosk.says("没有正在办的件")


def test_offline_says_what_works(kiosk, stage):
    stage.desk.pull_network()
    kiosk.model.refresh()
    look("offline", lambda: not kiosk.model.online, 30)
    kiosk.says("现在不能取号、签到、查办件")
    assert [one.isEnabled() for one in kiosk.page.choices] == [False, False, False, True]
    kiosk.touch(kiosk.page.choices[3])
    kiosk.says("请到咨询台")


def test_the_network_gone_at_the_choice_gives_one_number_when_it_is_back(kiosk, stage):
    kiosk.touch(kiosk.page.choices[0])
    kiosk.card(4)
    kiosk.at(Step.SERVICES)
    stage.desk.pull_network()
    kiosk.touch(kiosk.page.services[2])
    kiosk.says("连不上平台,没有办成")
    assert not kiosk.page.services[2].isEnabled()


def numbers(stage):
    """How many tickets the platform has, by state."""
    with closing(sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)) as database:
        return dict(database.execute("SELECT state, count(*) FROM tickets GROUP BY state"))


def test_a_number_whose_answer_was_lost_is_void_once_the_person_has_left(kiosk, stage):
    kiosk.touch(kiosk.page.choices[0])
    kiosk.touch(next(one for one in kiosk.buttons() if one.word == "没有带证件"))
    look("services", lambda: bool(kiosk.page.services))
    before = numbers(stage)
    stage.desk.slow_network(600)
    kiosk.touch(kiosk.page.services[3])
    look("it is taken", lambda: numbers(stage).get("waiting", 0) > before.get("waiting", 0))
    stage.desk.pull_network()
    stage.desk.slow_network(0)
    kiosk.says("连不上平台,没有办成")
    kiosk.touch(kiosk.window.back)
    stage.desk.plug_network()

    def void():
        kiosk.model.refresh()
        return numbers(stage).get("void", 0) == before.get("void", 0) + 1

    look("it is void", void, 30)
    assert numbers(stage).get("waiting", 0) == before.get("waiting", 0)


def test_idle_counts_down_and_forgets(kiosk):
    kiosk.touch(kiosk.page.choices[0])
    kiosk.card(0)
    kiosk.at(Step.SERVICES)
    kiosk.window.count_down()
    kiosk.says("秒后返回首页")
    kiosk.touch(kiosk.window.go_on)
    assert kiosk.model.step is Step.SERVICES
    kiosk.window.count_down()
    for _ in range(10):
        kiosk.window.tick()
    assert kiosk.model.step is Step.WELCOME
    assert kiosk.model.identity is None


def test_after_a_visit_nothing_reachable_holds_the_person(kiosk, stage):
    person = stage.people()[3]
    kiosk.take(person=3)
    kiosk.touch(kiosk.page.done)
    look("welcome", lambda: kiosk.model.step is Step.WELCOME)
    look("idle", lambda: not kiosk.model.busy)
    gc.collect()
    kept = "\n".join(shown_texts(kiosk.window)) + repr(vars(kiosk.model))
    kept += "".join(repr(vars(one)) for one in kiosk.window.children() if hasattr(one, "__dict__"))
    assert str(person["name"]) not in kept
    assert str(person["number"]) not in kept
    from counter_app.domain.identity import Identity

    def held():
        gc.collect()
        return [
            one
            for one in gc.get_objects()
            if isinstance(one, Identity) and one.number == person["number"]
        ]

    look("forgotten with the reader's next answer", lambda: not held(), 5)


def test_after_looking_at_own_matters_nothing_reachable_holds_the_person(kiosk, stage):
    from counter_app.domain.identity import Identity
    from counter_app.ports.ticketing import OwnMatters

    person = stage.people()[0]
    kiosk.touch(kiosk.page.choices[2])
    kiosk.card(0)
    kiosk.at(Step.MATTERS)
    numbers = [case.number for case in kiosk.model.matters.cases]
    stage.desk.lift()
    kiosk.touch(kiosk.window.back)
    look("idle", lambda: not kiosk.model.busy)
    shown = "\n".join(shown_texts(kiosk.window)) + repr(vars(kiosk.model))
    assert not [told for told in (*numbers, person["name"], person["number"]) if told in shown]

    def held():
        gc.collect()
        return [
            one
            for one in gc.get_objects()
            if isinstance(one, OwnMatters)
            or (isinstance(one, Identity) and one.number == person["number"])
        ]

    look("forgotten", lambda: not held(), 5)


def test_only_a_supervisor_leaves(kiosk, stage, left):
    clerk, head = stage.account(), kiosk.supervisor()
    for username, password, told in (
        (clerk.username, "wrong", "用户名或密码不对"),
        (clerk.username, clerk.password, "只有大厅负责人能退出"),
        (head["username"], head["password"], ""),
    ):
        kiosk.window.ask_to_leave()
        kiosk.page.username.setText(username)
        kiosk.page.password.setText(password)
        kiosk.touch(kiosk.page.enter)
        if told:
            kiosk.says(told)
            assert not left
        else:
            look("left", lambda: bool(left))


def head_with(stage, **factors):
    """A head of the hall who has these factors, by kind; the name."""
    username = f"head-{uuid.uuid4().hex[:8]}"
    with closing(sqlite3.connect(stage.database)) as database:
        database.row_factory = sqlite3.Row
        known = database.execute("SELECT * FROM operators WHERE username = 'head'").fetchone()
        row = {**dict(known), "id": str(uuid.uuid4()), "username": username}
        owned = [
            {
                "id": str(uuid.uuid4()),
                "operator": row["id"],
                "kind": kind,
                "name": "一件",
                "credential": credential,
                "counter": 0,
                "enrolled_at": "2026-01-01T00:00:00.000000Z",
            }
            for kind, credential in factors.items()
        ]
        for table, values in (("operators", row), *(("factors", one) for one in owned)):
            names, places = ", ".join(values), ", ".join("?" * len(values))
            query = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - own names
            database.execute(query, [*values.values()])
        database.commit()
    return username


@pytest.fixture
def left(kiosk):
    """How often the kiosk's mode was left; its window stays."""
    times = []
    kiosk.model.left.disconnect()
    kiosk.model.left.connect(lambda: times.append(True))
    return times


@pytest.fixture
def sockets(monkeypatch):
    known = Sockets()
    monkeypatch.setattr(security_key, "plugged_in", known.find)
    return known


def enrolled(key):
    """What the platform keeps of a key that was enrolled with it."""
    options = {
        "rp": {"id": "localhost", "name": "hall"},
        "user": {"id": "AAAA", "name": "head", "displayName": "head"},
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    }
    touched, waiting = key.touched.is_set(), threading.Event()
    key.touched.set()
    bench = HidSecurityKey("http://localhost", Sockets([key]).find)
    made = bench.make({"publicKey": options}, key.pin, lambda _: None, waiting)
    if not touched:
        key.touched.clear()
    attested = websafe_decode(made["response"]["attestationObject"])
    return base64.b64encode(AttestationObject(attested).auth_data.credential_data).decode()


def begin_to_leave(kiosk, username):
    kiosk.window.ask_to_leave()
    kiosk.page.username.setText(username)
    kiosk.page.password.setText(kiosk.supervisor()["password"])
    kiosk.touch(kiosk.page.enter)


def type_on_the_screen(kiosk, text):
    for character in text:
        kiosk.touch(next(key for key in kiosk.page.keyboard.keys if key.word == character))


def at_the_key(kiosk):
    look("the key is asked for", lambda: hasattr(kiosk.page, "pin"))


def test_a_supervisor_who_has_a_second_factor_leaves_by_its_code(kiosk, stage, left):
    secret = pyotp.random_base32()
    codes = pyotp.TOTP(secret)
    begin_to_leave(kiosk, head_with(stage, totp=secret))
    look("the code is asked for", lambda: hasattr(kiosk.page, "code"))
    wrong = f"{(int(codes.now()) + 1) % 1_000_000:06d}"
    for code, told in (("", "动态口令是 6 位数字"), (wrong, "没有通过核验"), (None, "")):
        type_on_the_screen(kiosk, codes.now() if code is None else code)
        kiosk.touch(kiosk.page.enter)
        assert not kiosk.page.code.text()
        if told:
            kiosk.says(told)
            assert not left
        else:
            look("left", lambda: bool(left))
        look("not busy", lambda: not kiosk.model.way_out.flow.is_busy)


def test_a_supervisor_who_has_a_security_key_alone_leaves_by_touching_it(
    kiosk, stage, left, sockets
):
    key, other = SoftwareSecurityKey(), SoftwareSecurityKey()
    other.touched.set()
    begin_to_leave(kiosk, head_with(stage, security_key=enrolled(key)))
    kiosk.says("没有找到安全密钥")
    assert not kiosk.page.keyboard.isVisible()
    sockets.plugged = [other]
    kiosk.says("没有登记在这个账号上")
    sockets.plugged = [key]
    kiosk.touch(kiosk.page.again)
    kiosk.says("请触摸安全密钥")
    assert not left
    key.touched.set()
    look("left", lambda: bool(left))


def test_the_pin_of_a_key_is_typed_on_the_screen(kiosk, stage, left, sockets):
    key = SoftwareSecurityKey(pin="271828")
    key.touched.set()
    sockets.plugged = [key]
    begin_to_leave(kiosk, head_with(stage, security_key=enrolled(key)))
    kiosk.says("设有 PIN")
    type_on_the_screen(kiosk, "000000")
    kiosk.touch(kiosk.page.enter)
    kiosk.says("PIN 不对")
    assert not kiosk.page.pin.text()
    type_on_the_screen(kiosk, "271828")
    kiosk.touch(kiosk.page.enter)
    look("left", lambda: bool(left))
    assert "271828" not in shown_texts(kiosk.window)


def test_a_key_that_is_waited_for_is_let_go_of_when_everybody_has_gone(kiosk, stage, left, sockets):
    key = SoftwareSecurityKey()
    sockets.plugged = [key]
    begin_to_leave(kiosk, head_with(stage, security_key=enrolled(key)))
    kiosk.says("请触摸安全密钥")
    kiosk.window.count_down()
    for _ in range(10):
        kiosk.window.tick()
    assert kiosk.model.step is Step.WELCOME
    look("let go of", lambda: key.opened == 0)
    key.touched.set()
    kiosk.window.ask_to_leave()
    assert kiosk.page.username.text() == ""
    assert not left


def test_a_key_or_a_code_where_the_account_has_both(kiosk, stage, left, sockets):
    key, secret = SoftwareSecurityKey(), pyotp.random_base32()
    sockets.plugged = [key]
    begin_to_leave(kiosk, head_with(stage, security_key=enrolled(key), totp=secret))
    kiosk.says("请触摸安全密钥")
    kiosk.touch(kiosk.page.other)
    look("the code is asked for", lambda: hasattr(kiosk.page, "code"))
    look("let go of", lambda: key.opened == 0)
    kiosk.touch(kiosk.page.other)
    at_the_key(kiosk)
    kiosk.says("请触摸安全密钥")
    kiosk.touch(kiosk.page.other)
    look("the code is asked for", lambda: hasattr(kiosk.page, "code"))
    type_on_the_screen(kiosk, pyotp.TOTP(secret).now())
    kiosk.touch(kiosk.page.enter)
    look("left", lambda: bool(left))


def test_who_has_to_set_a_new_password_first_is_sent_to_their_own_page(kiosk, stage, left):
    username = head_with(stage)
    with closing(sqlite3.connect(stage.database)) as database:
        query = "UPDATE operators SET must_change = 1 WHERE username = ?"
        database.execute(query, [username])
        database.commit()
    begin_to_leave(kiosk, username)
    kiosk.says("这个账号登录还有别的步骤")
    assert hasattr(kiosk.page, "username")
    assert not left


def test_elder_mode_and_english_last_for_one_person(kiosk):
    kiosk.touch(kiosk.window.elder)
    kiosk.touch(kiosk.window.language)
    assert kiosk.page.choices[0].word == "Take a number"
    kiosk.touch(kiosk.page.choices[3])
    kiosk.touch(kiosk.window.back)
    assert kiosk.page.choices[0].word == "我要取号"
    assert not kiosk.window.large
