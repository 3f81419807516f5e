"""J5: everybody reads which days the county declared to be worked or free."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.house import MAKER, VILLAGE, Place

pytestmark = pytest.mark.row("J5")


def test_the_village_s_page_tells_declared_days(place: Place) -> None:
    page = f"/village/{VILLAGE}"
    assert "县里改过的" not in place.browser().get(page).text

    with place.by(MAKER) as ledger:
        ledger.declare_day(date(2027, 2, 6), working=True, document="县办7号")
        ledger.declare_day(date(2026, 11, 2), working=False, document="县办7号")
        ledger.declare_day(date(2026, 1, 5), working=False, document="县办7号")

    told = place.browser().get(page).text
    assert "县里改过的上班、放假日（2天）" in told
    assert told.index("2026年11月2日") < told.index("2027年2月6日") < told.index("上班</span>")
