"""Which of the mandates that came with a request belongs to a save (`points/mandates.py`)."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

from points.envelope import Envelope, current
from points.mandates import (
    Mandate,
    MandateBad,
    MandateKeyUnknown,
    MandateMissing,
    MandateOther,
    claims_of,
)
from points.store.county import County
from points.store.recorded import Stored
from points.store.signing import is_signed
from points.views import Reads


class Mandating:
    """Part of the ledger."""

    county: County
    read: Reads

    def mandated(self, stored: list[Stored]) -> list[Stored]:
        """The events of one save, the first with the mandate for them if there must be one.

        Raises `MandateMissing`, `MandateBad`, `MandateOther` or `MandateKeyUnknown`.
        """
        claims = claims_of(each.event for each in stored)
        if not claims:
            return stored
        envelope = current()
        device = self.read.keys.device_of(envelope.actor.id)
        if device is None and not envelope.mandates:
            return stored
        first, found = stored[0], self._chosen(envelope, claims, device)
        assert first.stamp is not None
        return [replace(first, stamp=first.stamp._replace(mandate=found)), *stored[1:]]

    def _chosen(
        self, envelope: Envelope, claims: tuple[str, ...], device: dict[str, Any] | None
    ) -> str:
        """The mandate for these claims, checked."""
        given = {written: Mandate.parse(written) for written in envelope.mandates}
        if device is None:
            raise MandateKeyUnknown
        if not given:
            raise MandateMissing(name=device["name"])
        for written, mandate in given.items():
            if mandate.claims == claims:
                self._check(mandate, envelope, device)
                return written
        raise MandateOther

    def _check(self, mandate: Mandate, envelope: Envelope, device: dict[str, Any]) -> None:
        if mandate.key != device["key_id"]:
            raise MandateKeyUnknown
        meant = (mandate.county, mandate.actor, mandate.nonce.partition("/")[0])
        public, text = b64decode(device["public_key"]), mandate.text.encode()
        if meant != (self.county.code, envelope.actor.id, envelope.nonce) or not is_signed(
            device["algorithm"], public, text, mandate.signature
        ):
            raise MandateBad
