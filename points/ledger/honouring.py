"""Use cases of honours: a family's consent before, a plaque after, its inspection and its end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.award import AwardCase
from points.consent import Consent, ConsentMissing
from points.envelope import current
from points.ledger.base import command, first_id, no_answer
from points.ledger.sitting import Sittings
from points.showcase import NoPlaqueYet, PlaqueUnfit, Showcase, UnknownShowcase


class Honouring(Sittings):
    @command(no_answer)
    def give_consent(self, household: str, rule: str, *, note: str) -> None:
        """The family agrees to an honour by this rule; `note`: who of it said so.

        Raises `UnknownAccount`, `UnknownRule` or `ReasonMissing`.
        """
        self.account(household)
        self.rule_on(current().today, rule)
        said = self._reason(household, note)
        found = self.load(Consent, Consent.id_of(household, rule)) or Consent.start(household, rule)
        found.give(note=said.id, note_digest=said.digest)
        self.save(found, also=[said.store])

    @command(no_answer)
    def withdraw_consent(self, household: str, rule: str) -> None:
        """Raises `ConsentMissing`."""
        found = self.load(Consent, Consent.id_of(household, rule))
        if found is None:
            raise ConsentMissing(household=household, rule=rule)
        found.withdraw()
        self.save(found)

    @command(first_id)
    def grant_plaque(self, case_id: UUID, *, plaque: str, valid_from: date, valid_to: date) -> UUID:
        """For a case of C03 that was posted; returns the show-case household's id.

        Raises `UnknownCase`, `NoPlaqueYet`, `PlaqueUnfit`, `OwnHousehold` or `Relative`.
        """
        case = self._open_case(case_id)
        self.not_for_kin(case.household)
        with self.turn("plaques"):
            made = self._plaque(case, plaque, valid_from, valid_to)
            if case.state != "posted" or self.load(Showcase, made.id) is not None:
                raise NoPlaqueYet(case=str(case_id))
            if self.read.showcases.has_plaque(made.plaque):
                raise PlaqueUnfit(plaque=made.plaque)
            self.save(made)
        return made.id

    @command(no_answer)
    def reinspect(self, showcase_id: UUID, *, passed: bool, note: str = "") -> None:
        """Raises `UnknownShowcase`, `ShowcaseOver`, `OwnHousehold` or `Relative`; `ReasonMissing`
        where what was found wanting is not written down."""
        found = self.showcase(showcase_id)
        self.not_for_kin(found.household)
        said = self.note(found.household, note) if passed else self._reason(found.household, note)
        found.reinspect(
            passed=passed,
            note=said.id if said else None,
            note_digest=said.digest if said else None,
        )
        self.save(found, also=[said.store] if said else [])

    @command(no_answer)
    def ask_revocation(self, showcase_id: UUID, *, why: str, note: str) -> None:
        """Raises `UnknownShowcase`, `ReasonMissing`, and what the show-case refuses."""
        found = self.showcase(showcase_id)
        said = self._reason(found.household, note)
        found.ask_revocation(why, note=said.id, note_digest=said.digest)
        self.save(found, also=[said.store])

    @command(no_answer)
    def revoke_plaque(self, showcase_id: UUID) -> None:
        """Another person signs; raises `NotAsked`, `SamePerson`, `OwnHousehold`, `Relative`."""
        found = self.showcase(showcase_id)
        self.not_for_kin(found.household)
        found.revoke()
        self.save(found)

    @command(no_answer)
    def keep_plaque(self, showcase_id: UUID) -> None:
        """Another person says that it stays; raises like `revoke_plaque`."""
        found = self.showcase(showcase_id)
        self.not_for_kin(found.household)
        found.keep()
        self.save(found)

    def showcase(self, showcase_id: UUID) -> Showcase:
        """Raises `UnknownShowcase`."""
        found = self.load(Showcase, showcase_id)
        if found is None:
            raise UnknownShowcase(showcase=str(showcase_id))
        return found

    def _plaque(self, case: AwardCase, plaque: str, valid_from: date, valid_to: date) -> Showcase:
        return Showcase.grant(
            str(case.id),
            household=case.household,
            rule=case.rule,
            plaque=plaque,
            valid_from=valid_from,
            valid_to=valid_to,
        )
