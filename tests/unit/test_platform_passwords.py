"""What a password has to hold to: length, not easy to guess, and nothing else."""

import secrets
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall_platform.identity.password_rules import check, weakness
from hall_platform.problems import Problem


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("elevenchars", "too-short"),
        ("月落乌啼霜满天江枫渔火", "too-short"),
        ("x" * 201, "too-long"),
        ("123456789012", "common"),
        ("password2026!", "common"),
        ("PassWord!2026", "common"),
        ("iloveyoupassword", "common"),
        ("woaini1314520", "common"),
        ("qwertyuiop[]", "common"),
        ("1qaz2wsx3edc4rfv", "common"),
        ("poiuytrewq12", "common"),
        ("abababababab", "common"),
        ("aaaaaaaaaaab", "common"),
        ("clerk03clerk03", "own-name"),
        ("30krelc-clerk03", "own-name"),
        ("市民之家综合窗口密码2026", "own-name"),
        ("Hall-Counter-2026", "own-name"),
        ("zhengwudating2026", "own-name"),
        ("correct horse battery", ""),
        ("this is not in the list", ""),
        ("月落乌啼霜满天江枫渔火对愁眠", ""),
        ("830294618205", ""),
        ("            .  .x y z w v", ""),
    ],
)
def test_what_is_refused_and_why(password, reason):
    assert weakness(password, "clerk03", "测小兰") == reason


def test_the_problem_says_why():
    with pytest.raises(Problem) as refused:
        check("short", "clerk03")
    assert refused.value.code == "password-too-weak"
    assert refused.value.facts == {"reason": "too-short", "shortest": 12}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=250), st.text(max_size=20))
def test_any_password_gets_an_answer(password, name):
    assert weakness(password, name) in {"", "too-short", "too-long", "common", "own-name"}


def test_random_passwords_are_hardly_ever_refused():
    symbols = string.ascii_letters + string.digits
    made = ["".join(secrets.choice(symbols) for _ in range(16)) for _ in range(2000)]
    assert sum(bool(weakness(one, "clerk03", "测小兰")) for one in made) == 0
