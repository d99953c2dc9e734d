"""What the law of an item's regime says about the life of its cases (法律适用).

行政许可法 binds administrative licensing only; registration of market entities, confirmations,
payments, public services and social insurance follow rules of their own. So limits, deemed
acceptance, extension, special procedures and remedies are data by regime, each with its source.
The item's own promised and legal days come from the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REMEDIES = (
    "如不服本决定，可以自收到本决定之日起六十日内依法申请行政复议，"
    "或者自收到本决定之日起六个月内依法向人民法院提起行政诉讼。"
)
_REMEDIES_SOURCE = "《行政复议法》第二十条、《行政诉讼法》第四十六条"
_ONCE = "《优化营商环境条例》第三十六条"
_PROMISE = "事项实施清单（承诺办结时限）"


@dataclass(frozen=True)
class Regime:
    """The rules of one regime.

    `acceptance_days` is the limit for deciding on acceptance (clock A), in working days; None
    where the law sets none. `extension_days` 0 means that the limit cannot be extended. `sources`
    names the law for each of: acceptance, notice, legal, extension, special, delivery, remedies.
    """

    title: str
    acceptance_days: int | None
    deemed_accepted: bool
    extension_days: int
    special_procedure: bool
    delivery_days: int | None
    sources: Mapping[str, str]
    remedies: str = REMEDIES

    def source(self, of: str) -> str:
        """The law a rule comes from; the catalogue's promise where the regime names none."""
        return self.sources.get(of, _PROMISE)


def _own(title: str, legal: str) -> Regime:
    """A regime without statutory acceptance limit, extension or special procedure."""
    return Regime(
        title=title,
        acceptance_days=None,
        deemed_accepted=False,
        extension_days=0,
        special_procedure=False,
        delivery_days=None,
        sources={
            "acceptance": _ONCE,
            "notice": _ONCE,
            "legal": legal,
            "remedies": _REMEDIES_SOURCE,
        },
    )


REGIMES: Mapping[str, Regime] = {
    "licensing": Regime(
        title="行政许可",
        acceptance_days=5,
        deemed_accepted=True,
        extension_days=10,
        special_procedure=True,
        delivery_days=10,
        sources={
            "acceptance": "《行政许可法》第三十二条",
            "notice": "《行政许可法》第三十二条第一款第四项",
            "legal": "《行政许可法》第四十二条",
            "extension": "《行政许可法》第四十二条",
            "special": "《行政许可法》第四十五条",
            "delivery": "《行政许可法》第四十四条",
            "remedies": "《行政许可法》第三十八条",
        },
    ),
    "market_registration": Regime(
        title="市场主体登记",
        acceptance_days=None,
        deemed_accepted=False,
        extension_days=3,
        special_procedure=False,
        delivery_days=None,
        sources={
            "acceptance": "《市场主体登记管理条例》第十九条",
            "notice": "《市场主体登记管理条例》第十九条",
            "legal": "《市场主体登记管理条例》第十九条",
            "extension": "《市场主体登记管理条例》第十九条",
            "remedies": _REMEDIES_SOURCE,
        },
    ),
    "confirmation": _own("行政确认", "事项实施清单（法定办结时限）"),
    "payment": _own("行政给付", "事项实施清单（法定办结时限）"),
    "public_service": _own("公共服务", "事项实施清单（法定办结时限）"),
    "social_insurance": _own("社会保险经办", "《社会保险经办条例》及事项实施清单"),
}
