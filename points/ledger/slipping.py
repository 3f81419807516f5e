"""Slips out of the box into the history: many at once, and nobody's."""

from __future__ import annotations

from datetime import date, datetime, time

from points.clock import SHANGHAI
from points.envelope import Actor, Envelope, opened
from points.issuance import quarter_of
from points.ledger.base import command, no_answer
from points.ledger.undoing import Undoing
from points.slip import NOBODY, TOGETHER, Slips
from points.store.slips import SlipBox

PUBLIC = "public"


class Slipping(Undoing):
    def count_slips(self, today: date, place: str = "") -> int:
        """Take over what lies in the box of each village of a place, where there is enough of it or
        its quarter is over; how many. Run twice or at once, each is counted once."""
        now, taken = quarter_of(today.isoformat()), 0
        for (village, quarter), found in SlipBox(self.county).waiting(place).items():
            if sum(found.values()) >= TOGETHER or quarter < now:
                with opened(_nobodys(village, today, self.new_id().hex)):
                    self.count_slips_of(village, quarter)
                taken += sum(found.values())
        return taken

    @command(no_answer)
    def count_slips_of(self, village: str, quarter: str) -> None:
        """Everything in the box of a village and quarter, in one save with the box's emptying."""
        slips = self.load(Slips, Slips.id_of(village, quarter)) or Slips.start(village, quarter)
        box = SlipBox(self.county)
        found = box.waiting(village).get((village, quarter), {})
        if found:
            slips.take(found)
            self.save(slips, also=[box.emptied(village, quarter, found)])


def _nobodys(village: str, day: date, command_id: str) -> Envelope:
    """Of the time only the day, and no request."""
    return Envelope(
        actor=Actor(NOBODY, PUBLIC, village),
        at=datetime.combine(day, time.min, SHANGHAI),
        channel="page",
        command_id=command_id,
    )
