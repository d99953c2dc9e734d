"""The counter's own link before a platform that demands signatures, over real sockets."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from fakes import SESSION, FakePlatform, SetClock, audit_lines, on_desk, open_store
from identity_platform import act, identity_platform
from platform_client import accept_act, new_key
from sqlalchemy import select
from test_platform_signatures import rule

from counter_app.domain.happening import FeedReady, Happening
from counter_app.domain.outgoing import OutgoingAct, OutgoingState, canonical, fingerprint
from counter_app.domain.ticket import Priority, TicketPaper
from counter_app.errors import SignatureRefused
from counter_app.platform_link.calling import HttpQueue
from counter_app.platform_link.events import EventStream
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link
from counter_app.platform_link.registration import register_key
from counter_app.platform_link.signing import DeviceKey, Signer
from counter_app.platform_link.ticketing import HttpTicketing
from counter_app.ports import WindowState
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from hall_platform.identity.tables import act_signatures, request_nonces

WINDOW = "03"


class Counter:
    """A counter's link with its vault, of which a test has the key in its hand."""

    def __init__(self, platform, code=f"counter-{WINDOW}"):
        self.platform, self.kept, self.off = platform, None, timedelta()
        account = platform.device(code)
        self.device, self.secret = account["device"], account["secret"]
        self.signer = Signer(lambda: self.kept, self.now)
        self.link = self.linked(self.signer)
        self.http = HttpPlatform(self.link)

    def linked(self, signer):
        return Link(
            self.platform.url,
            device=self.device,
            device_secret=lambda: self.secret,
            signer=signer,
        )

    def now(self):
        return (self.platform.clock.now() + self.off).timestamp()

    def enrol(self):
        """What `hall-counter enrol` does while the counter may be running."""
        self.kept = register_key(self.linked(None), self.device, self.secret).kept()
        return self

    def sign_in(self):
        account = self.platform.account(f"clerk{WINDOW}")
        return self.http.sign_in(account["username"], account["password"], WINDOW)

    def revoke(self):
        with self.platform.signed_in("system") as system:
            path = f"/v1/administration/devices/{self.device}/key-revocation"
            done = act(system, path, "revoke-device-key", reason="换主板")
            assert done.status_code == 200, done.text

    def accepted(self):
        """An act as the outbox has it, signed when it was done."""
        with self.platform.signed_in(f"clerk{WINDOW}") as clerk:
            said = accept_act(clerk, None, accepted_at="2026-11-24T08:00:00+08:00")
        body, key, made = canonical(said), new_key(), self.platform.clock.now()
        sha256 = fingerprint(body)
        signature = self.signer.sign_act(key, "accept", said["case"], sha256, made)
        path = f"/v1/cases/{said['case']}/acceptance"
        return OutgoingAct(
            key, said["case"], "accept", path, body, sha256, made, signature=signature
        )


