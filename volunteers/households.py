"""The register of households: who they are, how they are found, how they are forgotten.

The ledger knows a household by its number only. Head and phone are in the vault, hardship is
nowhere (rulings 3). Whoever shows a head to others than her village's staff shows `masked_head`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select, update

from points.clock import instant
from points.ledger.base import UnknownAccount
from points.refusals import Refusal
from points.store.county import County
from volunteers.names import masked, plain_name
from volunteers.numbers import external, plain_number, village_and_local, within
from volunteers.tables import households
from volunteers.vault import Vault

_CANDIDATES_MAX = 20


HouseholdUnknown = UnknownAccount
"""No household of this number in the actor's place: the ledger says no in the same words."""


class HouseholdAmbiguous(Refusal):
    """Several villages of the actor's place have this number: the facts name them (rulings 2)."""

    code = "household-ambiguous"


@dataclass(frozen=True)
class Household:
    """`number` is the external one; `size` counts people; `head` and `phone` are in clear and
    empty once erased."""

    village: str
    local_no: str
    head: str
    group: str = ""
    size: int | None = None
    phone: str = ""

    @property
    def number(self) -> str:
        return external(self.village, self.local_no)

    @property
    def masked_head(self) -> str:
        return masked(self.head)


class Registry:
    """The households of one county."""

    def __init__(self, county: County, vault: Vault) -> None:
        self._county = county
        self.vault = vault

    # Writing.

    def add(self, *several: Household) -> None:
        """Enter new households, all or none. That their numbers are free is the caller's care."""
        if not several:
            return
        with self._county.write() as connection:
            connection.execute(households.insert(), [self._row(one) for one in several])
            self.vault.put({one.number: _sealed_fields(one) for one in several}, connection)

    def change(self, one: Household) -> None:
        """Write a household's group, size and phone anew."""
        with self._county.write() as connection:
            mine = households.c.number == one.number
            connection.execute(update(households).where(mine).values(self._row(one)))
            self.vault.put({one.number: _sealed_fields(one)}, connection)

    def erase(self, number: str, at: datetime) -> None:
        """Forget who the household is; its number stays, because the ledger stays."""
        gone = {"head_token": None, "phone_token": None, "size": None, "grp": ""}
        with self._county.write() as connection:
            self.vault.erase(number, connection)
            mine = update(households).where(households.c.number == number)
            connection.execute(mine.values(erased_at=instant(at), **gone))

    # Finding.

    def find(self, number: str) -> Household | None:
        return self.find_all([number]).get(number)

    def find_all(self, numbers: Iterable[str]) -> dict[str, Household]:
        """The households of these external numbers; unknown ones are left out."""
        wanted = list(numbers)
        found: list[Row[Any]] = []
        with self._county.read() as connection:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                found.extend(connection.execute(_rows().where(households.c.number.in_(some))))
        return {one.number: one for one in self._opened(found)}

    def of_place(self, place: str) -> list[Household]:
        """Every household of a place, in the order of numbers, with her head in clear."""
        with self._county.read() as connection:
            return self._opened(connection.execute(_rows_in(place)).all())

    def numbers(self, place: str) -> list[str]:
        """Every external number of a place, in order."""
        with self._county.read() as connection:
            return [row.number for row in connection.execute(_rows_in(place))]

    def groups(self, place: str) -> dict[str, str]:
        """Every external number of a place, in order, with its villagers' group."""
        with self._county.read() as connection:
            return {row.number: row.grp for row in connection.execute(_rows_in(place))}

    def numbered(self, beginning: str, place: str) -> list[str]:
        """The numbers of a place that begin so, in either form."""
        c = households.c
        begins = [
            column.startswith(beginning, autoescape=True) for column in (c.local_no, c.number)
        ]
        with self._county.read() as connection:
            return [row.number for row in connection.execute(_rows_in(place).where(or_(*begins)))]

    def masked_heads(self, numbers: Iterable[str]) -> dict[str, str]:
        """The masked names to show beside these numbers; erased and unknown ones are left out."""
        heads = self.vault.get_all(numbers, "head")
        return {number: masked(head) for number, head in heads.items()}

    def resolve(self, text: str, place: str) -> str:
        """The external number meant by what somebody typed: either form, any width and case.

        Raises `HouseholdUnknown`, `HouseholdAmbiguous` (with the candidates).
        """
        number = plain_number(text)
        parts = village_and_local(number)
        column, wanted = ("number", number) if parts else ("local_no", number)
        query = _rows_in(place).where(households.c[column] == wanted).limit(_CANDIDATES_MAX)
        with self._county.read() as connection:
            found: list[str] = [row.number for row in connection.execute(query)]
        if not found:
            raise HouseholdUnknown(household=text.strip()[:40], place=place)
        if len(found) > 1:
            raise HouseholdAmbiguous(household=number, candidates=found)
        return found[0]

    def resolve_own(self, text: str, place: str) -> str:
        """The household where somebody who works in `place` lives: elsewhere in the county its
        full number says so. Raises like `resolve`."""
        full = village_and_local(plain_number(text)) is not None
        return self.resolve(text, self._county.code if full else place)

    def with_head(self, name: str, place: str) -> list[Household]:
        """The households whose head has exactly this name."""
        return self._by_token("head", plain_name(name), place)

    def with_phone(self, phone: str, place: str) -> list[Household]:
        """The households with exactly this phone number."""
        return self._by_token("phone", phone, place)

    def _by_token(self, field: str, text: str, place: str) -> list[Household]:
        token = self.vault.blind(field, text)
        query = _rows_in(place).where(households.c[f"{field}_token"] == token)
        with self._county.read() as connection:
            return self._opened(connection.execute(query).all())

    def _row(self, one: Household) -> dict[str, object]:
        return {
            "number": one.number,
            "village": one.village,
            "local_no": one.local_no,
            "grp": one.group,
            "size": one.size,
            "head_token": self.vault.blind("head", one.head),
            "phone_token": self.vault.blind("phone", one.phone) if one.phone else None,
        }

    def _opened(self, rows: Sequence[Row[Any]]) -> list[Household]:
        numbers = [row.number for row in rows]
        heads = self.vault.get_all(numbers, "head")
        phones = self.vault.get_all(numbers, "phone")
        return [
            replace(
                Household(row.village, row.local_no, heads.get(row.number, "")),
                group=row.grp,
                size=row.size,
                phone=phones.get(row.number, ""),
            )
            for row in rows
        ]


def _sealed_fields(one: Household) -> dict[str, str]:
    return {"head": one.head, "phone": one.phone}


def _rows() -> Select[tuple[str, str, str, str, int]]:
    c = households.c
    return select(c.number, c.village, c.local_no, c.grp, c.size).order_by(c.number)


def _rows_in(place: str) -> Select[tuple[str, str, str, str, int]]:
    return _rows().where(households.c.village.between(*within(place)))
