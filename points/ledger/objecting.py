"""Use cases of objections: filed by anybody, decided by another, taken to the township once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from points.account import AlreadyReversed
from points.award import AwardCase, UnknownCase
from points.ledger.awards import Proposal
from points.ledger.base import UnknownAccount, command, first_id, no_answer
from points.ledger.doubting import Doubting
from points.notice import Notice
from points.objection import (
    LINE,
    MISSING,
    UPHELD,
    MadeGood,
    MoreThanHung,
    Objection,
    OtherHousehold,
    UnknownObjection,
)
from points.paper import importer_in
from points.store.notes import Note
from points.store.reading import streams
from points.undo import Undo, UndoAsked, UndoClosed


@dataclass(frozen=True)
class Answer:
    """`outcome`: upheld or dismissed; `text` is published. Upheld: the line gets other `points`,
    or (None) is struck; what was missing is proposed as `instead` and goes the usual way, as does a
    line that a first answer struck and the last one gives `points`."""

    outcome: str
    text: str
    points: int | None = None
    instead: Proposal | None = None


def _again(case: AwardCase, points: int) -> Proposal:
    """A case that was struck, proposed once more with other points or the same."""
    day = date.fromisoformat(case.occurred_on)
    return Proposal(
        case.household, case.rule, day, points, earner=case.earner, photos=tuple(case.photos)
    )


class Objecting(Doubting):
    @command(first_id)
    def object_to(
        self,
        notice_id: UUID,
        *,
        about: str,
        text: str,
        way: str,
        line: int | None = None,
        household: str | None = None,
        by: str | None = None,
    ) -> UUID:
        """File an objection while the notice hangs; it holds its own line and no other.

        `about`: "line" (then `line`, as numbered on the list) or "missing" (then `household`, whose
        points are missing). `by`: who objects, None without a name. Returns its id.

        Raises `UnknownNotice`, `NoticeClosed`, `UnknownCase`, `OutcomeUnknown`, `ReasonMissing`,
        `TooManyToday` or `TooManyUnnamed`.
        """
        notice = self.notice(notice_id)
        notice.check_open()
        case = self._case_on(notice, line) if about == LINE else None
        if about == MISSING:
            self._of_village(notice.village, household)
        about_whom = case.household if case else household
        self.not_too_many(notice.village, by, way)
        note = self._reason(about_whom or notice.village, text)
        objection = Objection.file(
            self.new_id(),
            village=notice.village,
            about=about,
            way=way,
            calendar=self.days_declared(),
            notice=str(notice.id),
            case=str(case.id) if case else None,
            entry=None,
            household=about_whom,
            by=by,
            note=note.id,
            note_digest=note.digest,
        )
        if case:
            case.hold(objection.id)
        self.save(objection, *([case] if case else []), also=[note.store])
        return objection.id

    @command(no_answer)
    def decide_objection(self, objection_id: UUID, answer: Answer) -> None:
        """The first answer. The line it held goes on once no appeal can come any more.

        Raises `UnknownObjection`, `ObjectionClosed`, `OutcomeUnknown`, `ReasonMissing`,
        `SamePerson`, `OwnHousehold`, `PointsNotInRule`, `MadeGood`, `OtherHousehold`, and what
        `propose` raises.
        """
        objection, case = self._with_case(objection_id)
        objection.check_in("open")
        self.not_for_kin(*self._concerned(objection))
        with self.turn(f"answers {objection.village}"):
            note, made = self._note_on(objection, answer.text), self._instead(objection, answer)
            until = objection.decide(
                answer.outcome,
                involved=self._involved(objection, case),
                calendar=self.days_declared(),
                points=answer.points,
                case=str(made.id) if made else None,
                note=note.id,
                note_digest=note.digest,
            )
            self._carry_answer_out(objection, case, answer, made, until.isoformat(), note)

    @command(no_answer)
    def appeal_objection(self, objection_id: UUID, *, text: str) -> None:
        """To the township; the line is held again. Raises `UnknownObjection`, `ObjectionClosed`,
        `AppealTooLate` or `ReasonMissing`."""
        objection, case = self._with_case(objection_id)
        note = self._note_on(objection, text)
        objection.appeal(calendar=self.days_declared(), note=note.id, note_digest=note.digest)
        held = [case] if case and case.state == "on_notice" else []
        for each in held:
            each.hold(objection.id)
        self.save(objection, *held, also=[note.store])

    @command(no_answer)
    def settle_objection(self, objection_id: UUID, answer: Answer) -> None:
        """The township's answer, which is the last; raises like `decide_objection`, and
        `TownshipDecides` or `FirstAnswerStands`."""
        objection, case = self._with_case(objection_id)
        objection.check_in("appealed")
        self.not_for_kin(*self._concerned(objection))
        with self.turn(f"answers {objection.village}"):
            note = self._note_on(objection, answer.text)
            made = self._instead(objection, answer, case)
            objection.settle(
                answer.outcome,
                involved=self._involved(objection, case),
                points=answer.points,
                case=str(made.id) if made else None,
                note=note.id,
                note_digest=note.digest,
            )
            self._carry_answer_out(objection, case, answer, made, "", note)

    def _of_village(self, village: str, household: str | None) -> None:
        """Something is missing for one of the village's households; raises `UnknownAccount`."""
        if household is None or household.partition("-")[0] != village:
            raise UnknownAccount(household=household)
        self.account(household)

    def objection(self, objection_id: UUID) -> Objection:
        """Raises `UnknownObjection`."""
        found = self.load(Objection, objection_id)
        if found is None:
            raise UnknownObjection(objection=str(objection_id))
        return found

    def _with_case(self, objection_id: UUID) -> tuple[Objection, AwardCase | None]:
        found = self.objection(objection_id)
        return found, self.load(AwardCase, UUID(found.case)) if found.case else None

    def _case_on(self, notice: Notice, line: int | None) -> AwardCase:
        """Raises `UnknownCase`."""
        for each in notice.lines:
            if each["line"] == line:
                return self._open_case(UUID(each["case"]))
        raise UnknownCase(case=str(line))

    def _note_on(self, objection: Objection, text: str) -> Note:
        """Raises `ReasonMissing`."""
        return self._reason(objection.household or objection.village, text)

    def kept_out(self, objection_id: UUID) -> set[str]:
        """Ids of those who answer nothing of it now: who acted in what it is about, who filed it or
        wrote it down, and who gave the first answer. Raises `UnknownObjection`."""
        objection, case = self._with_case(objection_id)
        filed = (each for each in (objection.by, objection.entered_by) if each)
        return {*self._involved(objection, case), *objection.deciders, *filed}

    def _involved(self, objection: Objection, case: AwardCase | None) -> tuple[str, ...]:
        """Who proposed, reviewed or hung up what it is about, posted it without a notice, or had a
        part in undoing it."""
        people: tuple[str, ...] = ()
        if objection.entry:
            case = case or self._case_of(objection.entry)
            people = self._undone_by(objection.entry)
            people += () if case else self._entered_by(objection)
        people += (case.proposer, *case.signers) if case else ()
        where = case.notice if case else objection.notice
        return (*people, self.notice(UUID(where)).opened_by) if where else people

    def _undone_by(self, entry: str) -> tuple[str, ...]:
        """Who asked to undo an entry, and who signed or refused."""
        with self.county.read() as sql:
            found = streams(sql, [Undo.id_of(kind, entry) for kind in ("credit", "deduction")])
        stamps = (event.stamp for events in found.values() for event in events)
        return tuple(stamp.actor for stamp in stamps if stamp)

    def _entered_by(self, objection: Objection) -> tuple[str, ...]:
        """Who posted an opening entry or base points, and who read in the register it stands in."""
        lines = self.read.entries.on([objection.entry or ""])
        found = [self.recorded(one["id"]) for one in lines if one["kind"] in ("opening", "base")]
        people = ((each.stamp.actor, importer_in(each.stamp.reason)) for each in found if each)
        return tuple(name for both in people for name in both if name)

    def _case_of(self, entry: str) -> AwardCase | None:
        """The case that an entry posted; openings and base points have none."""
        try:
            return self.load(AwardCase, UUID(entry))
        except ValueError:
            return None

    def _concerned(self, objection: Objection) -> list[str]:
        """Whose points it is about, and who objects, as far as it is known."""
        return [each for each in (objection.household, objection.by) if each]

    def _instead(
        self, objection: Objection, answer: Answer, case: AwardCase | None = None
    ) -> AwardCase | None:
        """The case that an upheld objection opens; its evidence is the objection's. `case`: the one
        that it struck, where the last answer may bring it back. Raises `MadeGood` or
        `OtherHousehold`."""
        wanted = answer.instead
        if case is not None and case.state == "refused" and answer.points is not None:
            wanted = _again(case, answer.points)
        if wanted is None or answer.outcome != UPHELD:
            return None
        row = self.read.objections.one(objection.id)
        if wanted.household != objection.household:
            raise OtherHousehold(household=objection.household)
        day, made_good = wanted.occurred_on.isoformat(), self.read.objections.made_good
        if row and (standing := made_good(row, wanted.rule, day, wanted.earner)):
            raise MadeGood(case=str(standing), item=self._open_case(standing).item)
        linked = replace(wanted, objection=str(objection.id), evidence="")
        ((made, _),) = self._opened([linked])
        return made

    def _carry_answer_out(
        self,
        objection: Objection,
        case: AwardCase | None,
        answer: Answer,
        made: AwardCase | None,
        post_after: str,
        note: Note,
    ) -> None:
        """What the answer does to the line that was held or the entry, in the same save."""
        changed: list[AwardCase | Notice | Undo] = [made] if made else []
        hooks = [note.store]
        if objection.entry and answer.outcome == UPHELD:
            with suppress(AlreadyReversed, UndoAsked, UndoClosed):
                undo, reason = self._taken_back(objection, answer.text)
                changed, hooks = [*changed, undo], [*hooks, reason.store]
        if case is not None and case.state == "on_notice":
            notice = self.notice(UUID(case.notice))
            upheld = answer.outcome == UPHELD
            if upheld and answer.points is None:
                case.strike(note=note.id, note_digest=note.digest)
            else:
                points = self._points(case, notice, answer.points) if upheld else None
                case.release(objection.id, post_after=post_after, points=points)
            if upheld:
                line = notice.line_of(str(case.id))
                notice.correct(line, points=answer.points, objection=str(objection.id))
            changed += [case, notice]
        self.save(objection, *changed, also=hooks)

    def _taken_back(self, objection: Objection, reason: str) -> tuple[Undo, Note]:
        """The entry was wrong: its reversal is asked with the answer, and another person signs."""
        assert objection.entry is not None
        assert objection.household is not None
        return self.new_reversal(objection.household, entry=objection.entry, reason=reason)

    def _points(self, case: AwardCase, notice: Notice, points: int | None) -> int:
        """Never more than hung: more would be seen by nobody. Raises `PointsNotInRule` or
        `MoreThanHung`."""
        rule, _ = self.rule_book().rule_of(case.rule_version, case.rule)
        wanted = rule.points_for(points, None)
        hung = notice.lines[notice.line_of(str(case.id)) - 1]["points"]
        if abs(wanted) > abs(hung):
            raise MoreThanHung(hung=hung, points=wanted)
        return wanted
