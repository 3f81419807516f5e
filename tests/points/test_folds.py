"""A fold is handed the events of its aggregates: with the others it would do nothing anyway."""

from __future__ import annotations

from typing import Any

import pytest

from points.store.recorded import Fold, Recorded, concerned
from points.views import FOLDS
from tests.contracts.test_golden import FILES, MAPPER, golden, stored

GOLDEN = [row for name in FILES for row in golden(name)["events"]]


class Nothing:
    """A place where nothing may be written."""

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def execute(self, statement: Any, rows: Any = None, /) -> None:
        raise AssertionError(f"{self.topic} would change {statement.table}: {rows}")


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.__module__.rpartition(".")[2])
def test_a_fold_has_nothing_to_do_with_events_that_it_is_not_handed(fold: Fold) -> None:
    handed = 0
    for number, row in enumerate(GOLDEN, start=1):
        if fold in concerned(FOLDS, row["topic"]):
            handed += 1
            continue
        kept = stored(row)
        recorded = Recorded(number, MAPPER.to_domain_event(kept), kept.stamp)
        fold(Nothing(row["topic"]), recorded)
    assert handed > 0
