"""A household's card: what is printed on it, how it is read, how it is issued (rulings 16).

The code to scan holds an address with a token of 128 bits: enough to see the balance and to spend
a little. The number to type is ten characters, the last one a check character, and always needs
the PIN. The ledger keeps keyed hashes of both; the vault keeps both sealed under the household's
key, so that a sheet can be printed again and an erased household's cannot.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from points.account import CardUnknown
from points.ledger import CardUse, Ledger
from points.refusals import Refusal
from points.store.county import County
from volunteers.vault import Vault

TOKEN_BYTES = 16
NUMBER_CHARACTERS = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs, a prime number of them, without 0, 1, I, L and O: nobody mistakes one for another."""

_TOKEN = re.compile(r"[A-Z2-7]{26}")
_LINK = re.compile(r"/C/([A-Z2-7]{26})(?:[/?#]|$)", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\ufeff.-]")


class CardNumberTyped(Refusal):
    """The check character says that the number was mistyped."""

    code = "card-number-typed"


@dataclass(frozen=True)
class Card:
    """What is printed: `token` in the code to scan, `number` below it to type."""

    household: str
    token: str
    number: str

    def link(self, base_url: str) -> str:
        """The address in the code: capitals only make a coarser, tougher picture."""
        return f"{base_url.upper()}/C/{self.token}"

    @property
    def shown_number(self) -> str:
        """In two halves, as people read it aloud: 7F3K9-QX2M4."""
        return f"{self.number[:5]}-{self.number[5:]}"


class Cards:
    """`random` gives so many secret bytes."""

    def __init__(
        self, county: County, ledger: Ledger, vault: Vault, *, random: Callable[[int], bytes]
    ) -> None:
        self._county, self._ledger, self._vault, self._random = county, ledger, vault, random

    # Reading.

    def read(self, text: str) -> CardUse:
        """The card of a scanned address, a bare token or a typed number, whoever holds it.

        Raises `CardNumberTyped` or `CardUnknown`. A card that was reported lost is found too: the
        ledger refuses it.
        """
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()
        link = _LINK.search(unicodedata.normalize("NFKC", text).strip())
        token = link[1].upper() if link else plain
        if _TOKEN.fullmatch(token):
            return self._use(token_hash=self.token_hash(token))
        if len(plain) == NUMBER_CHARACTERS and set(plain) <= set(ALPHABET):
            if plain[-1] != check_character(plain[:-1]):
                raise CardNumberTyped
            return self._use(number_hash=self.number_hash(plain))
        raise CardUnknown

    def _use(self, **by: str) -> CardUse:
        found = self._ledger.read.cards.find(**by)
        if found is None:
            raise CardUnknown
        return CardUse(found["household"], **by)

    def token_hash(self, token: str) -> str:
        return self._vault.blind("card-token", token).hex()

    def number_hash(self, number: str) -> str:
        return self._vault.blind("card-number", number).hex()

    # Issuing.

    def issue(self, household: str) -> Card:
        """The household's first card; raises `CardInUse` while it holds one."""
        card = self._new(household)
        self._ledger.issue_card(household, **self._hashes(card))
        return self._kept(card)

    def reissue(self, household: str) -> Card:
        """Another card; the old one opens nothing from now on."""
        card = self._new(household)
        self._ledger.reissue_card(household, **self._hashes(card))
        return self._kept(card)

    def block(self, household: str) -> None:
        """The card is lost: it opens nothing from now on."""
        self._ledger.report_card_lost(household)

    def of(self, household: str) -> Card | None:
        """What to print again, while the card is good; None without one."""
        return self.of_all([household]).get(household)

    def of_all(self, households: Iterable[str]) -> dict[str, Card]:
        """What to print again, of every household that holds a good card."""
        wanted = list(households)
        tokens = self._vault.get_all(wanted, "card_token")
        numbers = self._vault.get_all(wanted, "card_number")
        hashes = {household: self.token_hash(token) for household, token in tokens.items()}
        good = self._ledger.read.cards.good(list(hashes.values()))
        return {
            each: Card(each, tokens[each], numbers[each])
            for each in wanted
            if each in numbers and hashes.get(each) in good
        }

    def _new(self, household: str) -> Card:
        token = b32encode(self._random(TOKEN_BYTES)).decode().rstrip("=")
        return Card(household, token, self._new_number())

    def _new_number(self) -> str:
        signs = ""
        while len(signs) < NUMBER_CHARACTERS - 1:
            fair = [byte for byte in self._random(16) if byte < 248]  # 8 x 31: no sign is likelier
            signs += "".join(ALPHABET[byte % len(ALPHABET)] for byte in fair)
        signs = signs[: NUMBER_CHARACTERS - 1]
        return signs + check_character(signs)

    def _hashes(self, card: Card) -> dict[str, str]:
        return {
            "token_hash": self.token_hash(card.token),
            "number_hash": self.number_hash(card.number),
        }

    def _kept(self, card: Card) -> Card:
        """Sealed after the ledger has it: a card that was never issued is never printed.

        A command that was done before has issued another card: that one is the answer again.
        """
        if not self._ledger.read.cards.good([self.token_hash(card.token)]):
            if first := self.of(card.household):
                return first
            raise CardUnknown
        fields = {"card_token": card.token, "card_number": card.number}
        with self._county.write() as connection:
            self._vault.put({card.household: fields}, connection)
        return card


def check_character(signs: str) -> str:
    """Weighted sum modulo 31: finds every single wrong sign and every swap of neighbours."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=1))
    return ALPHABET[total % len(ALPHABET)]
