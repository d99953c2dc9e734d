"""What a password has to hold to (OWASP ASVS 5.0, 6.2): length, and not easy to guess.

Any characters may be used and none are demanded; it is compared exactly as it was typed. Two judges
look at it: zxcvbn with its lists of English words, names and leaked passwords, and the estimate of
`guessing`, which knows pinyin, Chinese habits, the account's own name and numbers, and the hall.
"""

from __future__ import annotations

from zxcvbn_rs_py import zxcvbn

from hall_platform.identity.guessing import Known, guess
from hall_platform.problems import Problem

SHORTEST = 12
LONGEST = 200
FEWEST_BITS = 34.0  # eleven digits or eight letters by chance, six syllables of pinyin
FEWEST_GUESSES = 10**8  # by zxcvbn, which means the most likely ones first

# Words of the place (6.1.2): they are no secret to anybody who works here.
WORDS = (
    *("hall", "counter", "platform", "window", "clerk", "admin", "system", "security", "audit"),
    *("government", "service", "citizen", "password", "welcome", "login", "user"),
    *("市民之家", "政务", "大厅", "窗口", "密码", "综合", "服务", "平台", "管理员"),
    *("zhengwu", "dating", "chuangkou", "mima", "xiangtan", "shimin", "guanliyuan"),
)


def check(password: str, *facts: str) -> None:
    """Problem("password-too-weak") with `reason`: too-short, too-long, common, own-name."""
    reason = weakness(password, *facts)
    if reason:
        raise Problem("password-too-weak", reason=reason, shortest=SHORTEST)


def weakness(password: str, *facts: str) -> str:
    """Why a password may not be used; "" when it may.

    `facts` are the account's own: its names and numbers, the name of its hall.
    """
    if len(password) < SHORTEST:
        return "too-short"
    if len(password) > LONGEST:
        return "too-long"
    found = guess(password, Known.of(facts, WORDS))
    if found.bits < FEWEST_BITS:
        return "own-name" if found.by_own else "common"
    if _guesses(password, facts) < FEWEST_GUESSES:
        return "common"
    return ""


def _guesses(password: str, facts: tuple[str, ...]) -> int:
    readable = password.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    return int(zxcvbn(readable, [one for one in facts if one]).guesses)
