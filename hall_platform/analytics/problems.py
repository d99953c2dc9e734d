"""What analytics refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "scope-not-yours": Kind(403, "该区域不在本大厅的管辖范围内，请选择本大厅所在或所辖的区域"),
    "rows-forgotten": Kind(410, "这段时间的明细已过保存期，不再提供；合计数字不受影响"),
    "only-whole-region": Kind(
        403, "上级区域只提供合计数，不能按大厅、窗口或下级区域细分，请改选本大厅或所辖区域"
    ),
}
