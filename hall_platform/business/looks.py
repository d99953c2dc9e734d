"""How cases and online applications are looked at."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "cases": Look("办件列表"),
    "case": Look("办件详情"),
    "case-materials": Look("办件材料"),
    "case-bundle": Look("“一件事”的各办件"),
    "case-progress": Look("办件进度"),
    "preapplications": Look("网上申请"),
    "upload": Look("上传的材料"),
}
