"""What another person signs: a review, and a request to undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from points.envelope import Actor
from web.demo.stage import Scene, Stage


def signing(stage: Stage, case: UUID, signer: Actor) -> Scene:
    """Another person reviews a case."""

    def scene(at: datetime) -> None:
        with stage.acting(signer, at) as ledger:
            ledger.sign(case)
        stage.tally["signatures"] += 1

    return scene


def asking_back(stage: Stage, household: str, case: UUID, asker: Actor, signer: Actor) -> Scene:
    """A posted award is reversed: one asks with the reason, another signs the next day."""

    def scene(at: datetime) -> None:
        found = stage.house.read.cases.one(case)
        if found is None or found["state"] != "posted":
            return
        with stage.acting(asker, at) as ledger:
            undo = ledger.ask_reversal(household, entry=str(case), reason="示例：登记错了户")
        stage.tally["undone"] += 1
        stage.plan(at + timedelta(days=1), signing_undo(stage, undo, signer))

    return scene


def signing_undo(stage: Stage, undo: UUID, signer: Actor) -> Scene:
    def scene(at: datetime) -> None:
        with stage.acting(signer, at) as ledger:
            ledger.sign_undo(undo)

    return scene
