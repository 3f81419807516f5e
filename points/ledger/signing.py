"""How a save gets its signature, and from which keys it gets none (decision 0017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from points.signing_key import KeyNotAdmitted, SigningKey
from points.store.county import County
from points.store.recorded import Stored
from points.store.recorder import HistoryRecorder, numbered_by_command
from points.store.signing import SaveKey


class SigningSaves:
    """Part of the ledger: `signer` answers for every save, None for none of them."""

    county: County
    recorder: HistoryRecorder
    signer: SaveKey | None
    _admitted: str | None = None

    if TYPE_CHECKING:

        def load(self, kind: type[Any], aggregate_id: UUID) -> Any:
            """The ledger's own."""

    def signed(self, stored: list[Stored]) -> Sequence[Stored]:
        """The events of one save, signed; raises `KeyNotAdmitted`."""
        if self.signer is None or not stored:
            return stored
        if not self._is_first_key(stored):
            self.check_signer()
        return self.signer.signed(self.county.code, numbered_by_command(stored))

    def check_signer(self) -> None:
        """Whether this process's key may sign here, asked once; raises `KeyNotAdmitted`."""
        if self.signer is None or self._admitted == self.signer.id:
            return
        key = self.load(SigningKey, SigningKey.id_of(self.signer.id))
        if key is None or key.revoked:
            raise KeyNotAdmitted(key=self.signer.id)
        self._admitted = self.signer.id

    def _is_first_key(self, stored: Sequence[Stored]) -> bool:
        """Only the very first event of a county may be signed by the key that it registers."""
        event, signer = stored[0].event, self.signer
        own = isinstance(event, SigningKey.Created) and signer and event.key_id == signer.id
        return bool(own) and self.recorder.max_notification_id() is None
