"""What of the online hall is looked at from a window."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "draft": Look("转到窗口的申请草稿"),
    "letter": Look("来信（咨询、建议、投诉）"),
    "preapplication-form": Look("网上申请的表单"),
}
