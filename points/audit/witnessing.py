"""Showing a new checkpoint to the witnesses, all at once, and taking what they signed.

Nothing that a witness answers is used before its key has verified it. Who does not answer in time
is left out: one dead witness never holds the log up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic

from points.audit.asking import Caller, Reply, Unanswered
from points.audit.checkpoint import Checkpoint, Signed
from points.audit.policy import Party
from points.audit.signed_note import Note
from points.audit.signer import Proving
from points.audit.strict import Unproven, number, utf8
from points.audit.witness import ADDRESS, submission
from points.clock import Clock
from points.refusals import Refusal

REQUEST_S = 5.0
TOTAL_S = 10.0
ANSWER_BYTES_MAX = 16 * 1024
APART = timedelta(seconds=300)
"""So much may a witness's clock differ from ours: whoever checks the dates of entries by its
cosignatures (V10) allows no more, and a cosignature stays for good."""


class WitnessSilent(Refusal):
    """No answer, not in time, or none that may be read. Fact: `why`."""

    code = "witness-silent"


class WitnessSaysNo(Refusal):
    """Fact: `status`, by HTTP: 403 it has another key of ours, 404 it does not watch this log."""

    code = "witness-says-no"


class WitnessSawMore(Refusal):
    """It cosigned more than there is: another history under our key, or ours was put back.
    Facts: `seen`, `size`."""

    code = "witness-saw-more"


class WitnessSawOther(Refusal):
    """Ours does not continue what it cosigned at `seen`. Fact: `seen`."""

    code = "witness-saw-other"


class WitnessUntrue(Refusal):
    """What it answered is not its signature of now on this checkpoint. Fact: `why`."""

    code = "witness-untrue"


class Witnessing:
    """The witnesses of a policy that have an address; to be given to a `Signer`.

    `seen`: by name, the size that a witness cosigned last as far as is known; it spares a
    question. `failed`: by name, why one did not cosign the last time.
    """

    def __init__(
        self,
        witnesses: Mapping[str, Party],
        clock: Clock,
        seen: Mapping[str, int] | None = None,
        *,
        request_s: float = REQUEST_S,
        total_s: float = TOTAL_S,
    ) -> None:
        self._witnesses = {name: party for name, party in witnesses.items() if party.url}
        self._clock = clock
        self._seen = dict(seen or {})
        self._request_s, self._total_s = request_s, total_s
        self.failed: dict[str, Refusal] = {}

    def __call__(self, text: str, proving: Proving) -> list[str]:
        """The verified lines of those who cosigned, in the policy's order."""
        asked = {
            name: _Asked(party, text, proving, self._seen.get(name, 0), self._request_s)
            for name, party in self._witnesses.items()
        }
        self._wait(asked.values())
        self.failed, lines = {}, []
        for name, one in asked.items():
            try:
                lines.append(self._taken(one))
                self._seen[name] = one.point.size
            except Refusal as refusal:
                self.failed[name] = refusal
        return lines

    def _wait(self, asked: Iterable[_Asked]) -> None:
        until = monotonic() + self._total_s
        for one in asked:
            one.start()
        for one in asked:
            one.join(max(0.0, until - monotonic()))
            if one.is_alive():
                one.cut()

    def _taken(self, one: _Asked) -> str:
        if one.failed is not None:
            raise one.failed
        if one.reply is None:
            raise WitnessSilent(why="too slow")
        try:
            return _line(one, one.reply, self._clock())
        except Unproven as error:
            raise WitnessUntrue(why=str(error)) from error


class _Asked(Thread):
    """One witness, asked once, and once more where it names another size than we thought."""

    def __init__(
        self, party: Party, text: str, proving: Proving, seen: int, timeout_s: float
    ) -> None:
        super().__init__(daemon=True, name=f"witness {party.vkey.name}")
        self.party = party
        self.point: Checkpoint = Signed.parse(text).checkpoint
        self.reply: Reply | None = None
        self.failed: Refusal | None = None
        self._text, self._proving, self._timeout_s = text, proving, timeout_s
        self._seen = seen if seen <= self.point.size else 0
        self._caller: Caller | None = None

    def run(self) -> None:
        try:
            assert self.party.url is not None
            self._caller = Caller(self.party.url, timeout_s=self._timeout_s)
            self.reply = self._answered()
        except Unanswered as error:
            self.failed = WitnessSilent(why=str(error))
        except Unproven as error:
            self.failed = WitnessUntrue(why=str(error))
        except Refusal as refusal:
            self.failed = refusal
        finally:
            if self._caller:
                self._caller.close()

    def cut(self) -> None:
        if self._caller:
            self._caller.cut()

    def _answered(self) -> Reply:
        reply = self._post(self._seen)
        if reply.status == 409:
            seen = number(utf8(reply.body).removesuffix("\n"))
            if seen > self.point.size:
                raise WitnessSawMore(seen=seen, size=self.point.size)
            self._seen = seen
            reply = self._post(seen)
        if reply.status == 422:
            raise WitnessSawOther(seen=self._seen)
        if reply.status != 200:
            raise WitnessSaysNo(status=reply.status)
        return reply

    def _post(self, old: int) -> Reply:
        assert self._caller is not None
        body = submission(old, self._proving(old), self._text).encode()
        return self._caller.post(ADDRESS, body, bytes_max=ANSWER_BYTES_MAX)


def _line(one: _Asked, reply: Reply, now: datetime) -> str:
    """Its own line of the answer, verified; raises `Unproven`."""
    text = str(one.point)
    note = Note.parse(f"{text}\n{utf8(reply.body)}")
    if note.text != text:
        raise Unproven("an answer is lines of signatures")
    for each in note.signatures:
        if each.by(one.party.vkey):
            at = one.party.vkey.verify(text, each.data)
            if abs(at - int(now.timestamp())) > APART.total_seconds():
                raise Unproven("signed at another time")
            return str(each)
    raise Unproven("its key did not sign")