@pytest.fixture
def platform(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        rule(running, "always")
        yield running


@pytest.fixture
def counter(platform):
    return Counter(platform).enrol()


def rows(platform, table):
    with platform.store.read() as connection:
        return list(connection.execute(select(table)))


def test_all_that_a_counter_asks_is_signed(counter, platform):
    http = counter.http
    assert http.items("gtgs")
    block = http.lease_numbers(WINDOW, 2, new_key())
    assert len(block.numbers) == 2
    session = counter.sign_in()
    person = platform.people["people"][0]
    found = http.records(kind="resident", number=person["number"], purpose="x")
    assert found.preapplications
    queue = HttpQueue(counter.link)
    queue.set_window(session, WindowState.OPEN, "", new_key())
    assert queue.workbench().state is WindowState.OPEN
    one = next(one for one in found.preapplications if one.claimed_by is None)
    claimed = http.claim(one, session, new_key())
    http.release(claimed, session, new_key())
    http.sign_out(session.id)
    assert len(rows(platform, request_nonces)) >= 8  # one for each signed request
    acts = rows(platform, act_signatures)
    assert len(acts) == 4  # lease, window, claim, release: each with the device's signature
    assert {row.device_key for row in acts} == {DeviceKey.restored(counter.kept).id}


def test_the_stream_of_events_is_signed_and_goes_on_with_a_key_that_came_later(platform):
    counter = Counter(platform)
    feed = EventStream(counter.link, ("window-changed",))
    try:
        lost = heard(feed)
        assert lost.code == "platform.signature_required"
        counter.enrol()
        assert isinstance(heard(feed), FeedReady)
        session = counter.sign_in()
        HttpQueue(counter.link).set_window(session, WindowState.OPEN, "", new_key())
        assert isinstance(heard(feed), Happening)
    finally:
        feed.close()


def heard(feed):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        event = feed.next_event(0.3)
        if event is not None:
            return event
    raise AssertionError("nothing was heard")


def test_an_act_is_delivered_with_the_signature_made_when_it_was_done(counter, platform):
    signed = counter.accepted()
    platform.pass_time(minutes=1)
    counter.revoke()  # the key it was signed with ends before it is delivered
    platform.pass_time(minutes=30)
    counter.enrol()
    assert counter.http.send(signed).case == signed.case
    (kept,) = rows(platform, act_signatures)
    assert (kept.key, kept.fingerprint) == (signed.key, signed.sha256)
    assert kept.made_at == signed.created_at.isoformat()
    assert kept.device_key != DeviceKey.restored(counter.kept).id


def test_acceptance_signs_what_it_puts_on_its_way(tmp_path):
    from fakes import CALENDAR

    key = DeviceKey.fresh().named("k-1")
    store = open_store(tmp_path)
    acceptance = Acceptance(store, SetClock(), lambda: CALENDAR, "device-3", Signer(key.kept))
    case = acceptance.accept(on_desk(), SESSION, online=True)
    kept = store.outgoing(store.act_of_case(case.id))
    store.close()
    again = key.act_header(
        kept.key, "accept", case.id, fingerprint(kept.body), kept.created_at.isoformat()
    )
    assert kept.signature == again  # Ed25519 signs alike each time
    assert kept.signature not in repr(kept)


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(days=-2)])
def test_a_clock_that_is_off_is_said_and_is_no_refusal_of_an_act(counter, off, tmp_path):
    counter.http.items("gtgs")
    counter.off = off
    with pytest.raises(SignatureRefused) as refused:
        counter.http.items("gtgs")
    assert refused.value.code == "platform.clock_off"
    assert refused.value.facts["minutes"] >= 1
    store = open_store(tmp_path / "store")
    from fakes import CALENDAR

    Acceptance(store, SetClock(), lambda: CALENDAR, "device-3").accept(
        on_desk(), SESSION, online=True
    )
    platform = FakePlatform(send=refused.value)
    done = Delivery(platform, store, SetClock()).deliver_due()
    assert (done.refused, done.still_waiting) == (0, 1)
    assert audit_lines(store)[-1][0] == "accept"
    store.close()
    counter.off = timedelta()
    assert counter.http.items("gtgs")


def test_without_a_key_it_is_said_and_a_key_that_comes_is_used_without_a_restart(platform):
    counter = Counter(platform)
    with pytest.raises(SignatureRefused) as refused:
        counter.http.items("gtgs")
    assert refused.value.code == "platform.signature_required"
    counter.enrol()
    assert counter.http.items("gtgs")


def test_a_key_that_was_revoked_is_said_and_the_next_one_is_used_without_a_restart(counter):
    counter.http.items("gtgs")
    session = counter.sign_in()
    counter.revoke()
    for ask in (
        lambda: counter.http.items("gtgs"),
        lambda: counter.http.records(kind="resident", number="x", purpose="x"),
    ):
        with pytest.raises(SignatureRefused) as refused:
            ask()
        assert refused.value.code == "platform.signature_refused"
    counter.enrol()
    assert counter.http.items("gtgs")
    counter.http.records(kind="resident", number="990302199001010016", purpose="x")
    counter.http.sign_out(session.id)  # the clerk was never thrown out


def test_who_is_at_no_window_signs_in_and_out_over_a_devices_link(counter, platform):
    head = platform.account("head")
    signed_in = counter.link.sign_in(head["username"], head["password"], None)
    counter.link.sign_out(signed_in.session)
    with platform.signed_in("head") as again:
        sessions = again.get("/v1/own-sessions").json()["sessions"]
    assert [one["current"] for one in sessions] == [True]


def test_an_act_that_was_refused_for_its_token_is_signed_anew(counter, platform):
    counter.http.items("gtgs")
    platform.pass_time(hours=2)  # the device's token is over
    assert counter.http.items("gtgs")
    sent = counter.accepted()
    assert counter.http.send(sent).key == sent.key
    assert counter.http.send(sent).key == sent.key  # the same act again, signed anew
    assert OutgoingState.PENDING is sent.state


def test_a_kiosk_signs_what_is_done_at_it(platform):
    kiosk = Counter(platform, "kiosk-01").enrol()
    tickets = HttpTicketing(kiosk.link)
    with platform.signed_in("head") as head:
        service = head.get("/v1/hall").json()["services"][0]["code"]
    visit = tickets.take(service, None, Priority.NONE, new_key())
    tickets.report(visit.id, TicketPaper.HANDED_OUT, "", new_key())
    kept = rows(platform, act_signatures)
    assert [row.device_key for row in kept] == [DeviceKey.restored(kiosk.kept).id] * 2
