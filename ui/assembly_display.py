"""Builds what stands behind the display: a link as its device, the hall's events, a voice."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.clock import SystemClock
from counter_app.devices.voice import ChildProcessVoice
from counter_app.platform_link.board import HttpBoard
from counter_app.platform_link.events import EventStream
from counter_app.ports import Clock, EventFeed, HallBoard, Voice
from counter_app.settings import Settings
from ui.assembly import QUEUE_EVENTS, build_link, build_signer, open_vault


@dataclass(frozen=True)
class Display:
    """What a display has: it keeps nothing on the disk and knows nobody but by a masked name."""

    clock: Clock
    board: HallBoard
    feed: EventFeed
    voice: Voice

    def warm_up(self) -> None:
        """Nothing: a process that speaks begins with its phrase."""

    def stop_devices(self) -> None:
        """End the events and the voice."""
        self.feed.close()
        self.voice.close()

    def close(self) -> None:
        """Nothing is kept open."""


def assemble_display(settings: Settings) -> Display:
    """Raises SettingsError, and StoreError where the vault cannot be opened."""
    vault = open_vault(settings)
    link = build_link(settings, vault, build_signer(vault))
    return Display(
        clock=SystemClock(),
        board=HttpBoard(link),
        feed=EventStream(link, QUEUE_EVENTS),
        voice=ChildProcessVoice(settings.voice.command),
    )
