"""What accounts look at of an organisation."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "legal_persons": Look("法人登记信息", {"name": "名称", "representative": "法定代表人"}),
}
