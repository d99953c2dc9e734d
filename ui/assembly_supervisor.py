"""Builds what stands behind the supervisor's face: a link, and nothing kept on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.devices.security_key import HidSecurityKey, origin_of
from counter_app.platform_link.events import EventStream
from counter_app.platform_link.figures import FeedOfSession, HttpFigures
from counter_app.platform_link.link import Link
from counter_app.ports import Figures, SecurityKey, SessionFeed
from counter_app.settings import Settings

# What changes a figure of the live page.
LIVE_EVENTS = (
    "ticket-taken",
    "ticket-called",
    "ticket-recalled",
    "ticket-passed",
    "ticket-parked",
    "ticket-returned",
    "ticket-transferred",
    "ticket-finished",
    "ticket-void",
    "window-changed",
    "hall-arranged",
)


@dataclass(frozen=True)
class AssembledSupervisor:
    """What the supervisor's window works with."""

    figures: Figures
    feed: SessionFeed
    security_key: SecurityKey

    def warm_up(self) -> None:
        """Nothing is slower the first time."""

    def stop_devices(self) -> None:
        """End the stream, so that its thread can end."""
        self.feed.close()

    def close(self) -> None:
        """Nothing is kept open."""


def assemble_supervisor(settings: Settings) -> AssembledSupervisor:
    """The link of a person who signs in at no window and with no device. Raises SettingsError."""

    def no_secret() -> str:
        raise AssertionError("the supervisor's face never signs in as a device")

    link = Link(
        settings.platform.url, device="", device_secret=no_secret, verify=settings.platform.verify
    )
    feed = FeedOfSession(lambda: EventStream(link, LIVE_EVENTS, as_device=False))
    key = HidSecurityKey(origin_of(settings.platform.url))
    return AssembledSupervisor(HttpFigures(link), feed, key)
