"""The population library (人口库), asked whose a number is when somebody registers online.

Where it is answered from the directory of resources says: by this store, or by another platform.
"""

from __future__ import annotations

from dataclasses import dataclass

from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.exchange import directory
from hall_platform.exchange.sources import Question, SourceAway, connector, is_local
from hall_platform.shapes import Holder

RESOURCE = "population-basic"  # 人口基本信息, as the directory has it
FIELD = "name"
PURPOSE = "网上用户注册核验"
MATTER = "citizen-registration"  # what another platform is told it is for; no item is

_CLOSED_SECONDS = 60.0  # when to ask again of a library that is not described here, or stopped


@dataclass(frozen=True)
class Registered:
    """The name that stands under a number, None where nobody does.

    `away` is set where the library gave no answer: after how many seconds to ask again.
    """

    name: str | None = None
    away: float | None = None

    @property
    def outcome(self) -> str:
        """As the record of looks has it."""
        if self.away is not None:
            return "unavailable"
        return "nothing" if self.name is None else "answered"


def registered(context: Context, holder: Holder) -> Registered:
    """Whose number it is. Whoever asks puts the look on record."""
    now = context.clock.now()
    question = Question(
        resource=RESOURCE,
        holder=holder,
        fields=(FIELD,),
        licence_types=frozenset(),
        today=day_of(now),
        basis={"item": MATTER, "case": "", "reason": PURPOSE},
    )
    try:
        return Registered(_name(context, question))
    except SourceAway as failure:
        return Registered(away=failure.retry_after)


def _name(context: Context, question: Question) -> str | None:
    """The name in the first record that has one. Raises SourceAway."""
    with context.store.read() as connection:
        row = directory.found(connection, question.resource)
        if row is None or row.standing != "open":
            raise SourceAway(_CLOSED_SECONDS)
        source = connector(row.connector, connection, context)
        found = source.fetch(question) if is_local(row.connector) else None
    if found is None:  # nobody waits for another platform with a connection to the store in hand
        found = source.fetch(question)
    names = (one.values.get(FIELD) for one in found)
    return next((name for name in names if isinstance(name, str) and name), None)
