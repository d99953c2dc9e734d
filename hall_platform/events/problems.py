"""What listening is refused with."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "too-many-streams": Kind(429, "同时接收消息的连接过多，请稍后再试"),
    "events-forgotten": Kind(410, "此后的部分消息已不再保存，请重新读取当前情况，再从现在起接收"),
}
