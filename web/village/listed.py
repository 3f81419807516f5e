"""A public notice as people read it: its frozen list in each version, and what each one changed.

Everything comes from what was recorded when the notice was hung up and corrected. Only masked names
do not: events hold none, so they are those of the day on which the list is first written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.notice import PUBLIC, Notice, UnknownNotice
from points.store.notes import Notes
from web.village.masking import Masking
from web.wiring import House


@dataclass(frozen=True)
class Review:
    """The sitting of `body` that agreed to a line: how many belong to it, came, and were recused
    there. Who they are is nobody's business here."""

    body: str
    required: int
    present: int
    recused: int


@dataclass(frozen=True)
class Scored:
    """What judges made of a household in a round: the median of the `counted` who scored it, how
    far they lay apart, and the seats of those who kept out. Who sits there is on the sheet of the
    village."""

    median: int
    spread: int
    counted: int
    recused: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """`points` in the version shown, None where it was struck; `was`: as it was hung up. `held`:
    an objection to it is not decided, so it waits. `review`: None where one person reviewed it;
    `scored`: None where it is no result of a round."""

    number: int
    household: str
    name: str
    item: str
    points: int | None
    was: int
    held: bool
    review: Review | None = None
    scored: Scored | None = None

    @property
    def code(self) -> str:
        """The household as the village's own paper numbers it."""
        return self.household.partition("-")[2]

    @property
    def changed(self) -> bool:
        return self.points != self.was


@dataclass(frozen=True)
class Change:
    """What a later version changed, and why; `points` None: the line was struck."""

    version: int
    day: str
    line: int
    was: int
    points: int | None
    why: str


@dataclass(frozen=True)
class Answer:
    """A published answer to an objection. `line`: None where something was missing."""

    day: str
    line: int | None
    upheld: bool
    text: str
    final: bool


@dataclass(frozen=True)
class Listed:
    """`version`: the one shown, of `versions`. `hangs`: one may object to it today."""

    id: UUID
    village: str
    month: str
    number: int
    opens_on: str
    closes_on: str
    version: int
    versions: int
    lines: list[Line]
    changes: list[Change]
    answers: list[Answer]
    waiting: int
    hangs: bool

    @property
    def total(self) -> int:
        return sum(line.points or 0 for line in self.lines)


def notice_id(village: str, month: str, number: int) -> UUID:
    return Notice.id_of(village, month, number)


def listed(house: House, notice: UUID, version: int | None = None) -> Listed:
    """A public notice in one of its versions, the newest where none is asked for.

    Raises `UnknownNotice`, for a private one too.
    """
    found = house.read.notices.one(notice)
    if found is None or found["kind"] != PUBLIC:
        raise UnknownNotice(notice=str(notice))
    shown = version or found["version"]
    if not 1 <= shown <= found["version"]:
        raise UnknownNotice(notice=str(notice))
    today = business_day(house.clock()).isoformat()
    rows = house.read.notices.lines([notice])
    objections = house.read.objections.on([notice])
    said = _answers(house, found["village"], objections)
    changes = _changes(rows, house.read.notices.changes(notice), said)
    points = {row["line"]: row["points"] for row in rows}
    for change in changes:
        if change.version <= shown:
            points[change.line] = change.points
    places = {row["case_id"]: row["line"] for row in rows}
    same = ("village", "month", "number", "opens_on", "closes_on")
    return Listed(
        **{name: found[name] for name in same},
        id=notice,
        version=shown,
        versions=found["version"],
        lines=_lines(house, rows, points),
        changes=[change for change in changes if change.version <= shown],
        answers=[_answer(each, places, said) for each in objections if each["decided_on"]],
        waiting=sum(each["state"] in ("open", "appealed") for each in objections),
        hangs=found["state"] == "open" and found["closes_on"] >= today,
    )


def _lines(house: House, rows: list[dict[str, Any]], points: dict[int, int | None]) -> list[Line]:
    names = house.registry.masked_heads(row["household"] for row in rows)
    cases = [row["case_id"] for row in rows]
    sittings, scored = house.read.sittings.behind(cases), _scored(house, cases)
    return [
        Line(
            number=row["line"],
            household=row["household"],
            name=names.get(row["household"], ""),
            item=row["item"],
            points=points[row["line"]],
            was=row["points"],
            held=row["held"] > 0,
            review=_review(sittings.get(row["case_id"])),
            scored=scored.get(row["case_id"]),
        )
        for row in rows
    ]


def _review(sitting: dict[str, Any] | None) -> Review | None:
    if sitting is None:
        return None
    recused = len(sitting["recused"].split())
    return Review(sitting["body"], sitting["required"], sitting["present"], recused)


def _scored(house: House, cases: list[UUID]) -> dict[UUID, Scored]:
    """By case: the result that it was proposed for."""
    results = house.read.evaluations.behind(cases)
    seats = house.read.evaluations.seats({each["round_id"] for each in results.values()})
    return {
        case: Scored(
            each["median"],
            each["spread"],
            each["counted"],
            tuple(sorted(seats[each["round_id"]][judge] for judge in each["recused"].split())),
        )
        for case, each in results.items()
    }


def _answers(house: House, village: str, objections: list[dict[str, Any]]) -> dict[str, str]:
    """The published answer by objection; names and phones in it are masked."""
    notes = {each["answer"]: str(each["objection_id"]) for each in objections if each["answer"]}
    texts = Notes(house.county, house.vault).texts(list(notes)) if notes else {}
    masking = Masking(house.registry, village)
    return {notes[note]: masking.text(text) for note, text in texts.items()}


def _changes(
    rows: list[dict[str, Any]], changes: list[dict[str, Any]], said: dict[str, str]
) -> list[Change]:
    """In their order; each says what the line had before it."""
    now: dict[int, int | None] = {row["line"]: row["points"] for row in rows}
    told = []
    for each in changes:
        line, why = each["line"], said.get(each["objection"] or "", "")
        told.append(Change(each["version"], each["day"], line, now[line] or 0, each["points"], why))
        now[line] = each["points"]
    return told


def _answer(row: dict[str, Any], places: dict[UUID, int], said: dict[str, str]) -> Answer:
    return Answer(
        day=row["decided_on"],
        line=places.get(row["case_id"]),
        upheld=row["outcome"] == "upheld",
        text=said.get(str(row["objection_id"]), ""),
        final=row["state"] == "settled",
    )
