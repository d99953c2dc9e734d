"""The hall's board over HTTP (`ports.HallBoard`), asked as the device that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.domain.board import Board
from counter_app.domain.ticket import Call, ServiceQueue
from counter_app.platform_link import shapes
from counter_app.platform_link.link import Link, checked


@dataclass(frozen=True, slots=True)
class _Waiting:
    service: str
    name: str
    prefix: str
    waiting: int


@dataclass(frozen=True, slots=True)
class _Board:
    at: datetime
    hall_name: str
    calls: tuple[Call, ...]
    waiting: tuple[_Waiting, ...]


class HttpBoard:
    """The board behind a link."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def board(self) -> Board:
        """As promised by HallBoard."""
        answer = self._link.as_device("GET", "/v1/hall/board")
        told = shapes.decoded(checked(answer, 200), _Board)
        shapes.aware(told.at, *(call.at for call in told.calls))
        return Board(
            at=told.at,
            hall_name=told.hall_name,
            calls=told.calls,
            waiting=tuple(
                ServiceQueue(one.service, one.name, one.prefix, one.waiting) for one in told.waiting
            ),
        )
