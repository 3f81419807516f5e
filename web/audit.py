"""The transparency log of a county: where it lies, under which name, with which keys.

The signer runs as a process of its own and needs neither the vault key nor the right to write to
the database; so nothing here opens the house.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvError
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from points.audit.history import CountyHistory, reading_only
from points.audit.memory import Memory
from points.audit.policy import Policy
from points.audit.published import NotPublished, PublishedLog
from points.audit.signed_note import PLAIN, Key
from points.audit.signer import Signer, Witnesses, nobody
from points.audit.strict import Unproven
from points.audit.tile_log import TileLog
from points.audit.witness import Witness
from points.audit.witness_folder import WitnessFolder
from points.audit.witnessing import Witnessing
from points.clock import Clock
from points.store.county import dsn_for
from points.store.engine import open_engine
from web.access.regions import Regions
from web.access.shared import Shared
from web.settings import Settings

NO_WITNESSES = "quorum none\n"


def origin_of(settings: Settings, county: str) -> str:
    """The log's name, in its key and on every checkpoint."""
    host = urlsplit(settings.base_url).netloc
    return settings.log_origin or f"{host}/jiamei/{county}"


def folder_of(settings: Settings, county: str) -> Path:
    """Where it is published; beside the SQLite file, else under `var`."""
    if settings.log_dir:
        return Path(dsn_for(settings.log_dir, county))
    file = make_url(settings.database_url).database if settings.on_sqlite else None
    return (Path(file).parent if file else Path("var")) / "log" / county


def published(settings: Settings, county: str) -> PublishedLog:
    return PublishedLog(folder_of(settings, county), origin_of(settings, county))


def county_of(settings: Settings) -> str:
    """The county to sign for, from the settings or the only one of a SQLite database."""
    if settings.county:
        return settings.county
    codes: list[str] = []
    if settings.on_sqlite:
        engine = open_engine(reading_only(settings.shared_dsn))
        with suppress(DatabaseError):
            codes = [region.code for region in Regions(Shared(engine)).counties()]
        engine.dispose()
    if len(codes) != 1:
        raise EnvError("JIAMEI_COUNTY is needed: six digits")
    return codes[0]


def history_of(settings: Settings, county: str) -> CountyHistory:
    """Raises `EnvError` where PostgreSQL is used and no reading role is named."""
    url = settings.audit_url or (settings.database_url if settings.on_sqlite else None)
    if url is None:
        raise EnvError("JIAMEI_AUDIT_URL is needed: a role that may only read the events")
    return CountyHistory(dsn_for(url, county), county)


def log_key(settings: Settings, county: str) -> Key:
    """The log's private key; made at first, readable by its owner only. Raises `EnvError`."""
    path, origin = key_file(settings, county), origin_of(settings, county)
    if not path.exists():
        write_new(path, Key.of(origin, PLAIN, secrets.token_bytes(32)).private)
    try:
        key = Key.parse(path.read_text().removesuffix("\n"))
    except Unproven as error:
        raise EnvError(f"{path}: {error}") from error
    if key.vkey.name != origin or key.vkey.type != PLAIN:
        raise EnvError(f"{path} is the key of {key.vkey.name}, not of {origin}")
    return key


def memory_of(settings: Settings, county: str) -> Memory:
    """What the signer remembers lies with its key, not with what it publishes."""
    return Memory(key_file(settings, county).with_suffix(".state"))


def signer_of(
    settings: Settings, county: str, history: CountyHistory, witnesses: Witnesses = nobody
) -> Signer:
    log = TileLog(folder_of(settings, county))
    key = log_key(settings, county)
    return Signer(log, memory_of(settings, county), key, history, witnesses)


def policy_text(settings: Settings, county: str, process: tuple[str, str] | None) -> str:
    """Whom to believe about this log. `process`: id and public key (base64) of the key that
    signed the first save. Raises `EnvError` where the file of witnesses is wrong."""
    log = f"log {log_key(settings, county).vkey} {settings.base_url}/audit"
    lines = [f"# county {county}", log]
    lines += [f"# process {' '.join(process)}"] if process else []
    text = "\n".join(lines) + "\n" + witness_lines(settings)
    try:
        Policy.parse(text)
    except Unproven as error:
        raise EnvError(f"JIAMEI_WITNESSES: {error}") from error
    return text


def witness_lines(settings: Settings) -> str:
    """The lines of a policy that name witnesses and their quorum."""
    return Path(settings.witnesses).read_text("utf-8") if settings.witnesses else NO_WITNESSES


def policy_of_witnesses(settings: Settings) -> Policy:
    """Those lines alone. Raises `EnvError`."""
    try:
        return Policy.parse(witness_lines(settings))
    except (OSError, Unproven) as error:
        raise EnvError(f"JIAMEI_WITNESSES: {error}") from error


def witnessing_of(settings: Settings, clock: Clock, last: PublishedLog) -> Witnessing:
    """Asks the witnesses that have an address. Whose signature is under the `last` published
    checkpoint has seen that size. Raises `EnvError`."""
    parties = policy_of_witnesses(settings).witnesses
    seen = {}
    with suppress(NotPublished, Unproven):
        shown = last.signed()
        times = shown.cosigned(party.vkey for party in parties.values())
        size = shown.checkpoint.size
        seen = {name: size for name, party in parties.items() if party.vkey in times}
    return Witnessing(parties, clock, seen)


def witness_in(settings: Settings, clock: Clock) -> Witness | None:
    """The witness that this county or machine is for others. Raises `NoWitness`."""
    if settings.witness_dir is None:
        return None
    folder = WitnessFolder(Path(settings.witness_dir))
    return Witness(folder.key(), folder, clock)


def key_file(settings: Settings, county: str) -> Path:
    if settings.log_key_file:
        return Path(dsn_for(settings.log_key_file, county))
    folder = folder_of(settings, county)
    return folder.with_name(f"{folder.name}.key")


def write_new(path: Path, text: str) -> None:
    """A secret, readable by its owner only. Whole or not at all; the one who comes second keeps the
    first one's key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
