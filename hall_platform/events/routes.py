"""Live updates as server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hall_platform.access import ROLES, Caller, require
from hall_platform.connections import HANG_UP
from hall_platform.context import InContext
from hall_platform.events.kinds import kinds
from hall_platform.events.listeners import HEARTBEAT, Listener, Listeners, interest
from hall_platform.events.shapes import Event
from hall_platform.problems import invalid

router = APIRouter(prefix="/v1", tags=["events"])

TAKE_SECONDS = 10  # who takes nothing for so long is let go


class EventStream(Response):
    """The answer that goes on until the listener ends, the client is gone or takes nothing."""

    media_type = "text/event-stream"

    def __init__(self, listeners: Listeners, listener: Listener) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._listeners = listeners
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream."""
        gone = asyncio.create_task(_gone(receive))
        gone.add_done_callback(lambda _: self._listener.end())
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _give(send, HEARTBEAT)
            while piece := await self._listeners.missed(self._listener):
                await _give(send, piece)
            while piece := await self._listener.next():
                await _give(send, piece)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:  # it takes nothing, not even an ending
            _hang_up(scope)
        finally:
            self._listeners.leave(self._listener)
            gone.cancel()


@router.get(
    "/events",
    status_code=200,
    summary="接收实时消息",
    openapi_extra={"x-problems": ["too-many-streams", "events-forgotten"]},
    response_class=EventStream,
    responses={200: {"model": Event, "description": "消息流；每条消息的 data 如下"}},
)
async def listen(
    caller: Annotated[Caller, Depends(require(*ROLES))],
    context: InContext,
    wanted: Annotated[
        str, Query(alias="kinds", max_length=2_000, description="消息种类，逗号分隔；空为全部")
    ] = "",
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="已收到的最后一条的编号")
    ] = None,
) -> Response:
    """What happens in the caller's hall and county, as far as it is open to the caller's roles.

    A citizen hears what is addressed to their own account, and nothing else.
    With Last-Event-ID everything after that number comes first, nothing left out. Where that goes
    back further than events are kept (30 days), the answer is 410 events-forgotten: read the
    present state, then listen without Last-Event-ID. The stream ends with the session, with the
    platform, and for a client that does not keep up.
    """
    names = frozenset(part for part in wanted.split(",") if part)
    if not names <= kinds().keys():
        raise invalid("query.kinds", "not a kind of event")
    listener = await context.listeners.join(interest(caller, names), _number(last_event_id))
    return EventStream(context.listeners, listener)


def _number(text: str | None) -> int | None:
    if text is None or not text.strip():
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise invalid("header.Last-Event-ID", "not the number of an event")
    return int(text)


async def _give(send: Send, piece: bytes) -> None:
    async with asyncio.timeout(TAKE_SECONDS):
        await send({"type": "http.response.body", "body": piece, "more_body": True})


def _hang_up(scope: Scope) -> None:
    extension = scope.get("extensions", {}).get(HANG_UP)
    if extension is not None:
        extension["call"]()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
