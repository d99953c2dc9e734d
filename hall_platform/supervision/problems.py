"""What supervision refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "alert-closed": Kind(409, "该预警已经办结，不能再处理"),
    "alert-acknowledged": Kind(409, "该预警已经签收"),
    "instruction-answered": Kind(409, "该督办已经答复"),
    "addressee-unknown": Kind(
        422, "督办对象不存在：请填写本县区有审批人员的部门，或本大厅的工作人员"
    ),
}
