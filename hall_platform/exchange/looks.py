"""What the exchange looks at besides the resources of its directory."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "data-uses": Look("数据使用记录"),
    "correction": Look("数据校核申请"),
}
