"""Appointments: slots, booking, giving up, checking in; never more than the capacity."""

import uuid
from datetime import UTC, datetime

import pytest
from hall_desk import MORNING, Hall, person, take
from hall_fixtures import BOTH_STORES, hall_on
from platform_client import Client, code_of, new_key, side_by_side
from platform_process import PlatformProcess, seeded_copy
from sqlalchemy import insert
from store_under_test import opened, settings_of

from hall_platform.access import new_token, token_hash
from hall_platform.clock import stamp
from hall_platform.database import open_store
from hall_platform.identity.tables import access_tokens, citizens, sessions

TODAY, TOMORROW = "2026-11-24", "2026-11-25"


@pytest.fixture(scope="module", params=BOTH_STORES)
def hall(request, tmp_path_factory):
    with hall_on(request.param, tmp_path_factory.mktemp("appointments")) as hall:
        yield hall


def slots(by, day=TOMORROW, service="market", **more):
    query = "".join(f"&{name}={value}" for name, value in more.items())
    found = by.get(f"/v1/appointment-slots?service={service}&day={day}{query}").json()["slots"]
    return {one["start"]: one for one in found}


def book(by, start, holder=None, *, day=TOMORROW, service="market", name="张三丰", **members):
    body = {"act": "book", "service": service, "day": day, "start": start, **members}
    if holder is not None:
        body |= {"holder": holder, "name": name}
    return by.post("/v1/appointments", body, Idempotency_Key=new_key())


def on(by, code, what, act, **members):
    path = f"/v1/appointments/{code}/{what}"
    return by.post(path, {"act": act, **members}, Idempotency_Key=new_key())


def cancel(by, code, **members):
    return on(by, code, "cancellation", "cancel-appointment", **members)


def check_in(by, code):
    return on(by, code, "check-in", "check-in")


def test_slots_are_the_quarter_hours_of_the_opening_that_have_not_begun(hall):
    tomorrow = slots(hall.kiosk)
    assert list(tomorrow)[0] == "09:00"
    assert list(tomorrow)[-1] == "16:45"
    assert "12:00" not in tomorrow
    assert len(tomorrow) == 12 + 14
    assert tomorrow["11:45"]["capacity"] == 4
    before = hall.kiosk.get("/v1/health").json()["time"][11:16]  # ten to ten, or some time later
    today = slots(hall.kiosk, TODAY)
    after = hall.kiosk.get("/v1/health").json()["time"][11:16]
    assert list(today) in ([one for one in tomorrow if one > now] for now in (before, after))
    assert slots(hall.kiosk, "2026-11-29") == {}  # a Sunday
    unknown = hall.kiosk.get(f"/v1/appointment-slots?service=nothing&day={TOMORROW}")
    assert code_of(unknown) == "service-unknown"
    wrong = hall.kiosk.get("/v1/appointment-slots?service=market&day=2026-13-01")
    assert code_of(wrong) == "invalid-request"


def test_booked_given_up_and_free_again(hall):
    booked = book(hall.kiosk, "09:15", person(201))
    assert booked.status_code == 201
    one = booked.json()
    assert (one["state"], one["name"], len(one["code"])) == ("booked", "张*", 8)
    assert one["check_in_from"] == "2026-11-25T08:45:00.000+08:00"
    assert one["check_in_until"] == "2026-11-25T09:30:00.000+08:00"
    assert person(201)["number"] not in booked.text
    assert slots(hall.kiosk)["09:15"]["taken"] == 1
    assert hall.kiosk.get(f"/v1/appointments/{one['code']}").json() == one
    twice = book(hall.desks[0].client, "15:00", person(201))
    assert (code_of(twice), twice.json()["start"]) == ("already-booked", "09:15")
    assert cancel(hall.kiosk, one["code"]).json()["state"] == "cancelled"
    assert slots(hall.kiosk)["09:15"]["taken"] == 0
    assert code_of(cancel(hall.kiosk, one["code"])) == "appointment-state"
    assert code_of(check_in(hall.kiosk, one["code"])) == "appointment-state"
    assert book(hall.kiosk, "15:00", person(201)).status_code == 201


