"""`hall-platform department` brings cases through, against a running platform over HTTP."""

import pytest
from cases_at_work import WHOLE, Case, accepted, received, reviewer
from platform_client import met, sign_in
from platform_process import ACCOUNTS, PlatformProcess, run_platform


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("department") / "platform")
    yield process
    process.stop()


def work(platform, *more):
    return run_platform(
        *("department", platform.url, "--accounts", platform.data_dir / ACCOUNTS, *more)
    )


def test_what_was_handed_over_is_reviewed_decided_issued_and_closed(platform):
    with sign_in(platform) as clerk:
        good = accepted(clerk)
        good.do(clerk, "hand-over")
        copies = [*WHOLE[:5], met("M06", "original_seen", "", "B"), met("M03", "scan", "", "C")]
        doubtful = received(clerk, materials=copies)
        doubtful.do(clerk, "accept-received")
        doubtful.do(clerk, "hand-over")
        with reviewer(platform) as market:
            waiting = {
                case["case"]
                for state in ("handed_over", "reviewed", "decided")
                for case in market.get(f"/v1/department-cases?state={state}&limit=200").json()[
                    "cases"
                ]
            }
            assert {good.id, doubtful.id} < waiting  # and those of the seed
            done = work(platform, "--once")
            assert (done.returncode, done.stderr) == (0, "")
            for case in waiting:
                assert Case({"case": case}).whole(market)["state"] == "closed"
        assert good.whole(clerk)["outcome"] == "granted"
        assert good.whole(clerk)["result_licence"]
        assert doubtful.whole(clerk)["outcome"] == "refused"
        assert doubtful.whole(clerk)["result_licence"] is None
        good.last["etag"] = clerk.get(f"/v1/cases/{good.id}").headers["etag"]
        good.do(clerk, "deliver-result")
    lines = [line.split() for line in done.stdout.splitlines()]
    mine = [line[2] for line in lines if line[1] == good.last["number"]]
    assert mine == ["review-case", "decide-case", "issue-result", "close-case"]
    assert {line[0] for line in lines} <= {"market", "health"}
    again = work(platform)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_one_department_can_be_named(platform):
    with sign_in(platform) as clerk:
        case = accepted(clerk)
        case.do(clerk, "hand-over")
        lines = work(platform, "--username", "health").stdout.splitlines()
        assert {line.split()[0] for line in lines} <= {"health"}
        assert case.whole(clerk)["state"] == "handed_over"


def test_a_platform_that_is_not_there_and_a_wrong_password_are_sentences(platform, tmp_path):
    gone = run_platform(
        *("department", "http://127.0.0.1:9", "--accounts", platform.data_dir / ACCOUNTS)
    )
    assert gone.returncode == 1
    assert gone.stderr.startswith("hall-platform: the platform at http://127.0.0.1:9 cannot be")
    wrong = tmp_path / "accounts.json"
    wrong.write_text(
        '{"staff": [{"username": "market", "password": "wrong", "roles": ["reviewer"]}]}'
    )
    refused = run_platform("department", platform.url, "--accounts", wrong)
    assert refused.returncode == 1
    assert refused.stderr == "hall-platform: market cannot sign in: sign-in-refused\n"
