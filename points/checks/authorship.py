"""Every save is signed (features.csv P4): what was put in by SQL has no key to show. And where
the person has a device that signs, what is recorded is what it signed."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from points.checks.findings import Finding
from points.checks.keys import Key, is_right, made
from points.checks.saves import Known, Save
from points.mandates import Mandate, MandateBad, claims_of
from points.signing_key import PROCESS, SigningKey
from points.store.signing import is_signed, save_text

AUTHORSHIP = "authorship"


def look_at_signature(save: Save, known: Known) -> Iterator[Finding]:
    """What a save says of keys is believed only if the save itself is signed as it must be: a
    key that was put in by SQL signs nothing, and one that SQL revoked still does."""
    if known.keys.just and (stamp := save.reads[0].stamp):
        known.keys.come_to(stamp.instant)
    found = [*_wrong(save, known), *_not_hers(save, known), *_keys(save)]
    if not found:
        for read in save.reads:
            known.keys.learn(read)
    yield from found


def _wrong(save: Save, known: Known) -> Iterator[Finding]:
    """The first event carries a signature over all of them, by a key in force; the others none.

    The very first key signs its own registration. A history that knows no key yet is not signed:
    whether it should be, its policy file says.
    """
    first, place = save.reads[0], save.reads[0].place
    for read in save.reads[1:]:
        if read.stamp and (read.stamp.key_id or read.stamp.signature):
            yield Finding(AUTHORSHIP, read.place, "only the first event of a save is signed")
    stamp = first.stamp
    if stamp is None or not (stamp.key_id or stamp.signature or known.keys.ever):
        return
    if not stamp.key_id or not stamp.signature:
        yield Finding(AUTHORSHIP, place, "nobody signed it")
        return
    key = known.keys.signs_saves(stamp.key_id) or _own(save, known)
    if key is None:
        yield Finding(AUTHORSHIP, place, f"the key {stamp.key_id} may not sign here")
        return
    text = save_text(known.county, [read.stored for read in save.reads])
    if not is_signed(key.algorithm, key.public, text, stamp.signature):
        yield Finding(AUTHORSHIP, place, "its signature is of something else")


def _not_hers(save: Save, known: Known) -> Iterator[Finding]:
    """The mandate of a save is of its actor's device and says what was recorded, once."""
    stamp, place = save.reads[0].stamp, save.reads[0].place
    claims = claims_of(read.event for read in save.reads if read.event)
    if stamp is None or not (claims or stamp.mandate):
        return
    devices = known.keys.devices_of(stamp.actor)
    if stamp.mandate is None:
        if any(map(known.keys.must_sign, devices)):
            yield Finding(AUTHORSHIP, place, "her device did not sign it")
        return
    try:
        mandate = Mandate.parse(stamp.mandate)
    except MandateBad:
        yield Finding(AUTHORSHIP, place, "its mandate cannot be read")
        return
    key = next((key for key in devices if key.id == mandate.key), None)
    text = mandate.text.encode()
    spent = sha256(text).digest()[:16]
    if key is None or not known.keys.may_sign(key):
        yield Finding(AUTHORSHIP, place, f"the device {mandate.key} may not sign for her")
    elif not is_signed(key.algorithm, key.public, text, mandate.signature):
        yield Finding(AUTHORSHIP, place, "the device signed something else")
    elif (mandate.county, mandate.actor, mandate.claims) != (known.county, stamp.actor, claims):
        yield Finding(AUTHORSHIP, place, "its mandate is for something else")
    elif spent in known.keys.spent:
        yield Finding(AUTHORSHIP, place, "its mandate was used before")
    known.keys.spent.add(spent)


def _keys(save: Save) -> Iterator[Finding]:
    for read in save.of(SigningKey.Created):
        if not is_right(read):
            yield Finding(AUTHORSHIP, read.place, "a key that is not hers, or not new")


def _own(save: Save, known: Known) -> Key | None:
    """The key that this save registers, if it is the first of all."""
    event, stamp = save.reads[0].event, save.reads[0].stamp
    if known.keys.ever or not isinstance(event, SigningKey.Created) or stamp is None:
        return None
    own = event.kind == PROCESS and event.key_id == stamp.key_id
    return made(event) if own else None
