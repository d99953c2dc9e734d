"""Refusals as problem documents (RFC 9457): one stable code, status and sentence for each.

A problem tells the caller what to do next and nothing of the inside. Sentences are for clerks, in
Chinese; programs look at `code`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hall-counter:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: HTTP status and the sentence shown to people."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    # the request itself
    "malformed-request": Kind(400, "请求不是完整的 JSON"),
    "invalid-request": Kind(422, "请求内容不符合接口约定"),
    "too-large": Kind(413, "请求内容超过 1 MiB"),
    "not-json": Kind(415, "请求内容必须是 application/json"),
    "unknown-route": Kind(404, "没有这个接口"),
    "wrong-method": Kind(405, "这个接口不支持该方法"),
    "not-found": Kind(404, "没有找到"),
    # who asks
    "not-signed-in": Kind(401, "尚未登录或登录已过期"),
    "session-ended": Kind(401, "登录已结束，请重新登录"),
    "sign-in-refused": Kind(401, "用户名或密码不正确"),
    "device-refused": Kind(401, "设备编号或密钥不正确"),
    "account-locked": Kind(403, "登录失败次数过多，账号已临时锁定"),
    "not-allowed": Kind(403, "没有权限"),
    "other-window": Kind(403, "该操作属于其他窗口"),
    "window-unknown": Kind(422, "没有这个窗口"),
    # changes of what others may have changed
    "precondition-required": Kind(428, "修改前须说明所依据的版本（If-Match）"),
    "changed-meanwhile": Kind(412, "内容已被他人更改，请重新读取"),
    # acts
    "idempotency-key-missing": Kind(400, "缺少幂等键（Idempotency-Key）"),
    "idempotency-key-invalid": Kind(400, "幂等键须为 1 至 255 个字母、数字或 ._:- 字符"),
    "idempotency-key-reused": Kind(422, "该幂等键已用于另一个内容不同的操作"),
    "in-flight": Kind(409, "同一操作正在处理，请稍后再试"),
    "claimed-elsewhere": Kind(409, "该申请已由其他窗口调取"),
    "not-claimable": Kind(409, "该申请当前状态不能调取"),
    "not-claimed": Kind(409, "该申请未由本窗口调取"),
    "numbers-exhausted": Kind(409, "该窗口当日的办件编号已用完"),
    "number-unknown": Kind(422, "该办件编号未分配给本窗口"),
    "number-used": Kind(409, "该办件编号已被使用"),
    "case-exists": Kind(409, "该办件已由另一操作受理"),
    "item-unknown": Kind(422, "没有这个事项或这个版本"),
    "material-missing": Kind(422, "必要材料尚未满足"),
    "operator-unknown": Kind(422, "经办人或其登录记录不存在"),
    "preapplication-unknown": Kind(422, "没有与本办件相符的网上申请"),
    # the platform itself
    "store-unavailable": Kind(503, "平台数据库暂时不可用，请稍后再试"),
    "internal": Kind(500, "平台内部错误"),
}


class Problem(Exception):
    """A refusal on its way out. `facts` become members of the document."""

    def __init__(
        self, code: str, *, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = KINDS[code]
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
