"""The household's PIN."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from points.refusals import Refusal
from tests.support.house import PIN, ZHAO, Place
from web.access.pins import PinLocked, PinNotSet, PinShape, PinTooEasy, WrongPin


def test_the_right_pin_passes(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)

    place.house.pins.check(ZHAO, PIN)


def test_without_a_pin_nothing_passes(place: Place) -> None:
    with pytest.raises(PinNotSet):
        place.house.pins.check(ZHAO, PIN)


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "１２３５", "12 5"])
def test_four_to_six_digits(place: Place, pin: str) -> None:
    with pytest.raises(PinShape):
        place.house.pins.set(ZHAO, pin)


@pytest.mark.parametrize("pin", ["0000", "111111", "1234", "4321", "7890", "987654"])
def test_not_one_that_everybody_tries(place: Place, pin: str) -> None:
    with pytest.raises(PinTooEasy):
        place.house.pins.set(ZHAO, pin)


def test_five_wrong_tries_lock_it_for_half_an_hour(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPin) as wrong:
            place.house.pins.check(ZHAO, "9753")
        assert wrong.value.facts == {"tries_left": left}

    with pytest.raises(PinLocked) as locked:
        place.house.pins.check(ZHAO, PIN)

    assert locked.value.facts == {"minutes": 30}
    place.watch.later(minutes=31)
    place.house.pins.check(ZHAO, PIN)


def test_guesses_at_once_are_five_too(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)
    judged = []

    def guess(number: int) -> None:
        with suppress(PinLocked):
            try:
                place.house.pins.check(ZHAO, f"{number:04}")
            except WrongPin as wrong:
                judged.append(wrong)

    with ThreadPoolExecutor(8) as many:
        list(many.map(guess, range(5000, 5020)))

    assert len(judged) == 5


def test_staff_open_a_lock_by_taking_the_pin_away(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)
    for _ in range(5):
        with suppress(Refusal):
            place.house.pins.check(ZHAO, "9753")

    place.house.pins.reset(ZHAO)

    assert not place.house.pins.is_set(ZHAO)
    place.house.pins.set(ZHAO, "8642")
    place.house.pins.check(ZHAO, "8642")


def test_the_household_changes_it_itself(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)

    place.house.pins.change(ZHAO, old=PIN, new="8642")

    place.house.pins.check(ZHAO, "8642")
    with pytest.raises(WrongPin):
        place.house.pins.change(ZHAO, old=PIN, new="9753")


def test_the_kept_text_is_not_the_pin_s_own_hash(place: Place) -> None:
    """Ten thousand guesses are quick: without the vault key they must lead nowhere."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    place.house.pins.set(ZHAO, PIN)
    with place.house.shared.read() as sql:
        kept = sql.exec_driver_sql("SELECT pin FROM pins").scalar_one()

    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(kept, PIN)