def test_what_cannot_be_booked(hall):
    who = person(202)
    assert code_of(book(hall.kiosk, "09:07", who)) == "slot-unknown"
    assert code_of(book(hall.kiosk, "12:15", who)) == "slot-unknown"
    assert code_of(book(hall.kiosk, "09:30", who, day=TODAY)) == "slot-unknown"
    assert code_of(book(hall.kiosk, "09:30", who, day="2027-11-24")) == "slot-unknown"
    assert code_of(book(hall.kiosk, "09:30", who, service="advice")) == "slot-unknown"
    assert code_of(book(hall.kiosk, "09:30", who, service="nothing")) == "service-unknown"
    assert code_of(book(hall.kiosk, "09:30")) == "invalid-request"
    assert code_of(book(hall.kiosk, "09:30", who, hall="99030401")) == "invalid-request"
    assert code_of(hall.kiosk.get("/v1/appointments/22222222")) == "not-found"


def test_a_slot_is_never_booked_over_its_capacity(hall):
    bookers = [hall.kiosk, hall.other_kiosk, *(desk.client for desk in hall.desks)]
    answers = side_by_side(
        [
            lambda b=b, p=p: book(b, "10:15", person(300 + p), service="health")
            for p, b in enumerate(bookers)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    lost = [code_of(one) for one in answers if one.status_code == 409]
    assert set(lost) == {"slot-full"}
    assert slots(hall.kiosk, service="health")["10:15"]["free"] == 0


def test_one_person_books_once_however_many_ask(hall):
    bookers = [hall.kiosk, hall.other_kiosk, *(desk.client for desk in hall.desks)]
    answers = side_by_side([lambda b=b: book(b, "16:15", person(320)) for b in bookers])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


def test_the_head_gives_a_slot_another_capacity(hall):
    day = "2026-12-02"  # on which nobody else books

    def set_slot(start, capacity):
        return hall.arrange(
            "/appointment-slots",
            "set-slot",
            service="market",
            day=day,
            start=start,
            capacity=capacity,
        )

    assert set_slot("14:00", 1).json() == {"start": "14:00", "capacity": 1, "taken": 0, "free": 1}
    assert book(hall.kiosk, "14:00", person(330), day=day).status_code == 201
    assert code_of(book(hall.kiosk, "14:00", person(331), day=day)) == "slot-full"
    assert code_of(set_slot("14:00", 0)) == "slot-booked"
    assert code_of(set_slot("12:30", 2)) == "slot-unknown"
    assert set_slot("14:15", 0).json()["capacity"] == 0
    assert "14:15" not in slots(hall.kiosk, day)
    assert code_of(book(hall.kiosk, "14:15", person(331), day=day)) == "slot-unknown"


def test_who_checks_in_joins_the_same_queue_by_the_rule(hall):
    one = book(hall.kiosk, "10:00", person(340), day=TODAY).json()
    walked_in = take(hall.kiosk, "market").json()["tickets"][0]
    body = {"holder": person(340), "purpose": "预约签到"}
    found = hall.kiosk.post("/v1/appointment-queries", body).json()["appointments"]
    assert [each["code"] for each in found] == [one["code"]]
    visit = check_in(hall.kiosk, one["code"])
    assert visit.status_code == 201
    ticket = visit.json()["tickets"][0]
    assert (ticket["source"], ticket["priority"], ticket["name"]) == ("appointment", True, "张*")
    assert int(ticket["number"][1:]) == int(walked_in["number"][1:]) + 1
    assert code_of(check_in(hall.kiosk, one["code"])) == "appointment-state"
    desk = hall.desks[0].open()
    called = desk.call().json()
    assert called["ticket"] == ticket["ticket"]
    # The card that booked is the card that is asked for.
    assert code_of(desk.on(called["ticket"], "start", holder=person(341))) == "other-person"
    assert desk.on(called["ticket"], "start", holder=person(340)).status_code == 200
    hall.clear()
    assert hall.kiosk.get(f"/v1/appointments/{one['code']}").json()["state"] == "checked_in"


def test_too_early_says_from_when(hall):
    one = book(hall.kiosk, "11:00", person(350), day=TODAY).json()
    early = check_in(hall.kiosk, one["code"])
    assert code_of(early) == "not-yet"
    assert early.json()["check_in_from"] == "2026-11-24T10:30:00.000+08:00"
    hall.set_rules(early_minutes=90)
    assert check_in(hall.kiosk, one["code"]).status_code == 201
    hall.set_rules(early_minutes=30)
    hall.clear()


def test_the_day_before_has_a_list_for_the_head(hall):
    book(hall.kiosk, "16:30", person(360))
    found = hall.head.get(f"/v1/appointments?day={TOMORROW}").json()["appointments"]
    assert "16:30" in [one["start"] for one in found]
    assert [one["start"] for one in found] == sorted(one["start"] for one in found)


# citizens ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_citizens(tmp_path_factory):
    """A platform, and two citizens: one whose document was seen, and one nobody knows."""
    folder = seeded_copy(tmp_path_factory.mktemp("citizens") / "platform")
    store = open_store(settings_of(folder))
    tokens = store.write(
        lambda connection: [
            citizen(connection, 2, person(400)["number"]),
            citizen(connection, 1, person(401)["number"]),
        ]
    )
    store.close()
    platform = PlatformProcess.start(folder, clock=MORNING)
    with Hall(platform) as hall:
        found = [Client(platform.url, {"Authorization": f"Bearer {one}"}) for one in tokens]
        yield hall, *found
        for client in found:
            client.http.close()
    platform.stop()


def citizen(connection, level, number):
    identifier, session, token = str(uuid.uuid4()), str(uuid.uuid4()), new_token()
    long = stamp(datetime(2999, 1, 1, tzinfo=UTC))
    connection.execute(
        insert(citizens).values(
            id=identifier,
            kind="permit",
            number=number,
            name="欧阳网办",
            level=level,
            registered_at=long,
        )
    )
    connection.execute(
        insert(sessions).values(
            id=session, kind="citizen", citizen=identifier, started_at=long, ends_at=long
        )
    )
    connection.execute(
        insert(access_tokens).values(hash=token_hash(token), session=session, expires_at=long)
    )
    return token


def test_a_citizen_books_online_and_comes_with_the_card(with_citizens):
    hall, known, _ = with_citizens
    assert slots(known, hall="99030201")["09:00"]["free"] == 4
    booked = book(known, "10:00", day=TODAY, hall="99030201")
    assert booked.status_code == 201, booked.text
    one = booked.json()
    assert one["name"] == "欧*"
    mine = known.get("/v1/my/appointments").json()["appointments"]
    assert [each["code"] for each in mine] == [one["code"]]
    assert code_of(book(hall.kiosk, "11:00", person(400), day=TODAY)) == "already-booked"
    body = {"holder": person(400), "purpose": "预约签到"}
    found = hall.kiosk.post("/v1/appointment-queries", body).json()["appointments"]
    assert [each["code"] for each in found] == [one["code"]]
    assert check_in(hall.kiosk, one["code"]).status_code == 201


def test_too_late_says_until_when(with_citizens):
    hall, *_ = with_citizens
    one = book(hall.kiosk, "11:00", person(420), day=TODAY).json()
    before = hall.of_day()
    for _ in range(3):  # every minute the platform itself marks those nobody came to
        begins_at(hall, one["code"], "09:30")
        late = check_in(hall.kiosk, one["code"])
        if code_of(late) != "appointment-state":
            break
    assert (late.status_code, code_of(late)) == (409, "too-late")
    assert late.json()["check_in_until"] == "2026-11-24T09:45:00.000+08:00"
    assert hall.of_day() == before, "nobody has joined the queue"
    walked_in = take(hall.kiosk, "market", holder=person(420))
    assert walked_in.status_code == 201, "a number can be taken all the same"


def begins_at(hall, code, start):
    """The appointment was for that time of its day, and nobody has come yet."""
    with opened(hall.platform.data_dir) as store:
        store.execute(
            "UPDATE appointments SET start = ?, state = 'booked' WHERE code = ?", (start, code)
        )


def test_a_citizen_nobody_has_seen_stands_in_nobodys_way(with_citizens):
    hall, _, unknown = with_citizens
    one = book(unknown, "09:30", hall="99030201").json()
    assert book(hall.kiosk, "09:45", person(401)).status_code == 201
    assert code_of(book(unknown, "10:30", hall="99030201")) == "already-booked"
    assert cancel(unknown, one["code"], hall="99030201").json()["state"] == "cancelled"


def test_a_citizen_sees_and_cancels_the_own_and_books_for_nobody_else(with_citizens):
    hall, known, unknown = with_citizens
    one = book(hall.kiosk, "15:15", person(410)).json()
    assert code_of(known.get(f"/v1/appointments/{one['code']}")) == "not-found"
    assert code_of(cancel(unknown, one["code"], hall="99030201")) == "not-found"
    assert code_of(book(known, "15:15", person(411), hall="99030201")) == "invalid-request"
    assert code_of(book(known, "15:15")) == "invalid-request"
    assert code_of(book(known, "15:15", hall="nowhere")) == "invalid-request"
