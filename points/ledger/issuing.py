"""What a village may still give, asked before a list is hung up (Q4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from points.award import AwardCase
from points.envelope import current
from points.issuance import Cover, check_cover, check_issuance, months_of, quarter_of
from points.ledger.awards import Awards
from points.policy import Policy
from points.pricelist import PriceList
from points.rulebook import RuleBook
from points.versions import NothingInForce

NO_COVER = Cover(0, 0, 0)


class Issuing(Awards):
    def covers(
        self, place: str, day: date, books: tuple[RuleBook, PriceList] | None = None
    ) -> tuple[Policy, dict[str, Cover]]:
        """The policy in force, and each village's points against its shelves at the prices in
        force. `books`: where they were read already."""
        rules, goods = books or self.books()
        try:
            policy = rules.rules_on(day)[2]
        except NothingInForce:
            policy = Policy()
        try:
            prices = {sku: good.points for sku, good in goods.goods_on(day)[1].items()}
        except NothingInForce:
            prices = {}
        return policy, self.read.covers.of(place, prices)

    def check_issuance(self, village: str, month: str, cases: Sequence[AwardCase]) -> None:
        """Whether the village may give these too; raises `IssuanceCapReached` or
        `CoverExceeded`."""
        policy = self.rules_on(current().today)[2]
        asked = sum(max(case.points, 0) for case in cases)
        if asked and policy.issuance_cap is not None:
            quarter = quarter_of(month)
            used = self.read.covers.issued(village, months_of(quarter))
            check_issuance(policy, quarter, used=used, asked=asked)
        if asked and policy.cover_refuse_percent is not None:
            _, found = self.covers(village, current().today)
            check_cover(policy, found.get(village, NO_COVER), asked=asked)
