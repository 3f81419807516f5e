"""Which names stored rows may use. A stored row never makes the program import anything."""

from __future__ import annotations

from collections.abc import Iterator

from eventsourcing.domain import CanMutateAggregate, Snapshot
from eventsourcing.utils import get_topic, register_topic


class UnknownTopic(LookupError):
    """A stored event has a name that no class answers to."""


class Topics:
    """The aggregates below `roots`, their events, and the snapshots of them.

    Classes defined after this object was made are found too: an unknown name looks again.
    """

    def __init__(self, *roots: type) -> None:
        self._roots = roots
        self._classes: dict[str, type] = {}
        self._look()

    def class_of(self, topic: str) -> type:
        """The class that `topic` stands for; raises `UnknownTopic`."""
        if topic not in self._classes:
            self._look()
        try:
            return self._classes[topic]
        except KeyError:
            raise UnknownTopic(f"no class is registered for the stored topic {topic!r}") from None

    def topic_of(self, cls: type) -> str:
        """The stored name of `cls`; raises `UnknownTopic` where it could not be read again."""
        topic = get_topic(cls)
        if self.class_of(topic) is not cls:
            raise UnknownTopic(f"the topic {topic!r} stands for another class than {cls!r}")
        return topic

    def also(self, topic: str, cls: type) -> None:
        """An old name for a class that was renamed before it had a name of its own."""
        self._classes[topic] = cls

    def _look(self) -> None:
        for root in self._roots:
            for aggregate in _below(root):
                self._list(aggregate)
                for event in _nested(aggregate):
                    self._list(event)
        self._classes[get_topic(Snapshot)] = Snapshot

    def _list(self, cls: type) -> None:
        topic = get_topic(cls)
        register_topic(topic, cls)
        self._classes[topic] = cls


def _below(root: type) -> Iterator[type]:
    subclasses: list[type] = type.__subclasses__(root)
    for cls in subclasses:
        yield cls
        yield from _below(cls)


def _nested(aggregate: type) -> Iterator[type]:
    """The event classes written inside an aggregate's own class body."""
    for name, value in vars(aggregate).items():
        if isinstance(value, type) and issubclass(value, CanMutateAggregate) and name != "Event":
            yield value
