"""What supervision tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_HEAD = frozenset({"supervisor"})
_WITH_ADDRESSEES = _HEAD | {"reviewer", "clerk"}

# Bodies of alerts: {alert, number, rule, colour, was, state, subject_kind, subject_number}; of
# instructions: {instruction, number, alert, to_kind, addressee, due_on, state}.
KINDS = {
    "alert-raised": EventKind("产生预警", _HEAD),
    "alert-changed": EventKind("预警变化", _HEAD),
    "instruction-given": EventKind("发出督办", _WITH_ADDRESSEES),
    "instruction-answered": EventKind("督办已答复", _WITH_ADDRESSEES),
}
