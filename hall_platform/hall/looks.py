"""What the hall looks at of who waits in it."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "tickets": Look("排队取号"),
    "appointments": Look("预约"),
}
