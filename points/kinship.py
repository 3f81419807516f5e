"""Who is a near relative of which household: whoever is decides nothing for it (features.csv Q2).

Declared by the person herself or by those who supervise her; ended when it is no longer so. It is
public: a notice names who kept out of a line (回避).
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import another_than, current
from points.refusals import Refusal

RELATIONS = ("spouse", "parent", "child", "sibling", "in-law", "other")
"""Near relatives; `other` is whoever the village holds to be near."""


class Relative(Refusal):
    """She declared to be a near relative of this household: she decides nothing for it."""

    code = "relative"


class RelationUnknown(Refusal):
    """A relation is one of the listed ones."""

    code = "relation-unknown"


class KinKnown(Refusal):
    """It stands there already."""

    code = "kin-known"


class KinUnknown(Refusal):
    """No such relation was declared."""

    code = "kin-unknown"


class Kinship(LedgerAggregate):
    """All declarations about one person."""

    TOPIC = "kinship"

    class Created(Aggregate.Created):
        TOPIC = "kinship.opened"
        person: str

    class Declared(Aggregate.Event):
        TOPIC = "kinship.declared"
        household: str
        relation: str
        declarer: str

        def apply(self, aggregate: Kinship) -> None:
            aggregate.kin[self.household] = self.relation

    class Ended(Aggregate.Event):
        TOPIC = "kinship.ended"
        household: str

        def apply(self, aggregate: Kinship) -> None:
            del aggregate.kin[self.household]

    @event(Created)
    def __init__(self, person: str) -> None:
        self.person = person
        self.kin: dict[str, str] = {}

    @staticmethod
    def id_of(person: str) -> UUID:
        return stable_id("kinship", person)

    @classmethod
    def start(cls, person: str) -> Self:
        return cls.begin(cls.Created, cls.id_of(person), person=person)

    def declare(self, household: str, relation: str) -> None:
        """Raises `RelationUnknown` or `KinKnown`."""
        if relation not in RELATIONS:
            raise RelationUnknown(relations=list(RELATIONS))
        if self.kin.get(household) == relation:
            raise KinKnown(household=household)
        declarer = current().actor.id
        self.record(self.Declared, household=household, relation=relation, declarer=declarer)

    def end(self, household: str) -> None:
        """By another person than the relative; raises `KinUnknown` or `SamePerson`."""
        if household not in self.kin:
            raise KinUnknown(household=household)
        another_than(self.person)
        self.record(self.Ended, household=household)

    def check(self, household: str) -> None:
        """Whether this person may decide for a household; raises `Relative`."""
        if household in self.kin:
            raise Relative(household=household, relation=self.kin[household])
