"""`python -m tools.error_codes`: writes docs/error-codes.md from the sentences themselves.

A test holds the file to what this would write.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ui import messages, words
from ui.messages import Message

TARGET = Path(__file__).resolve().parent.parent / "docs" / "error-codes.md"

_PLACES = re.compile(r"{(\w+)}")

KINDS = {"bad": "bad 红", "warn": "warn 黄", "info": "info 蓝"}
ABOUT = {
    "settings": "Settings 设置",
    "reader": "Card reader 读卡器",
    "card": "Card on the reader 证件",
    "code": "Scanned code 扫码",
    "gun": "Scan gun 扫码枪",
    "camera": "Camera 摄像头",
    "picture": "Picture files 图片文件",
    "platform": "Platform 平台",
    "sign_in": "Sign-in 登录",
    "security_key": "Security key 安全密钥",
    "store": "Local store 本机办件库",
    "queue": "Queue at the window 窗口叫号",
    "ticket": "Numbers and appointments 取号与预约",
    "visit": "Visit 接待与办理",
    "paper": "Paper 文书",
    "printer": "Printer 打印机",
    "export": "Export 导出",
    "output": "Answers of commands 命令输出",
    "number": "Warning about a number 号码提醒",
    "nation": "Warning about the ethnic group 民族提醒",
    "birth": "Warning about the date of birth 出生日期提醒",
    "name": "Warning about a name 姓名提醒",
}
HEAD = """# Error codes 代码表

<!-- Written by `python -m tools.error_codes` from ui/sentences.py. Do not edit by hand. -->

A code stands in small type beside each sentence on the screen, and in square brackets behind a
sentence of a command. Places in braces are filled in when it is shown. How to act as the person who
looks after the machines: [operations.md](operations.md).
"""


def document() -> str:
    """The whole file as it should be."""
    chinese, english = _said("zh"), _said("en")
    parts = [HEAD]
    for group, title in ABOUT.items():
        head = "| Code | What it means | What to do | 屏幕上的话 | Kind |\n|---|---|---|---|---|"
        rows = [
            _row(chinese[code], english[code])
            for code in sorted(chinese)
            if code.partition(".")[0] == group
        ]
        parts.append("\n".join((f"## {title}", "", head, *rows)) + "\n")
    return "\n".join(parts)


def _said(language: str) -> dict[str, Message]:
    """Every message in one language, with its places left in braces."""
    names = {name for text in messages.sentences() for name in _PLACES.findall(text)}
    places = {name: "{" + name + "}" for name in names}
    before = "en" if words.english_is_spoken() else "zh"
    words.choose(language)
    try:
        return {code: messages.message(code, **places) for code in messages.codes()}
    finally:
        words.choose(before)


def _row(chinese: Message, english: Message) -> str:
    cells = (
        f"`{chinese.code}`",
        english.what,
        english.do,
        f"{chinese.what}。{chinese.do}",
        KINDS[chinese.kind],
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """Write the file; the exit code."""
    TARGET.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
