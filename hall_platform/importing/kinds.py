"""What can be imported, by the word the command takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hall_platform.importing.calendars import take_calendar
from hall_platform.importing.items import take_items, take_one_things
from hall_platform.importing.licence_types import take_licence_types
from hall_platform.importing.people import take_people
from hall_platform.importing.places import take_devices, take_halls, take_windows
from hall_platform.importing.seals import take_seals
from hall_platform.importing.taking import Taking

KINDS: Mapping[str, Callable[[Taking], None]] = {
    "halls": take_halls,
    "windows": take_windows,
    "devices": take_devices,
    "people": take_people,
    "licence-types": take_licence_types,
    "items": take_items,
    "one-things": take_one_things,
    "seals": take_seals,
    "calendar": take_calendar,
}
