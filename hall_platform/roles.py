"""The roles there are. An operator's come from the account, a device has that of its kind."""

from __future__ import annotations

from collections.abc import Iterable

CLERK = "clerk"  # 窗口人员
REVIEWER = "reviewer"  # 审批人员, of one department
SUPERVISOR = "supervisor"  # 大厅负责人
SYSTEM_ADMIN = "system_admin"  # 系统管理员
SECURITY_ADMIN = "security_admin"  # 安全管理员
AUDITOR = "auditor"  # 审计员
DEVICE = "device"  # a window's counter
KIOSK = "kiosk"  # 自助机
DISPLAY = "display"  # 叫号屏
CITIZEN = "citizen"  # somebody at the online hall

OPERATOR_ROLES = (CLERK, REVIEWER, SUPERVISOR, SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR)
HALL_ROLES = (*OPERATOR_ROLES, DEVICE, KIOSK, DISPLAY)
ROLES = (*HALL_ROLES, CITIZEN)

# Who administers, who secures and who audits are three people (三权分立, GB/T 22239-2019 8.1.5),
# and none of them works at a window.
_APART = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR, CLERK})


def exclude_each_other(roles: Iterable[str]) -> bool:
    """Whether one person may not have these roles together."""
    return len(_APART & set(roles)) > 1
