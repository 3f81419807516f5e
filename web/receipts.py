"""What a shop promises with a receipt, and what its code says when somebody checks it.

The code, the address in the printed picture and the signed promise are made from the stored
record, so that they are the same whenever they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from uuid import UUID

import segno

from points.audit.proof import Proof
from points.audit.receipts import MERGE_WITHIN, Code, Promise, digest_of
from points.audit.strict import Unproven
from points.audit.tree import leaf_hash
from points.redemption import Redemption
from points.store.recorded import Notified
from points.store.records import leaf, line
from web.wiring import House

YES, EARLY, LATE, NO, ALTERED = "yes", "early", "late", "no", "altered"


@dataclass(frozen=True)
class Finding:
    """What a code says. `verdict`: the log has it (`YES`); not yet, and its time has not run out
    (`EARLY`) or has (`LATE`); there is no such record (`NO`); the log holds another (`ALTERED`).

    Without names and household: whoever finds a slip learns what the slip says, and no more.
    """

    verdict: str
    code: Code
    promise: Promise | None = None
    shop: str = ""
    state: str = ""


def promises(house: House, redemptions: Iterable[UUID]) -> dict[UUID, Promise]:
    """What these redemptions' receipts promise."""
    found = house.ledger.records(redemptions)
    return {each: _promise(house, *record) for each, record in found.items()}


def handed_out(house: House, promise: Promise) -> dict[str, Any]:
    """What goes out with the answer to a till: the code, its address, and the signed promise."""
    signer = house.ledger.signer
    return {
        "code": str(promise.code),
        "url": address(house, promise.code),
        "event": promise.event_id,
        "promise": promise.signed(signer) if signer else "",
    }


def address(house: House, code: Code) -> str:
    """Short, and in capitals: that makes a coarser, tougher picture."""
    return f"{house.settings.base_url.upper()}/R/{code.plain}"


def picture(house: House, code: Code) -> str:
    """The address as SVG, to be printed on the slip."""
    made = segno.make(address(house, code), error="m", mask=3, micro=False)
    drawn = BytesIO()
    made.save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
    return drawn.getvalue().decode()


def checked(house: House, typed: str) -> Finding:
    """What a code says now; raises `Unproven` where it is none."""
    code = Code.read(typed)
    event = _event(house, code)
    if event is None:
        return Finding(NO, code)
    promise = _promise(house, event, house.ledger.mapper.to_domain_event(event))
    row = house.read.redemptions.by_receipt(promise.receipt_no) or {}
    shop = house.read.shops.one(row.get("shop", "")) or {}
    verdict = _in_log(house, event)
    return Finding(verdict, code, promise, shop.get("name", ""), row.get("state", ""))


def proof_of(house: House, finding: Finding) -> str:
    """The proof that the log has it, the record's digest with it: with that and the code it is
    checked without asking anybody. Raises `NotPublished` until a checkpoint covers it."""
    if finding.promise is None:
        raise Unproven("nothing was promised")
    proof = Proof.parse(house.log.proof(finding.code.event_id))
    return str(replace(proof, extra=finding.promise.digest))


def note_of(house: House, finding: Finding) -> str:
    """The signed promise again; raises `Unproven` where there is none."""
    signer = house.ledger.signer
    if finding.promise is None or signer is None:
        raise Unproven("nothing was promised")
    return finding.promise.signed(signer)


def _event(house: House, code: Code) -> Notified | None:
    """The record of this code, if it is still the one that the code was made of."""
    found = house.ledger.recorder.select_notifications(code.event_id, 1, stop=code.event_id)
    for event in found:
        if event.topic == Redemption.Created.TOPIC and event.stamp and code.is_of(event):
            return event
    return None


def _in_log(house: House, event: Notified) -> str:
    if event.id <= house.log.size:
        return YES if house.log.leaf(event.id - 1) == leaf_hash(leaf(line(event))) else ALTERED
    assert event.stamp is not None
    return EARLY if house.clock() - event.stamp.instant <= MERGE_WITHIN else LATE


def _promise(house: House, event: Notified, said: Any) -> Promise:
    assert event.stamp is not None
    return Promise(
        house.log.origin,
        event.id,
        digest_of(event),
        said.receipt_no,
        said.points,
        event.stamp.at,
    )
