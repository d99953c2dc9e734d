"""What is sent to the province by itself."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "province": Look("报送省平台的办件数据"),
}
