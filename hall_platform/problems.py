"""Refusals as problem documents (RFC 9457): one stable code, status and sentence for each.

A problem tells the caller what to do next and nothing of the inside. Sentences are for people at
counters, in Chinese; programs look at `code`. What any operation may answer is here; what only one
module refuses is in that module's problems.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.responses import Response

from hall_platform.modules import parts

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hall-counter:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: HTTP status and the sentence shown to people."""

    status: int
    title: str


COMMON: Mapping[str, Kind] = {
    # the request itself
    "malformed-request": Kind(400, "请求不是完整的 JSON"),
    "invalid-request": Kind(422, "请求内容不符合接口约定"),
    "too-large": Kind(413, "请求内容超过 1 MiB"),
    "head-too-large": Kind(431, "请求的地址和请求头超过 64 KiB"),
    "malformed-http": Kind(400, "收到的不是有效的 HTTP 请求"),
    "too-slow": Kind(408, "请求发送过慢，连接已关闭"),
    "too-many-connections": Kind(503, "连接过多，请稍后再试"),
    "not-json": Kind(415, "请求内容必须是 application/json"),
    "unknown-route": Kind(404, "没有这个接口"),
    "wrong-method": Kind(405, "这个接口不支持该方法"),
    "not-found": Kind(404, "没有找到"),
    "elsewhere": Kind(404, "该码属于其他大厅或县区，请到那里办理"),
    # who asks
    "not-signed-in": Kind(401, "尚未登录或登录已过期"),
    "session-ended": Kind(401, "登录已结束，请重新登录"),
    "not-allowed": Kind(403, "没有权限"),
    "other-window": Kind(403, "该操作属于其他窗口"),
    # changes of what others may have changed
    "precondition-required": Kind(428, "修改前须说明所依据的版本（If-Match）"),
    "changed-meanwhile": Kind(412, "内容已被他人更改，请重新读取"),
    # acts
    "idempotency-key-missing": Kind(400, "缺少幂等键（Idempotency-Key）"),
    "idempotency-key-invalid": Kind(400, "幂等键须为 1 至 255 个字母、数字或 ._:- 字符"),
    "idempotency-key-reused": Kind(422, "该幂等键已用于另一个内容不同的操作"),
    "in-flight": Kind(409, "同一操作正在处理，请稍后再试"),
    "operator-unknown": Kind(422, "经办人或其登录记录不存在"),
    # the platform itself
    "store-unavailable": Kind(503, "平台数据库暂时不可用，请稍后再试"),
    "internal": Kind(500, "平台内部错误"),
}


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind there is: the common ones and those of each module. A code has one meaning."""
    found = dict(COMMON)
    for name, part in parts("problems").items():
        twice = found.keys() & part.KINDS.keys()
        if twice:
            raise ValueError(f"{name} gives a second meaning to {sorted(twice)}")
        found |= part.KINDS
    return found


class Problem(Exception):
    """A refusal on its way out. `facts` become members of the document."""

    def __init__(
        self, code: str, *, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kinds()[code]
        self.headers = dict(headers or {})
        self.facts = facts

    def document(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.kind.title,
            "status": self.kind.status,
            "code": self.code,
            **self.facts,
        }

    def response(self) -> Response:
        """The answer that carries it."""
        text = json.dumps(self.document(), ensure_ascii=False)
        headers = dict(self.headers)
        if self.kind.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Response(
            text.encode("utf-8", "replace"),
            status_code=self.kind.status,
            headers=headers,
            media_type=MEDIA_TYPE,
        )


def invalid(where: str, what: str) -> Problem:
    """Problem("invalid-request") about one place, "body.date" or "query.keys"."""
    return Problem("invalid-request", errors=[{"where": where, "what": what}])


def invalid_shape(errors: Iterable[Mapping[str, Any]], *before: str) -> Problem:
    """What pydantic found wrong, as a problem; `before` goes in front of each place."""
    found = list(errors)
    if any(error["type"] == "json_invalid" for error in found):
        return Problem("malformed-request")
    return Problem(
        "invalid-request",
        errors=[
            {
                "where": ".".join(str(part) for part in (*before, *error["loc"])),
                "what": error["msg"],
            }
            for error in found
        ],
    )
