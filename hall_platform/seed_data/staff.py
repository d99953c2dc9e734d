"""Who works in the invented halls."""

from __future__ import annotations

CLERKS = (  # username, name, window
    ("clerk03", "测小兰", "03"),
    ("clerk04", "试建国", "04"),
    ("clerk05", "样文静", "05"),
    ("clerk06", "例志强", "06"),
)
NEIGHBOUR_CLERKS = (("east01", "仿月华", "01"),)  # of the county next door
STAFF = (  # username, name, role, body
    ("head", "拟立新", "supervisor", None),
    ("market", "测明德", "reviewer", "market"),
    ("health", "试慧敏", "reviewer", "health"),
    ("system", "样景行", "system_admin", None),
    ("security", "例静怡", "security_admin", None),
    ("audit", "仿思源", "auditor", None),
)
