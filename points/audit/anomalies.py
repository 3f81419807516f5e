"""What stands out and should be looked at: no proof of anything, and every line says why.

Pure functions over `Facts`, one a kind. Limits are constants with their reasons; they are set so
that an honest county brings few lines (trust.md §4: at most 2 for 1,000 events).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Protocol

import holidays

from points.audit import in_public
from points.audit.facts import Anomaly, Award, Facts, Purchase, Undone, day_recorded
from points.clock import SHANGHAI, day_of
from points.undo import TOWNSHIP_ABOVE

__all__ = ["KINDS", "LOOKS", "Anomaly", "find"]

QUICK = timedelta(minutes=3)
"""A signature so soon after the proposal: the second person can hardly have looked."""
PAIR_LEAST, PAIR_SHARE = 8, 0.8
ONE_HOME_LEAST, ONE_HOME_SHARE = 10, 0.6
"""So many awards of a pair, and this share of them, makes the pair stand out."""
SPENT_WITHIN = timedelta(minutes=20)
SPENT_SHARE, SPENT_LEAST = 0.8, 10
"""So much of an award was gone so soon; smaller awards buy a bar of soap and are no matter."""
NIGHT = (22, 6)
LIMIT_LEAST, LIMIT_SHARE = 3, 0.88
ROUND_LEAST, ROUND_SHARE, ROUND = 8, 0.9, 10
BACK_DAYS, BACK_FAR_DAYS, BACK_LEAST = 45, 180, 3
NEW_DAYS = 7
FIRST_LEAST, FIRST_SHARE, FIRST_KNOWN = 6, 0.8, 10
"""A day on which so many fetch for the first time, in a shop that had so many visits before."""


class _Entered(Protocol):
    @property
    def entry(self) -> int: ...
    @property
    def village(self) -> str: ...


def find(facts: Facts) -> list[Anomaly]:
    """Every kind, place by place; the same facts give the same list."""
    found = [anomaly for look in LOOKS for anomaly in look(facts)]
    return sorted(found, key=lambda each: (each.place, each.kind, each.who, each.entries))


def quick_pairs(facts: Facts) -> Iterator[Anomaly]:
    """Two people of whom one signs what the other proposed before she can have read it."""
    for (village, *pair), awards in _pairs(facts.awards).items():
        quick = [each for each in awards if _between(each.proposed_at, each.reviewed_at) <= QUICK]
        if len(quick) >= PAIR_LEAST and len(quick) >= PAIR_SHARE * len(awards):
            yield _about("pair-quick", village, pair, quick, of=len(awards))


def pairs_for_one_home(facts: Facts) -> Iterator[Anomaly]:
    """Two people whose awards go to one household again and again."""
    for (village, *pair), awards in _pairs(facts.awards).items():
        homes = Counter(each.household for each in awards)
        home, times = homes.most_common(1)[0]
        share = times / len(awards)
        if times >= ONE_HOME_LEAST and share >= ONE_HOME_SHARE:
            hers = [each for each in awards if each.household == home]
            yield _about("pair-one-home", village, pair, hers, household=home, of=len(awards))


def spent_at_once(facts: Facts) -> Iterator[Anomaly]:
    """Points that were posted and gone within minutes."""
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in facts.purchases:
        bought[purchase.household].append(purchase)
    for award in facts.awards:
        soon = [
            each
            for each in bought[award.household]
            if timedelta(0) <= _between(award.posted_at, each.at) <= SPENT_WITHIN
        ]
        spent = sum(each.points for each in soon)
        if award.points >= SPENT_LEAST and spent >= SPENT_SHARE * award.points:
            yield Anomaly(
                "spent-at-once",
                award.village,
                (award.household,),
                (award.entry, *(each.entry for each in soon)),
                {"points": award.points, "spent": spent},
            )


def at_night(facts: Facts) -> Iterator[Anomaly]:
    """Awards and purchases between ten at night and six, or on a public holiday; awards only for
    the holiday, because people do shop then."""
    acts: dict[tuple[str, str, str, str], list[_Entered]] = defaultdict(list)
    for award in facts.awards:
        for actor, at in (
            (award.proposer, award.proposed_at),
            (award.signers[-1], award.reviewed_at),
        ):
            if kind := _odd_hour(at) or _holiday(day_of(at)):
                acts[kind, award.village, actor, day_of(at)].append(award)
    for purchase in facts.purchases:
        if kind := _odd_hour(purchase.at):
            acts[kind, purchase.village, purchase.keeper, day_of(purchase.at)].append(purchase)
    for (kind, village, actor, day), some in acts.items():
        yield _about(kind, village, (actor,), some, day=day)


def below_a_limit(facts: Facts) -> Iterator[Anomaly]:
    """Somebody asks again and again for just so much that the village may sign it alone."""
    by_asker: dict[tuple[str, str], list[Undone]] = defaultdict(list)
    for each in facts.undone:
        by_asker[each.village, each.asker].append(each)
    for (village, asker), some in by_asker.items():
        near = [
            each for each in some if LIMIT_SHARE * TOWNSHIP_ABOVE < each.points <= TOWNSHIP_ABOVE
        ]
        if len(near) >= LIMIT_LEAST:
            yield _about("below-limit", village, (asker,), near, limit=TOWNSHIP_ABOVE)


def round_sums(facts: Facts) -> Iterator[Anomaly]:
    """Where the rule leaves the points open, somebody who counts gets uneven sums too."""
    by_person: dict[tuple[str, str], list[Award]] = defaultdict(list)
    for award in facts.awards:
        if award.rule in facts.open_rules:
            by_person[award.village, award.proposer].append(award)
    for (village, proposer), some in by_person.items():
        even = [each for each in some if each.points % ROUND == 0]
        if len(even) >= ROUND_LEAST and len(even) >= ROUND_SHARE * len(some):
            yield _about("round-sums", village, (proposer,), even, of=len(some))


def back_dated(facts: Facts) -> Iterator[Anomaly]:
    """What is said to have happened long before it was written down."""
    by_person: dict[tuple[str, str], list[tuple[int, Award]]] = defaultdict(list)
    for award in facts.awards:
        days = (day_recorded(award) - date.fromisoformat(award.occurred_on)).days
        if days > BACK_DAYS:
            by_person[award.village, award.proposer].append((days, award))
    for (village, proposer), some in by_person.items():
        longest = max(days for days, _ in some)
        if len(some) >= BACK_LEAST or longest > BACK_FAR_DAYS:
            yield _about(
                "back-dated", village, (proposer,), [each for _, each in some], days=longest
            )


def new_hands(facts: Facts) -> Iterator[Anomaly]:
    """A person or device that could act only since a few days, and signs already."""
    by_signer: dict[tuple[str, str], list[Award]] = defaultdict(list)
    for award in facts.awards:
        for signer in award.signers:
            came = facts.came.get(signer)
            since = _between(came, award.reviewed_at) if came else timedelta(-1)
            if timedelta(0) <= since <= timedelta(days=NEW_DAYS):
                by_signer[award.village, signer].append(award)
    for (village, signer), some in by_signer.items():
        yield _about("new-hand", village, (signer,), some, since=day_of(facts.came[signer]))


def many_first_cards(facts: Facts) -> Iterator[Anomaly]:
    """A day on which nearly all who fetch do so for the first time, in a shop that is not new."""
    by_day: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    before: Counter[str] = Counter()
    for purchase in facts.purchases:
        by_day[purchase.shop, day_of(purchase.at)].append(purchase)
    for (shop, day), some in sorted(by_day.items(), key=lambda each: each[0][1]):
        first = [each for each in some if each.first]
        many = len(first) >= FIRST_LEAST and len(first) >= FIRST_SHARE * len(some)
        if many and before[shop] >= FIRST_KNOWN:
            yield _about("first-cards", first[0].village, (shop,), first, day=day, of=len(some))
        before[shop] += len(some)


LOOKS: tuple[Callable[[Facts], Iterator[Anomaly]], ...] = (
    quick_pairs,
    pairs_for_one_home,
    spent_at_once,
    at_night,
    below_a_limit,
    round_sums,
    back_dated,
    new_hands,
    many_first_cards,
    *in_public.LOOKS,
)

KINDS = (
    "pair-quick",
    "pair-one-home",
    "spent-at-once",
    "night",
    "holiday",
    "below-limit",
    "round-sums",
    "back-dated",
    "new-hand",
    "first-cards",
    *in_public.KINDS,
)


def _pairs(awards: Iterable[Award]) -> dict[tuple[str, ...], list[Award]]:
    """Awards by village, proposer and signer."""
    found: dict[tuple[str, ...], list[Award]] = defaultdict(list)
    for award in awards:
        for signer in award.signers:
            found[award.village, award.proposer, signer].append(award)
    return found


def _about(
    kind: str, place: str, who: Iterable[str], some: Sequence[_Entered], **facts: Any
) -> Anomaly:
    ids = tuple(dict.fromkeys(each.entry for each in some))
    return Anomaly(kind, place, tuple(who), ids, {"times": len(ids), **facts})


def _between(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)


def _odd_hour(at: str) -> str:
    hour = datetime.fromisoformat(at).astimezone(SHANGHAI).hour
    return "night" if hour >= NIGHT[0] or hour < NIGHT[1] else ""


@cache
def _holiday(day: str) -> str:
    return "holiday" if date.fromisoformat(day) in holidays.country_holidays("CN") else ""
