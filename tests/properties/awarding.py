"""From proposal to posting, step by step on both sides: part of the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.objection import DISMISSED, UPHELD
from points.rulebook import Rule
from points.scoring import Judge
from points.sitting import Minutes
from tests.properties.model import TARIFFS, Model
from tests.properties.procedure import SAT_ON, Board, Case, Objection, Sitting
from tests.support.cast import ADA, BEN, DORA, FAYE, NIGHT, QIAN, SUN, TINA, VILLAGE, ZHAO, ZOE
from tests.support.town import Town

A_FORTNIGHT = timedelta(days=14)
ANYBODY = Actor("anonymous", "public")
GAIL = Actor("gail", "village", VILLAGE)

WEDDING = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body="customs_council")
NEAR = "a member"
COUNCIL = (Judge("zhao", ZHAO), Judge(NEAR), Judge(ADA.id), *(Judge(f"c{n}") for n in (1, 2, 3)))
"""Six of nine; it is Ada who proposes."""

houses = st.sampled_from((ZHAO, QIAN, SUN))
signers = st.sampled_from((BEN, BEN, BEN, DORA, ADA, ZOE))
openers = st.sampled_from((FAYE, FAYE, FAYE, GAIL, BEN, ADA, ZOE))
threads = st.sampled_from((1, 1, 1, 3))
answers = st.sampled_from((None, "struck", 20, 60, 5))
"""Dismissed, or upheld: gone, or so many points instead."""


class Awarding:
    """What the machine does with cases, notices and objections."""

    town: Town
    model: Model
    both: Callable[..., Any]
    time_passes: Callable[..., None]

    @rule(
        house=houses,
        code=st.sampled_from((*TARIFFS, "E01", "G01", "C01", "V01")),
        points=st.sampled_from((2, 6, 7, 12, 20, 30)),
        ago=st.sampled_from((0, 0, 1, 40, 100)),
        earner=st.sampled_from((None, "p1", "p2")),
        again=st.sampled_from(("", "", "", "for another", "some time before")),
        signer=st.sampled_from((BEN, BEN, BEN, DORA, ADA, ZOE, None)),
        shown=st.sampled_from((True, True, True, False)),
        at_once=threads,
    )
    def credit(
        self,
        house: str,
        code: str,
        points: int,
        ago: int,
        earner: str | None,
        signer: Actor | None,
        again: str,
        shown: bool,
        at_once: int,
    ) -> None:
        """Proposed, and mostly signed in the same breath; `signer` None leaves it waiting, `shown`
        takes what was signed through its notice.

        `again`: the same rule once more, where the cap is another person's or period's.
        """
        tariff = TARIFFS[code]
        points = max(tariff.least, min(points, tariff.most))
        tries = [(earner, ago)]
        if again:
            tries.append(("p3", ago) if again == "for another" else (earner, ago + 40))
        cases = []
        for person, days in tries:
            occurred = self.town.today - timedelta(days=days)
            cases.append(Case(house, code, points, occurred, person, ADA.id))
            self._propose(cases[-1])
            if cases[-1].name and signer and code in SAT_ON:
                self._sit(cases[-1], signer, 3, at_once=at_once)
            elif cases[-1].name and signer:
                self._sign(cases[-1], signer, at_once)
        if shown:
            self._in_public(cases, at_once)

    @rule(house=houses, points=st.integers(10, 30), second=st.sampled_from((DORA, DORA, ZOE, BEN)))
    def fine(self, house: str, points: int, second: Actor) -> None:
        case = Case(house, "D02", -points, self.town.today, None, ADA.id)
        self._propose(case)
        for signer in (BEN, second):
            self._sign(case, signer)
        self._in_public([case])

    def _waiting(self, *states: str) -> list[str]:
        return sorted(name for name, case in self.model.cases.items() if case.state in states)

    @precondition(lambda self: self._waiting("proposed"))
    @rule(data=st.data(), signer=signers)
    def sign(self, data: st.DataObject, signer: Actor) -> None:
        name = data.draw(st.sampled_from(self._waiting("proposed")))
        self._sign(self.model.cases[name], signer)

    def _propose(self, case: Case) -> None:
        proposal = Proposal(case.house, case.rule, case.occurred, case.points, earner=case.earner)
        made = self.both(ADA, "propose", lambda: self.model.propose(case), proposal)
        if made:
            case.name = str(made)
            self.model.cases[case.name] = case

    def _sign(self, case: Case, signer: Actor, at_once: int = 1) -> None:
        wanted = lambda: self.model.sign(case, signer.id)  # noqa: E731
        self.both(signer, "sign", wanted, UUID(case.name), at_once=at_once)

    @rule(
        data=st.data(),
        house=houses,
        signer=signers,
        in_favour=st.integers(1, 6),
        fresh=st.sampled_from((True, True, False)),
        again=st.sampled_from((False, False, False, True)),
        shown=st.booleans(),
        at_once=threads,
    )
    def sit(
        self,
        data: st.DataObject,
        house: str,
        signer: Actor,
        in_favour: int,
        fresh: bool,
        again: bool,
        shown: bool,
        at_once: int,
    ) -> None:
        """A body decides a case, also one that is decided; `again`: by minutes that were entered
        already."""
        names = [
            name
            for name in self._waiting("proposed", "reviewed", "refused")
            if self.model.cases[name].rule in SAT_ON
        ]
        if fresh or not names:
            case = Case(house, WEDDING.code, 30, self.town.today, None, ADA.id)
            self._propose(case)
        else:
            case = self.model.cases[data.draw(st.sampled_from(names))]
        self._sit(case, signer, in_favour, again=again, at_once=at_once)
        if shown:
            self._in_public([case])

    def _sit(
        self, case: Case, signer: Actor, in_favour: int, *, again: bool = False, at_once: int = 1
    ) -> None:
        known = sorted(self.model.minutes)
        number = known[0][0] if again and known else f"{case.name} {len(known)}"
        today = self.town.today
        self.both(
            signer,
            "hold_sitting",
            lambda: self.model.sit(case, signer.id, Sitting(number, in_favour, today.year)),
            Minutes(VILLAGE, WEDDING.body, today, number, "会议室", 9, COUNCIL),
            {UUID(case.name): in_favour},
            at_once=at_once,
        )

    @rule(house=houses)
    def near(self, house: str) -> None:
        """A member becomes a relative of a household, or is none any more."""
        if house in self.model.near:
            self.both(TINA, "end_kin", lambda: self.model.near.remove(house), NEAR, house)
        else:
            self.both(TINA, "declare_kin", lambda: self.model.near.add(house), NEAR, house, "other")

    # In public.

    @precondition(lambda self: self._waiting("reviewed", "proposed"))
    @rule(data=st.data(), opener=openers, last_month=st.booleans(), at_once=threads)
    def hang_up(self, data: st.DataObject, opener: Actor, last_month: bool, at_once: int) -> None:
        """Credits together, a deduction alone."""
        waiting = self._waiting("reviewed", "reviewed", "proposed")
        first = self.model.cases[data.draw(st.sampled_from(waiting))]
        cases = [first]
        if first.points > 0:
            more = [self.model.cases[name] for name in self._waiting("reviewed")]
            cases += [case for case in more if case.points > 0 and case is not first]
        self._hang_up(cases, opener, last_month=last_month, at_once=at_once)

    def _in_public(self, cases: Sequence[Case], at_once: int = 1) -> None:
        """What was reviewed is hung up, and posted when its days are over."""
        cases = [case for case in cases if case.state == "reviewed"]
        for shown in [[case for case in cases if case.points > 0]] + [
            [case] for case in cases if case.points < 0
        ]:
            if shown:
                over = all(case.occurred < self.town.today.replace(day=1) for case in shown)
                self._hang_up(shown, FAYE, last_month=over)
        self.time_passes(A_FORTNIGHT)
        self.due(at_once)

    def _hang_up(
        self, cases: Sequence[Case], opener: Actor, *, last_month: bool, at_once: int = 1
    ) -> None:
        first = self.town.today.replace(day=1)
        month = (first - timedelta(days=1) if last_month else first).isoformat()[:7]
        board = Board(opener.id, month, self.town.today)
        self.both(
            opener,
            "open_notice",
            lambda: self.model.hang_up(board, cases),
            VILLAGE,
            month,
            [UUID(case.name) for case in cases],
            at_once=at_once,
        )

    @rule(at_once=threads)
    def due(self, at_once: int) -> None:
        """The job that comes every night, or several of it at once."""
        job = self.town.by(NIGHT)
        with ThreadPoolExecutor(at_once) as pool:
            runs = [pool.submit(job.close_and_post, self.town.today) for _ in range(at_once)]
        assert all(run.result().waits == 0 for run in runs)
        self.model.due()

    # Objections.

    @precondition(lambda self: self._waiting("on_notice"))
    @rule(data=st.data(), at_once=threads, answer=st.one_of(st.none(), answers), by=openers)
    def object_to(self, data: st.DataObject, at_once: int, answer: Any, by: Actor) -> None:
        """To a line that hangs, or hung; and it may be decided in the same breath."""
        case = self.model.cases[data.draw(st.sampled_from(self._waiting("on_notice")))]
        objection = self._object_to(case, at_once)
        if objection.name and answer:
            self._answer_objection(objection, by, answer, "open")

    @rule(
        house=houses,
        other=houses,
        points=st.sampled_from((20, 35)),
        by=st.sampled_from((GAIL, GAIL, GAIL, FAYE)),
        answer=st.sampled_from(("none yet", None, None, "struck", 20, 60)),
        days=st.sampled_from((0, 3, 14, 14)),
        at_once=threads,
    )
    def doubted(
        self, house: str, other: str, points: int, by: Actor, answer: Any, days: int, at_once: int
    ) -> None:
        """Two credits hang on one notice, somebody objects to one of them, and some days pass."""
        last = self.town.today.replace(day=1) - timedelta(days=1)
        cases = [
            Case(home, "E01", worth, last, None, ADA.id)
            for home, worth in ((house, points), (other, points + 7))
        ]
        for case in cases:
            self._propose(case)
            self._sign(case, BEN)
        self._hang_up(cases, FAYE, last_month=True)
        objection = self._object_to(cases[0])
        if answer != "none yet":
            self._answer_objection(objection, by, answer, "open")
        self.time_passes(timedelta(days=days))
        self.due(at_once)

    def _object_to(self, case: Case, at_once: int = 1) -> Objection:
        """It has a name where it was filed."""
        row = self.town.read.cases.one(UUID(case.name))
        assert row
        lines = self.town.read.notices.lines([row["notice_id"]])
        line = next(each["line"] for each in lines if str(each["case_id"]) == case.name)
        objection = Objection(case)
        made = self.both(
            ANYBODY,
            "object_to",
            lambda: self.model.object_to(objection),
            row["notice_id"],
            about="line",
            line=line,
            text="那天没有他",
            way="page",
            at_once=at_once,
        )
        if made:
            objection.name = str(made)
        return objection

    @precondition(lambda self: self.model.objections)
    @rule(
        data=st.data(),
        person=st.sampled_from((GAIL, GAIL, FAYE, ADA, ZOE)),
        answer=answers,
        stage=st.sampled_from(("open", "open", "decided", "appealed", "appealed")),
    )
    def go_on(self, data: st.DataObject, person: Actor, answer: Any, stage: str) -> None:
        """Decide it, take it further, or settle it: also where it is not its turn."""
        its_turn = [one for one in self.model.objections if one.state == stage]
        objection = data.draw(st.sampled_from(its_turn or self.model.objections))
        if stage == "decided":
            wanted = lambda: self.model.appeal(objection)  # noqa: E731
            self.both(ANYBODY, "appeal_objection", wanted, UUID(objection.name), text="不服")
        else:
            who = TINA if stage == "appealed" else person
            self._answer_objection(objection, who, answer, stage)

    def _answer_objection(
        self, objection: Objection, person: Actor, answer: Any, stage: str
    ) -> None:
        points = answer if isinstance(answer, int) else None
        if points and objection.case.points < 0:
            points = -points
        again, before, case = None, objection.state, objection.case
        if points and case.state == "refused" and stage != "open":
            again = Case(case.house, case.rule, points, case.occurred, case.earner, person.id)
        self.both(
            person,
            "decide_objection" if stage == "open" else "settle_objection",
            lambda: self.model.answer_objection(
                objection, person.id, points, upheld=answer is not None, stage=stage, again=again
            ),
            UUID(objection.name),
            Answer(UPHELD if answer else DISMISSED, "查过了", points),
        )
        if again and objection.state != before:
            row = self.town.read.objections.one(UUID(objection.name))
            assert row
            again.name, again.again_for = str(row["new_case"]), case
            self.model.cases[again.name] = again

    # What always holds.

    def _awarded_by_three(self) -> None:
        """No credit without a closed notice, none twice, none by two people only."""
        rows = [row for row in self.town.read.cases.every() if row["state"] == "posted"]
        sat = self.town.read.sittings.behind([row["case_id"] for row in rows])
        assert {row["case_id"] for row in rows if row["rule"] in SAT_ON} == set(sat)
        assert all(each["agreed"] and each["counted"] >= 3 for each in sat.values())
        shown = {each["notice_id"]: each for each in self.town.read.notices.every()}
        for row in rows:
            notice = shown[row["notice_id"]]
            people = [row["proposer"], *row["signers"].split(), notice["opened_by"]]
            assert notice["state"] == "closed"
            assert len(people) == len(set(people)) == 2 + row["signatures_needed"]
        events = self.town.ledger.recorder.select_notifications(1, 1_000_000)
        posted = Counter(each.originator_id for each in events if each.topic == "award.posted")
        assert posted == Counter(row["case_id"] for row in rows)
        entries = Counter(
            line["ref"]
            for house in self.model.houses
            for line in self.town.read.entries.latest(house, limit=10_000)
            if line["kind"] in ("credit", "deduction")
        )
        assert entries == Counter(str(row["case_id"]) for row in rows)
