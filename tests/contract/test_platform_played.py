"""The contract played by Schemathesis, as each role: all checks, links on, no failure."""

import pytest
from contract_facts import facts_of
from contract_player import open_to, play
from platform_process import PlatformProcess, seeded_copy
from size import size

from hall_platform.access import ROLES
from hall_platform.app import openapi_document

pytestmark = [pytest.mark.hypothesis, pytest.mark.timeout(size(short=120, full=1_500))]

BUSY = ("clerk", "device", "citizen")  # those with the most to do


@pytest.fixture
def played(tmp_path):
    """Plays the contract as a role for some seconds."""

    def play_as(role, phases, seconds):
        data_dir = seeded_copy(tmp_path / "platform")
        facts = facts_of(data_dir, role)
        platform = PlatformProcess.start(data_dir)
        try:
            document = open_to(openapi_document(), role)
            folder = tmp_path / "played"
            return play(folder, document, platform.url, facts, seconds=seconds, phases=phases)
        finally:
            platform.stop()

    return play_as


@pytest.mark.parametrize("role", size(short=("clerk", "citizen", None), full=(*ROLES, None)))
def test_the_contract_holds_whatever_is_asked(role, played, record_property):
    seconds = size(short=7 if role in BUSY else 3, full=150)
    status, said, asked = played(role, "examples,coverage,fuzzing", seconds)
    record_property("requests", asked)
    assert status == 0, said
    assert asked > 0, said


@pytest.mark.parametrize("role", size(short=("clerk",), full=ROLES))
def test_the_contract_holds_along_its_links(role, played, record_property):
    status, said, asked = played(role, "stateful", size(short=8, full=150))
    record_property("chained_requests", asked)
    assert status == 0, said
    assert "API Links:" in said or role not in BUSY, said
