"""How things are written and ordered for people."""

from __future__ import annotations

from web.words.formats import in_order


def test_groups_stand_in_the_order_in_which_people_count() -> None:
    mixed = ["十二组", "七组", "二组", "", "十组", "二十一组", "3组", "二组", "老街"]

    assert in_order(mixed) == ["二组", "3组", "七组", "十组", "十二组", "二十一组", "老街"]
