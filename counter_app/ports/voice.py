"""What the display and the kiosk ask of their voice (语音播报)."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class VoiceState(Enum):
    """Whether calls can be heard."""

    READY = "ready"
    NONE = "none"  # the settings name no voice
    MISSING = "missing"  # the program that speaks is not installed
    BROKEN = "broken"  # it did not speak the last time: no sound card, a fault, hung


class Voice(Protocol):
    """Speaks in order, one after the other; nobody waits for it. Any thread may call."""

    def speak(self, words: str) -> None:
        """Say it in turn; returns at once and raises nothing."""
        ...

    def hush(self) -> None:
        """Break off, and forget what waits; what is said afterwards is spoken."""
        ...

    def state(self) -> VoiceState:
        """How it went the last time."""
        ...

    def close(self) -> None:
        """Be silent at once, for good."""
        ...
