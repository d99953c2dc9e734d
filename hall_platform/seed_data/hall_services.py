"""What the invented halls offer: services with the items they cover, and who takes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offered:
    """A service (排队业务): its letter, its items, how long it usually takes."""

    code: str
    prefix: str
    name: str
    items: tuple[str, ...]
    mean_service_s: int
    slot_capacity: int
    needs_holder: bool = False


SERVICES = (
    Offered("market", "A", "企业开办与市场准入", ("sole_trader", "company", "food"), 720, 4),
    Offered(
        "health",
        "B",
        "卫生健康",
        ("public_health", "doctor", "nurse", "birth_registration"),
        600,
        2,
    ),
    Offered(
        "insurance",
        "C",
        "社保医保与公积金",
        ("resident_medical", "flexible_worker", "resident_pension", "fund_rent", "labour_dispatch"),
        480,
        3,
    ),
    Offered("civil", "D", "民政与助残", ("senior_allowance", "disabled", "senior_card"), 540, 2),
    Offered("estate", "E", "不动产登记", ("estate_transfer",), 1200, 2, needs_holder=True),
    Offered("city", "F", "交通与城市管理", ("transport", "outdoor_advert"), 660, 1),
    Offered("advice", "G", "咨询导办", (), 240, 0),
)

_ONE_WINDOW = ("market", "health", "insurance", "civil", "city")  # 综合窗口

WINDOW_SERVICES = {
    "01": ("advice",),
    "02": ("advice", "civil"),
    **dict.fromkeys(("03", "04", "05", "06", "07", "08"), _ONE_WINDOW),
    "09": ("insurance",),
    "10": ("insurance", "civil"),
    "11": ("estate",),
    "12": ("estate",),
}
# In the small hall next door every window takes everything.
EVERY_SERVICE = tuple(one.code for one in SERVICES)

MORNING, AFTERNOON = ("09:00", "12:00"), ("13:30", "17:00")
WEEK = (*((MORNING, AFTERNOON),) * 5, (MORNING,), ())  # 周六上午延时服务

# Booked before the day began: of the invented people by turns, the demonstration's person first.
BOOKED = (  # days ahead, start, service
    (0, "10:00", "market"),
    (0, "09:15", "insurance"),
    (0, "09:30", "market"),
    (0, "10:30", "health"),
    (0, "11:00", "estate"),
    (0, "14:00", "market"),
    (0, "15:30", "insurance"),
    (1, "09:00", "estate"),
    (1, "10:00", "market"),
    (2, "14:30", "civil"),
    (4, "09:45", "market"),
    (5, "16:00", "insurance"),
)
