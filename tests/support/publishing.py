"""A county's transparency log as its signer publishes it, with three witnesses in the room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from points.audit.signer import Pass, Proving
from points.audit.strict import encoded
from points.store.signing import SaveKey
from tests.points.audit.cast import WITNESSES
from web.audit import folder_of, history_of, policy_text, signer_of
from web.settings import Settings

COUNTY = "999901"


def publish(settings: Settings, at: int, names: Sequence[str] = tuple(WITNESSES)) -> Pass:
    """One pass of the signer; `at`: POSIX seconds of the witnesses' signatures."""

    def cosign(text: str, _: Proving) -> list[str]:
        point = text.partition("\n\n")[0] + "\n"
        return [WITNESSES[name].line(point, at) for name in names]

    history = history_of(settings, COUNTY)
    try:
        return signer_of(settings, COUNTY, history, cosign).sign()
    finally:
        history.close()


def witness_file(folder: Path, needed: str = "2") -> Path:
    """The policy's lines about the witnesses: so many of them are enough."""
    lines = [f"witness {name} {key.vkey}" for name, key in WITNESSES.items()]
    lines += [f"group enough {needed} {' '.join(WITNESSES)}", "quorum enough"]
    path = folder / "witnesses"
    path.write_text("\n".join(lines) + "\n")
    return path


def trust(settings: Settings, key: SaveKey) -> None:
    """Publish the policy that goes with the log."""
    folder = folder_of(settings, COUNTY)
    folder.mkdir(parents=True, exist_ok=True)
    public = policy_text(settings, COUNTY, (key.id, encoded(key.public)))
    (folder / "policy").write_text(public)
