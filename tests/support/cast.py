"""One small cast for all tests: who acts, which households there are, what is earned and taken."""

from __future__ import annotations

from points.envelope import Actor
from points.ledger import CardUse
from points.pricelist import Good
from points.rulebook import Rule

COUNTY, TOWNSHIP, VILLAGE = "999901", "999901100", "999901100201"

ZHAO, QIAN, SUN = (f"{VILLAGE}-A00{n}" for n in (1, 2, 3))
"""Three households."""

ADA = Actor("ada", "village", VILLAGE)
"""She proposes."""
BEN = Actor("ben", "village", VILLAGE)
"""He signs."""
DORA = Actor("dora", "village", VILLAGE)
"""The third signature."""
FAYE = Actor("faye", "village", VILLAGE)
"""She hangs up the notices."""
TINA = Actor("tina", "township", TOWNSHIP)
"""Of the township: she signs what the village may not."""
ZOE = Actor("zoe", "village", VILLAGE, household=ZHAO)
"""Of the village's staff, and of the household ZHAO."""
CLEO = Actor("cleo", "keeper", VILLAGE)
"""Keeps the shop."""
ZACK = Actor("zack", "keeper", VILLAGE, household=ZHAO)
"""Keeps the shop too, and lives in ZHAO."""
NIGHT = Actor("night", "job", COUNTY)
"""The job that runs by itself."""

SHOP = "S01"

RULES = (
    Rule(
        "V01", "志愿服务", "volunteer", 2, 2, "per hour, in half-hour steps", cap=12,
        cap_of="points", cap_period="month", cap_per="person",
    ),
    Rule("V02", "志愿培训", "volunteer", 1, 1, "per hour"),
    Rule(
        "C01", "清洁户", "civility", 5, 5, cap=1, cap_of="times", cap_period="month",
        cap_per="household",
    ),
    Rule(
        "C02", "美丽庭院", "courtyard", 10, 10, cap=1, cap_of="times", cap_period="quarter",
        cap_per="household",
    ),
    Rule(
        "F02", "好婆婆", "honour", 20, 20, cap=1, cap_of="times", cap_period="year",
        cap_per="person",
    ),
    Rule(
        "M01", "婚事简办", "civility", 20, 20, cap=1, cap_of="times", cap_period="event",
        cap_per="household",
    ),
    Rule("E01", "见义勇为", "civility", 20, 100),
    Rule("G01", "慰问", "gift", 1, 30, bucket="gift"),
    Rule("D01", "乱倒垃圾", "deduction", -5, -5),
    Rule("D02", "参与赌博", "deduction", -30, -10),
    Rule(
        "B01", "基础分", "base", 10, 10, cap=1, cap_of="times", cap_period="ever",
        cap_per="household", bucket="base",
    ),
)  # fmt: skip

GOODS = (
    Good("G01", "牙刷", "支", 2, 200, "2000000000015"),
    Good("G02", "肥皂", "块", 3, 300),
    Good("G30", "电饭锅", "台", 120, 12000),
)


def card(household: str, edition: int = 1) -> CardUse:
    """A household's card as it is scanned; `edition` counts reissues."""
    return CardUse(household, token_hash=f"token {household} {edition}")


def typed(household: str, edition: int = 1) -> CardUse:
    """The same card's printed number, typed."""
    return CardUse(household, number_hash=f"number {household} {edition}")


def hashes(household: str, edition: int = 1) -> dict[str, str]:
    """What the ledger keeps of that card."""
    return {
        "token_hash": f"token {household} {edition}",
        "number_hash": f"number {household} {edition}",
    }
