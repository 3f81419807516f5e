"""What stands out in the public procedure: whose word decides, whose relatives gain, what stays
just small enough, what the people took exception to (J8, Q2). Pure functions over `Facts`, as in
`points/audit/anomalies.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from statistics import mean

from points.audit.facts import Anomaly, Award, Challenge, Facts, Purchase
from points.audit.papers import Paper
from points.audit.pictures import Reused
from points.audit.relatives import Declared
from points.notice import DAYS_FROM_POINTS

ONE_HAND_LEAST, ONE_HAND_SHARE = 20, 0.9
"""So many awards of a village and month, and this share of them reviewed by one person."""
KIN_TIMES, KIN_LEAST = 2, 4
"""Relatives with more than so many times the village's mean, in at least so many awards."""
A_MINUTE, IN_A_MINUTE = timedelta(minutes=1), 4
"""Nobody scans a card, hands out goods and does it so often again within a minute."""
NEAR_LIMIT, NEAR_LEAST = 2, 3
"""Points below the limit of the longer notice, and how often."""
UPHELD_LEAST, UPHELD_SHARE = 3, 0.05
LATE_LEAST = 2
KEPT_OUT_LEAST = 2
"""So many people whom one hand keeps away from one household."""
PAPER_DAYS = 30
"""An honest register comes in with the accounts, or within the month that it was of."""


def one_hand(facts: Facts) -> Iterator[Anomaly]:
    """One person reviews nearly everything of a month, in a village where others used to do half
    of it and more. That a small village has one reviewer, month after month, is no news."""
    usual: dict[str, Counter[str]] = defaultdict(Counter)
    for village, person in facts.reviewed_before:
        usual[village][person] += 1
    by_month: dict[tuple[str, str], list[Award]] = defaultdict(list)
    for award in facts.awards:
        by_month[award.posted_at[:7], award.village].append(award)
    for (month, village), awards in sorted(by_month.items()):
        signed = Counter(signer for each in awards for signer in each.signers)
        person, times = signed.most_common(1)[0]
        before = usual[village].total()
        most = len(awards) >= ONE_HAND_LEAST and times > ONE_HAND_SHARE * len(awards)
        if most and before >= ONE_HAND_LEAST and usual[village][person] < before / 2:
            hers = tuple(each.entry for each in awards if person in each.signers)
            told = {"times": times, "of": len(awards), "month": month}
            yield Anomaly("one-hand", village, (person,), hers, told)
        usual[village] += signed


def kin_gain(facts: Facts) -> Iterator[Anomaly]:
    """Declared relatives of who reviews or hangs up got far more than a household of the village
    that got anything at all."""
    points: dict[str, Counter[str]] = defaultdict(Counter)
    theirs: dict[str, list[Award]] = defaultdict(list)
    deciders: dict[str, set[str]] = defaultdict(set)
    for award in facts.awards:
        points[award.village][award.household] += award.points
        theirs[award.household].append(award)
        deciders[award.village].update((*award.signers, award.opener))
    for person, households in sorted(facts.kin.items()):
        for home in households:
            village = home.partition("-")[0]
            if person not in deciders[village] or len(theirs[home]) < KIN_LEAST:
                continue
            usual = mean(points[village].values())
            if points[village][home] > KIN_TIMES * usual:
                told = {"household": home, "points": points[village][home], "mean": round(usual)}
                entries = tuple(each.entry for each in theirs[home])
                yield Anomaly("kin-gain", village, (person,), entries, told)


def same_minute(facts: Facts) -> Iterator[Anomaly]:
    """A series of redemptions faster than hands are."""
    by_keeper: dict[tuple[str, str, str], list[Purchase]] = defaultdict(list)
    for purchase in facts.purchases:
        by_keeper[purchase.village, purchase.shop, purchase.keeper].append(purchase)
    for (village, _, keeper), some in by_keeper.items():
        some.sort(key=lambda each: each.at)
        for first, last in zip(some, some[IN_A_MINUTE - 1 :], strict=False):
            if _instant(last.at) - _instant(first.at) < A_MINUTE:
                near = [each for each in some if first.at <= each.at <= last.at]
                told = {"times": len(near), "day": first.at[:10]}
                yield Anomaly("same-minute", village, (keeper,), _entries(near), told)
                break


def split_awards(facts: Facts) -> Iterator[Anomaly]:
    """What one person earned in one day came in parts, each too small for the longer notice."""
    parts: dict[tuple[str, str, str, str | None], list[Award]] = defaultdict(list)
    for award in facts.awards:
        if 0 < award.points < DAYS_FROM_POINTS:
            key = (award.household, award.rule, award.occurred_on, award.earner)
            parts[key].append(award)
    for (household, _, day, _), some in parts.items():
        together = sum(each.points for each in some)
        if len(some) > 1 and together >= DAYS_FROM_POINTS:
            told = {"times": len(some), "points": together, "day": day, "limit": DAYS_FROM_POINTS}
            yield Anomaly("split-award", some[0].village, (household,), _entries(some), told)


