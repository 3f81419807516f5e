"""Credits: proposed by one, reviewed by another; posted after their notice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from points.award import AwardCase, UnknownCase
from points.ledger import Proposal
from web.access.authorize import at_household
from web.access.declared import in_body, needs
from web.access.find import case, full_number
from web.access.gate import check
from web.api.blueprint import ApiBlueprint
from web.api.schemas import CaseShown, CreditWish, Nothing
from web.http.envelopes import once
from web.wiring import house

api = ApiBlueprint("api_credits", __name__)


@api.post("/credits")
@needs("award.propose", of=in_body)
@api.arguments(CreditWish)
@api.response(202, CaseShown)
def propose(wish: dict[str, Any]) -> Any:
    """Propose a credit; it waits for another person's review and for its notice, and cannot be
    spent before.

    An Idempotency-Key is honoured and not required.
    """
    number = full_number(wish["household"])
    check("award.propose", at_household(number))
    with once(wish):
        proposed = house().ledger.propose(Proposal(**wish | {"household": number}))
    return _shown(proposed)


@api.post("/credits/<uuid:case>/signature")
@needs("award.sign", of=case())
@api.arguments(Nothing, required=False)
@api.response(200, CaseShown)
def sign(wish: dict[str, Any], case: UUID) -> Any:
    """Another person's signature; with the last one needed it may be hung up."""
    with once(wish):
        house().ledger.sign(case)
    return _shown(case)


def _shown(case_id: UUID) -> dict[str, Any]:
    found = house().ledger.load(AwardCase, case_id)
    if found is None:
        raise UnknownCase(case=str(case_id))
    return {
        "id": case_id,
        "household": found.household,
        "rule": found.rule,
        "points": found.points,
        "state": found.state,
        "signatures_missing": found.signatures_needed - len(found.signers),
    }
