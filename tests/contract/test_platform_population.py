"""Registering online where another platform keeps the population library (人口库)."""

import json

import pytest
from identity_platform import STORES, act, identity_platform, into
from platform_client import code_of, new_key
from sqlalchemy import delete, select, update
from stand_in_province import StandInProvince

from hall_platform.exchange.tables import data_uses, people, resources
from hall_platform.identity.tables import citizens, sessions
from hall_platform.links.settings import read_links

POPULATION = "population-basic"
PASSWORD = "a garden with nine old walls"


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    with StandInProvince(tmp_path_factory.mktemp("population") / "province") as running:
        yield running


@pytest.fixture(params=STORES)
def platform(request, tmp_path, province):
    """A platform whose own register is empty and whose directory names the province's library."""
    links = read_links(province.links)
    with identity_platform(tmp_path / "p", request.param, links=links) as running:
        described(running, connector="province")
        running.store.write(lambda connection: connection.execute(delete(people)))
        yield running


def described(platform, **changes):
    """The administrator describes the resource anew."""
    with platform.signed_in("system") as system:
        known = system.get(f"/v1/exchange/resources/{POPULATION}").json()
        members = (
            *("library", "title", "body", "fields", "update_cycle", "sharing"),
            *("sharing_condition", "correction_days"),
        )
        body = {
            "act": "describe-resource",
            **{member: known[member] for member in members},
            **changes,
        }
        answer = system.post(
            f"/v1/exchange/resources/{POPULATION}/description",
            body,
            Idempotency_Key=new_key(),
            If_Match=known["etag"],
        )
        assert answer.status_code == 200, answer.text


def begun(platform, position=0, **changes):
    """A registration that waits for its code; the client, what confirms it, whose it is."""
    residents = [one for one in platform.people["people"] if one["kind"] == "resident"]
    person = residents[10 + position]  # the first have accounts
    body = {
        **{name: person[name] for name in ("kind", "number", "name")},
        "mobile": f"1200000100{position}",
        "password": PASSWORD,
        **changes,
    }
    client = platform.anonymous()
    sent = client.post("/v1/citizen-registrations", body)
    assert sent.status_code == 202, sent.text
    code = platform.code_sent_to(body["mobile"])
    return client, {"registration": sent.json()["id"], "code": code}, person


def looks_at(platform, person):
    with platform.store.read() as connection:
        return connection.execute(
            select(data_uses)
            .where(data_uses.c.holder_number == person["number"])
            .order_by(data_uses.c.at, data_uses.c.outcome)
        ).all()


def test_the_library_that_the_directory_names_is_asked_and_the_look_is_on_record(platform):
    client, confirmation, person = begun(platform)
    made = client.post("/v1/citizens", confirmation)
    assert made.status_code == 201, made.text
    with into(client, made) as citizen:
        assert citizen.get("/v1/own-account").json()["name"] == person["name"]
    (look,) = looks_at(platform, person)
    assert (look.resource, look.purpose) == (POPULATION, "网上用户注册核验")
    assert (look.outcome, json.loads(look.answered)) == ("answered", ["name"])
    assert look.citizen == made.json()["citizen"]["id"]


def test_a_name_that_is_another_there_is_refused(platform):
    client, confirmation, person = begun(platform, 1, name="别人")
    assert code_of(client.post("/v1/citizens", confirmation)) == "registration-refused"
    (look,) = looks_at(platform, person)
    assert look.outcome == "answered"
    client.http.close()


def test_while_the_library_is_away_the_code_stays_good(platform, province):
    client, confirmation, person = begun(platform, 2)
    province.trouble("refuse", "/shared-data", times=1, status=503, retry_after=7)
    away = client.post("/v1/citizens", confirmation)
    assert (away.status_code, code_of(away)) == (503, "population-unavailable")
    assert away.headers["retry-after"] == "7"
    (look,) = looks_at(platform, person)
    assert (look.outcome, json.loads(look.answered)) == ("unavailable", [])
    with platform.store.read() as connection:
        ended = select(sessions.c.ended_at).where(sessions.c.id == look.session)
        assert connection.execute(ended).scalar_one() is not None
        account = select(citizens.c.id).where(citizens.c.number == person["number"])
        assert connection.execute(account).first() is None
    made = client.post("/v1/citizens", confirmation)
    assert made.status_code == 201, made.text
    assert len(looks_at(platform, person)) == 2
    client.http.close()


def test_a_library_that_was_stopped_or_is_not_described_is_not_asked(platform):
    with platform.signed_in("security") as security:
        path = f"/v1/exchange/resources/{POPULATION}"
        act(security, f"{path}/stop", "stop-resource", reason="返回他人数据")
        client, confirmation, person = begun(platform, 3)
        assert code_of(client.post("/v1/citizens", confirmation)) == "population-unavailable"
        act(security, f"{path}/reopening", "reopen-resource", reason="已修复")
    platform.store.write(
        lambda connection: connection.execute(
            update(resources).where(resources.c.code == POPULATION).values(connector="nowhere")
        )
    )
    assert code_of(client.post("/v1/citizens", confirmation)) == "population-unavailable"
    assert [look.outcome for look in looks_at(platform, person)] == ["unavailable"] * 2
    client.http.close()
