"""What the catalogue refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "item-unknown": Kind(422, "没有这个事项或这个版本"),
}