def below_the_notice(facts: Facts) -> Iterator[Anomaly]:
    """Where the rule leaves the points open, somebody stays just below the longer notice."""
    by_person: dict[tuple[str, str], list[Award]] = defaultdict(list)
    for award in facts.awards:
        near = DAYS_FROM_POINTS - NEAR_LIMIT <= award.points < DAYS_FROM_POINTS
        if award.rule in facts.open_rules and near:
            by_person[award.village, award.proposer].append(award)
    for (village, proposer), some in by_person.items():
        if len(some) >= NEAR_LEAST:
            told = {"times": len(some), "limit": DAYS_FROM_POINTS}
            yield Anomaly("below-notice", village, (proposer,), _entries(some), told)


def upheld_against(facts: Facts) -> Iterator[Anomaly]:
    """The village was right again and again about what one person proposed."""
    proposed = Counter((each.village, each.proposer) for each in facts.awards)
    right = Counter(
        (each.village, each.proposer) for each in facts.objected if each.upheld and each.proposer
    )
    for (village, proposer), times in right.items():
        of = proposed[village, proposer] + times
        if times >= UPHELD_LEAST and times > UPHELD_SHARE * of:
            yield Anomaly("upheld", village, (proposer,), (), {"times": times, "of": of})


def late_answers(facts: Facts) -> Iterator[Anomaly]:
    """Objections of a village that were answered after their last day, or not at all."""
    by_village: dict[str, list[Challenge]] = defaultdict(list)
    for each in facts.objected:
        by_village[each.village].append(each)
    for village, some in by_village.items():
        late = sum(each.late for each in some)
        if late >= LATE_LEAST:
            yield Anomaly("late-answers", village, (village,), (), {"times": late, "of": len(some)})


def late_paper(facts: Facts) -> Iterator[Anomaly]:
    """Points of a paper register that came in, without a notice, long after the accounts were
    opened."""
    by_day: dict[tuple[str, str, str, str], list[tuple[int, Paper]]] = defaultdict(list)
    for each in facts.papers:
        days = (date.fromisoformat(each.day) - date.fromisoformat(each.opened_on)).days
        if days > PAPER_DAYS:
            by_day[each.village, each.day, each.importer, each.confirmer].append((days, each))
    for (village, day, *who), some in by_day.items():
        told = {
            "times": len(some),
            "points": sum(each.points for _, each in some),
            "day": day,
            "days": max(days for days, _ in some),
        }
        people = tuple(dict.fromkeys(each for each in who if each))
        yield Anomaly("late-paper", village, people, tuple(each.entry for _, each in some), told)


def smaller_bodies(facts: Facts) -> Iterator[Anomaly]:
    """A body that was entered with fewer members than the last time."""
    for each in facts.shrunk:
        told = {"day": each.day, "before": each.before, "now": each.now}
        yield Anomaly("body-smaller", each.village, (each.held_by,), (), told)


def photos_again(facts: Facts) -> Iterator[Anomaly]:
    """Somebody proves what was done by a photo that had proved something else."""
    by_person: dict[tuple[str, str], list[Reused]] = defaultdict(list)
    for each in facts.reused:
        by_person[each.village, each.proposer].append(each)
    for (village, proposer), some in by_person.items():
        told = {"times": len(some), "day": min(each.first_on for each in some)}
        ids = tuple(each.entry for each in some)
        yield Anomaly("photo-again", village, (proposer,), ids, told)


def kept_away(facts: Facts) -> Iterator[Anomaly]:
    """One person wrote down that several others are near to a household, who so decide nothing for
    it."""
    by_hand: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for each in facts.kept_out:
        by_hand[each.household, each.declarer].append(each)
    for (household, declarer), some in by_hand.items():
        people = {each.person for each in some}
        if len(people) >= KEPT_OUT_LEAST:
            told = {
                "times": len(people),
                "household": household,
                "day": min(each.day for each in some),
            }
            yield Anomaly("kin-by-one", household.partition("-")[0], (declarer,), (), told)


LOOKS: tuple[Callable[[Facts], Iterator[Anomaly]], ...] = (
    one_hand,
    kin_gain,
    same_minute,
    split_awards,
    below_the_notice,
    upheld_against,
    late_answers,
    late_paper,
    smaller_bodies,
    photos_again,
    kept_away,
)

KINDS = (
    "one-hand",
    "kin-gain",
    "same-minute",
    "split-award",
    "below-notice",
    "upheld",
    "late-answers",
    "late-paper",
    "body-smaller",
    "photo-again",
    "kin-by-one",
)


def _entries(some: list[Award] | list[Purchase]) -> tuple[int, ...]:
    return tuple(each.entry for each in some)


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)
