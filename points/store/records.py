"""The record of an event: the bytes that are exported, hashed and signed. They never change.

A record is one line of four fields with tabs between them: the event's id, the id and the
signature of the key that answers for its save (JSON text, or null), and the body. The body is a
JSON array: stream, version, topic, salt (hex), the envelope, and the payload as it is stored.
The salt makes the digest of a record say nothing about its content.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import orjson

from points.store.recorded import Notified, Stored

LEAF = b"jiamei-leaf/v1\n"


class NoRecord(ValueError):
    """A bare event, without envelope, has no record."""


def body(event: Stored | Notified) -> bytes:
    """What happened and who answers for it, without its place and signature; raises `NoRecord`."""
    stamp = _stamp(event)
    head = [
        str(event.originator_id),
        event.originator_version,
        event.topic,
        stamp.salt and stamp.salt.hex(),
        stamp.at,
        stamp.actor,
        stamp.actor_role,
        stamp.actor_place,
        stamp.actor_household,
        stamp.channel,
        stamp.command_id,
        stamp.command_seq,
        stamp.request_id,
        stamp.request_hash,
        stamp.reason,
        stamp.mandate,
    ]
    return orjson.dumps(head)[:-1] + b"," + event.state + b"]"


def line(event: Notified) -> bytes:
    """The whole record, without a line's end; raises `NoRecord`."""
    stamp = _stamp(event)
    signature = stamp.signature and b64encode(stamp.signature).decode()
    key = (orjson.dumps(each) for each in (stamp.key_id, signature))
    return b"\t".join((b"%d" % event.id, *key, body(event)))


def leaf(record: bytes) -> bytes:
    """What the transparency log holds of a record: public, and it gives nothing away."""
    return LEAF + b64encode(sha256(record).digest()) + b"\n"


def _stamp(event: Stored | Notified) -> Any:
    """Its columns as they lie there: in a row that was tampered with any of them may be null."""
    if event.stamp is None:
        raise NoRecord(f"{event.topic} {event.originator_id} {event.originator_version}")
    return event.stamp
