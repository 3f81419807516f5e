"""The card that opens an account, and when it needs the PIN beside it (rulings 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from points.account.events import CardIssued, CardReissued, CardReportedLost
from points.envelope import current
from points.refusals import Refusal


class CardUnknown(Refusal):
    """This is not the household's card of today."""

    code = "card-unknown"


class CardBlocked(Refusal):
    """The card was reported lost: it opens nothing any more."""

    code = "card-blocked"


class CardInUse(Refusal):
    """The household holds a card; report it lost before another is made."""

    code = "card-in-use"


class PinRequired(Refusal):
    """Above the threshold, above the day's sum without PIN, and for typed numbers (rulings 16)."""

    code = "pin-required"


class CardHolder:
    """The card's side of an account: at most one card opens it at a time."""

    household: str
    card: dict[str, Any] | None
    without_pin: dict[str, Any]

    if TYPE_CHECKING:

        def record(self, event: type[Any], **fields: Any) -> None:
            """The aggregate's own."""

    def issue_card(self, *, token_hash: str, number_hash: str) -> None:
        """The first card, or another after the last was reported lost."""
        if self.card is None:
            self.record(CardIssued, token_hash=token_hash, number_hash=number_hash)
        elif self.card["blocked"]:
            self.record(CardReissued, token_hash=token_hash, number_hash=number_hash)
        else:
            raise CardInUse(household=self.household)

    def report_card_lost(self) -> None:
        if self.card is None:
            raise CardUnknown(household=self.household)
        if not self.card["blocked"]:
            self.record(CardReportedLost, token_hash=self.card["token_hash"])

    def check_card(self, *, token_hash: str | None, number_hash: str | None) -> None:
        """Whether this card opens the account today; raises `CardUnknown` or `CardBlocked`."""
        if self.card is None or (token_hash is None and number_hash is None):
            raise CardUnknown(household=self.household)
        if token_hash not in (None, self.card["token_hash"]) or number_hash not in (
            None,
            self.card["number_hash"],
        ):
            raise CardBlocked(household=self.household)
        if self.card["blocked"]:
            raise CardBlocked(household=self.household)

    def check_pin(self, points: int, *, typed: bool, above: int, per_day: int) -> None:
        """Whether `points` may go without PIN (rulings 16); raises `PinRequired`.

        `above`: points of one redemption; `per_day`: points of one day, both without PIN.
        """
        left = self.left_without_pin(per_day)
        if typed or points > above or points > left:
            raise PinRequired(points=points, above=above, left=left)

    def left_without_pin(self, per_day: int) -> int:
        """Points that may still go without PIN today."""
        today = current().today.isoformat()
        spent = self.without_pin["points"] if self.without_pin["day"] == today else {}
        gone: int = sum(spent.values())
        return max(0, per_day - gone)
