"""What a password has to hold to: length, not easy to guess, and nothing else."""

import secrets
import string
import time

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


FACTS = ("clerk03", "测小兰", "99030201", "市民之家")

WEAK = {
    "pinyin": (
        "woaini1314!!",
        "wo1314aini520",
        "WoAiNi521521",
        "tiantianxiangshang",
        "haohaoxuexi123",
        "wobuzhidao123",
        "jiayou2026666",
        "beijinghuanyingni",
        "gongxifacai888",
        "xinniankuaile2026",
        "shengrikuaile1001",
        "wozhenshihaoren",
        "w0aizh0ngguo88",
        "wo ai ni 1314 520",
    ),
    "names of others with a year or a day": (
        "wangxiaoming123",
        "lixiaolong1985",
        "liuyifei19870825",
        "zhangwei@198811",
        "Zhang.San.1990",
    ),
    "keyboard": (
        "qwertyuiop123",
        "asdqwe123456",
        "1q2w3e4r5t6y7u",
        "plmoknijb123",
        "edcrfvtgb123",
        "ABCabc123!@#",
        "147258369147",
        "Qwer!234Asdf",
        "zxcvbnm,./12",
        "!QAZ2wsx#EDC",
    ),
    "dates and numbers": (
        "19900101abc!",
        "2026-11-24!!!",
        "13812345678abc",
        "112233445566",
        "20260101202612",
        "888866668888",
    ),
    "again": ("abcabcabcabc", "haha1haha1haha1", "!!!!!!!!!!!!!!", "测测测测测测测测测测测测"),
    "English": ("Sunshine2026!", "letmein123456", "Butterfly!99", "administrator1"),
}
OWN = (
    "cexiaolan1990",
    "CeXiaolan2026!",
    "xiaolan.ce.99",
    "cxl19900101cxl",
    "测小兰测小兰2026年度",
    "测小兰1990-01-01",
    "Clerk03@2026!",
    "clerk-clerk-03",
    "小兰小兰小兰123456",
    "99030201@hall",
    "shiminzhijia2026",
    "市民之家99030201",
)
GOOD = (
    "tomato lantern quiet river",
    "xuanwu7Meigui!Zhuozi",
    "lanse-dianfanguo-42-qiezi",
    "hongse de yizi zai chuanghu xia",
    "床前看见三只猫在跳舞呢吗",
    "Tr8#kQ2!mZp9",
    "kx7fhq29vmwp",
    "测小兰养的乌龟吃了七根黄瓜",  # a name within a long sentence is no harm
)


@pytest.mark.parametrize(
    "password", [pytest.param(one, id=one) for group in WEAK.values() for one in group]
)
def test_what_people_in_a_hall_would_take_is_refused(password):
    assert weakness(password, *FACTS) == "common"


@pytest.mark.parametrize("password", OWN)
def test_what_is_made_of_the_own_name_account_or_hall_is_refused(password):
    assert weakness(password, *FACTS) == "own-name"


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_would_guess_is_taken(password):
    assert weakness(password, *FACTS) == ""


def test_parts_of_the_own_numbers_are_known():
    citizen = ("测小兰", "990302199001010016", "13907328456")
    for password in ("lan199001010016", "0016-8456-lan", "139073284560016", "a990302a1990b0101"):
        assert weakness(password, *citizen) == "own-name", password


def test_another_ones_name_is_no_own_name():
    assert weakness("cexiaolan kx7fhq29v", "clerk04", "试建国") == ""
    assert weakness("cexiaolan1990", "clerk04", "试建国") == "common"


def test_each_reading_of_a_name_counts():
    for reading in ("danxiongxin", "shanxiongxin"):
        assert weakness(f"{reading}2026!!", "clerk07", "单雄信") == "own-name"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=250), st.text(max_size=20))
def test_any_password_gets_an_answer(password, name):
    assert weakness(password, name) in {"", "too-short", "too-long", "common", "own-name"}


def test_random_passwords_are_hardly_ever_refused():
    symbols = string.ascii_letters + string.digits
    made = ["".join(secrets.choice(symbols) for _ in range(16)) for _ in range(2000)]
    assert sum(bool(weakness(one, "clerk03", "测小兰")) for one in made) == 0


def test_few_random_ones_of_the_shortest_length_are_refused():
    """By chance one looks like something; a password that a machine made is taken all the same."""
    symbols = string.ascii_letters + string.digits
    made = ["".join(secrets.choice(symbols) for _ in range(12)) for _ in range(2000)]
    assert sum(bool(weakness(one, *FACTS)) for one in made) < 10


# The last is one character that folding makes eighteen of.
@pytest.mark.parametrize("password", ["a" * 200, "1qaz" * 50, "zhuang" * 33, "\ufdfa" * 200])
def test_the_longest_are_judged_in_no_time(password):
    """Who sends what is hard to read holds nobody up: a hash takes longer."""
    begun = time.process_time()
    weakness(password, *FACTS)
    assert time.process_time() - begun < 1.0


@given(st.text(max_size=200))
def test_half_a_character_is_judged_too(password):
    assert weakness(password, *FACTS) in {"", "too-short", "common", "own-name"}
