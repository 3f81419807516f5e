"""Which of the mandates that came with a request belongs to a save (`points/mandates.py`)."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable
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

REMEMBERED_S = 20
"""How long it is remembered which device signs for somebody. Another process may register or revoke
one meanwhile; the minute of grace (`points/mandates.py`) is longer."""

PEOPLE_MAX = 10_000


class Devices:
    """Which device signs for whom, asked anew after `REMEMBERED_S`."""

    def __init__(self, ask: Callable[[str], dict[str, Any] | None]) -> None:
        self._ask = ask
        self._known: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def of(self, holder: str) -> dict[str, Any] | None:
        then, device = self._known.get(holder, (0.0, None))
        if then and time.monotonic() - then < REMEMBERED_S:
            return device
        if len(self._known) >= PEOPLE_MAX:
            self._known.clear()
        device = self._ask(holder)
        self._known[holder] = (time.monotonic(), device)
        return device

    def forget(self, holder: str) -> None:
        """Her device was registered or revoked here, or may have been elsewhere."""
        self._known.pop(holder, None)


class Mandating:
    """Part of the ledger."""

    county: County
    read: Reads
    devices: Devices

    def mandated(self, stored: list[Stored]) -> list[Stored]:
        """The events of one save, the first with the mandate for them if there must be one.

        Raises `MandateMissing`, `MandateBad`, `MandateOther` or `MandateKeyUnknown`.
        """
        claims = claims_of(each.event for each in stored)
        if not claims:
            return stored
        envelope = current()
        device = self.devices.of(envelope.actor.id)
        if device is None and not envelope.mandates:
            return stored
        given = {written: Mandate.parse(written) for written in envelope.mandates}
        if any(device is None or each.key != device["key_id"] for each in given.values()):
            self.devices.forget(envelope.actor.id)  # another may be registered elsewhere
            device = self.devices.of(envelope.actor.id)
        first, found = stored[0], self._chosen(envelope, claims, device, given)
        assert first.stamp is not None
        return [replace(first, stamp=first.stamp._replace(mandate=found)), *stored[1:]]

    def _chosen(
        self,
        envelope: Envelope,
        claims: tuple[str, ...],
        device: dict[str, Any] | None,
        given: dict[str, Mandate],
    ) -> str:
        """The mandate for these claims, checked."""
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
