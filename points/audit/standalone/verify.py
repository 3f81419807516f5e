#!/usr/bin/env python3
"""Checks an export of a Jiamei ledger without trusting who made it. Needs nothing but Python.

    python3 verify.py DIR [--policy FILE] [--board FILE] [--state FILE] [--balance HOUSEHOLD]

Take the policy and this file from elsewhere than the export: from the board, from your committee.
Exit 0: everything holds. 1: something does not, the line names rule and index. 2: called wrongly.
V1 notes are written strictly      V5 no event is missing at the end    V8 every save is signed
V2 the log signed the checkpoint   V6 it continues what you saw before  V9 the ledger's own rules
V3 enough witnesses signed it      V7 every stream is without a gap     V10 no entry is back-dated
V4 the events are those that were signed
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import sqlite3
import sys
import time
from base64 import b64decode, b64encode
from collections import Counter, OrderedDict, namedtuple
from datetime import datetime, timedelta

try:
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError:
    Ed25519PublicKey = None

STALE, SKEW, BACK = 26 * 3600, 300, 24 * 3600  # seconds: a checkpoint of today, clocks, dates
SAMPLE = 200  # signatures that are checked where no fast library is installed
KEPT = 20_000  # streams held in memory; the others wait in a temporary file
TOWNSHIP_ABOVE, VOID_SECONDS = 50, 60


class Bad(Exception):
    def __init__(self, rule, what, index=None):
        super().__init__(rule + (f" index {index}" if index is not None else "") + f": {what}")


def need(holds, rule, what, index=None):
    if not holds:
        raise Bad(rule, what, index)


def sha(data):
    return hashlib.sha256(data).digest()


# ---- signatures: Ed25519 (RFC 8032), slow and plain where nothing faster is installed

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def ed_add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, d - c, d + c, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def times(n, point, add, out):
    """`out` and n times the point."""
    while n:
        out, point, n = add(out, point) if n & 1 else out, add(point, point), n >> 1
    return out


def ed_point(raw):
    """None for bytes that are no point."""
    sign, y = raw[31] >> 7, int.from_bytes(raw, "little") & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = ed_point(bytes.fromhex("58" + "66" * 31))


def ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    if Ed25519PublicKey:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except Exception:
            return False
        return True
    s, key = int.from_bytes(signature[32:], "little"), ed_point(public)
    if key is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, _ = times(h, (P - key[0], key[1], 1, P - key[3]), ed_add, times(s, BASE, ed_add, (0, 1, 1, 0)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ---- signatures of people's devices: ECDSA on P-256 with SHA-256 (FIPS 186-4)

Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def ec_add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % Q == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, Q) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, Q)
    x = (slope * slope - a[0] - b[0]) % Q
    return x, (slope * (a[0] - x) - a[1]) % Q


def es256(public, message, signature):
    """`public` is an uncompressed point, `signature` r and s, 32 bytes each."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    on = x < Q and y < Q and (y * y - x * x * x + 3 * x - B) % Q == 0
    if len(public) != 65 or public[0] != 4 or len(signature) != 64 or not (on and 0 < r < N and 0 < s < N):
        return False
    if Ed25519PublicKey:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        try:
            key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        except Exception:
            return False
        return True
    w, e = pow(s, -1, N), int.from_bytes(sha(message), "big")
    point = times(r * w % N, (x, y), ec_add, times(e * w % N, G, ec_add, None))
    return point is not None and point[0] % N == r


# ---- notes, checkpoints, policy (c2sp.org: signed-note, tlog-checkpoint, tlog-cosignature)


def raw64(text, rule="V1"):
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = None
    need(raw is not None and b64encode(raw).decode() == text, rule, f"not base64: {text[:60]!r}")
    return raw


def vkey(text):
    name, _, rest = text.partition("+")
    known, _, key = rest.partition("+")
    raw = raw64(key)
    need(name and len(raw) == 33 and sha(name.encode() + b"\n" + raw)[:4].hex() == known, "V1", f"not a key: {text!r}")
    return name, bytes.fromhex(known), raw[0], raw[1:]

Policy = namedtuple("Policy", "logs witnesses groups quorum processes county")


def read_policy(text):
    policy = Policy({}, {}, {}, [], {}, [])
    for words in map(str.split, text.splitlines()):
        if words[:2] == ["#", "process"] and len(words) == 4:
            policy.processes[words[2]] = raw64(words[3])
        elif words[:2] == ["#", "county"] and len(words) == 3:
            policy.county.append(words[2])
        elif words[:1] == ["log"] and len(words) in (2, 3):
            policy.logs[words[1]] = vkey(words[1])
        elif words[:1] == ["witness"] and len(words) in (3, 4):
            policy.witnesses[words[1]] = vkey(words[2])
        elif words[:1] == ["group"] and len(words) >= 4:
            count = {"any": "1", "all": str(len(words) - 3)}.get(words[2], words[2])
            need(count.isdigit() and int(count) > 0, "V1", f"policy: {' '.join(words)}")
            policy.groups[words[1]] = int(count), words[3:]
        elif words[:1] == ["quorum"] and len(words) == 2 and not policy.quorum:
            policy.quorum.append(words[1])
        elif words and not words[0].startswith("#"):
            raise Bad("V1", f"policy: {' '.join(words)}")
    need(policy.quorum and policy.logs, "V1", "the policy names no log or no quorum")
    return policy


def enough(policy, name, signed):
    needed, members = policy.groups.get(name, (1, ()))
    return name == "none" or name in signed or sum(enough(policy, each, signed) for each in members) >= needed

NOTE = re.compile(r"([^\x00-\x1f]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n\n((?:\u2014 [^ +\s]+ [A-Za-z0-9+/=]+\n){1,64})")
Checkpoint = namedtuple("Checkpoint", "size root times")


def read_checkpoint(text, policy, quorum=True):
    """A checkpoint that the log and, if asked, enough witnesses signed; their times."""
    found = NOTE.fullmatch(text)
    need(found, "V1", "this is not a checkpoint")
    body, lines, times, by_log = text[: found.end(3) + 1], {}, {}, False
    for line in found[4].removesuffix("\n").split("\n"):
        _, name, data = line.split(" ")
        key = name, raw64(data)[:4]
        need(key not in lines and len(raw64(data)) > 4, "V1", f"{name} signed twice, or nothing")
        lines[key] = raw64(data)[4:]
    for name, (owner, key_id, kind, public) in (*policy.logs.items(), *policy.witnesses.items()):
        data = lines.get((owner, key_id))
        if data is None:
            continue
        message = body.encode()
        if kind == 4:
            times[name], data = int.from_bytes(data[:8], "big"), data[8:]
            message = f"cosignature/v1\ntime {times[name]}\n{body}".encode()
        need(ed25519(public, message, data), "V3" if kind == 4 else "V2", f"{owner}: bad signature")
        by_log |= kind == 1 and owner == found[1]
    need(by_log, "V2", "the log of the policy did not sign this")
    who = " ".join(sorted(times)) or "nobody"
    need(not quorum or enough(policy, policy.quorum[0], times), "V3", f"too few witnesses: {who}")
    return Checkpoint(int(found[2]), raw64(found[3]), times)


# ---- the tree (RFC 6962) and the events in their order


class Frontier:
    """The roots of the whole subtrees so far, largest first: all that a growing root needs."""
    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        self.size, n = self.size + 1, self.size
        while n & 1:
            leaf, n = sha(b"\1" + self.peaks.pop() + leaf), n >> 1
        self.peaks.append(leaf)

    def root(self):
        *left, out = self.peaks or [sha(b"")]
        for peak in reversed(left):
            out = sha(b"\1" + peak + out)
        return out

Event = namedtuple("Event", "index key signature digest stream version topic salt at actor role place household channel command seq request hash reason mandate state")


def no_number(text):
    raise ValueError(text)  # all numbers of the ledger are whole


def read_event(record, index):
    try:
        number, key, signature, body = record.split(b"\t", 3)
        parts = json.loads(body, parse_float=no_number, parse_constant=no_number)
        event = Event(index, json.loads(key), json.loads(signature), b64encode(sha(body)).decode(), *parts)
        right = number == b"%d" % (index + 1) and type(event.version) is int and type(event.state) is dict
        need(right and instant(event.at), "V7", "this is not a record of an event", index)
    except (ValueError, TypeError):
        raise Bad("V7", "this is not a record of an event", index) from None
    return event


def instant(text):
    return datetime.fromisoformat(text[:-1]) if len(text) == 27 else None


def day_of(text):
    """The day in Shanghai."""
    return (instant(text) + timedelta(hours=8)).strftime("%Y-%m-%d")


class Streams:
    """What became of each stream, by its id. Memory does not grow: old ones go to a file."""
    def __init__(self):
        self.held, self.db = OrderedDict(), sqlite3.connect("")
        self.db.execute("CREATE TABLE s (id TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")

    def get(self, stream):
        if stream in self.held:
            self.held.move_to_end(stream)
            return self.held[stream]
        row = self.db.execute("SELECT state FROM s WHERE id = ?", (stream,)).fetchone()
        return self.keep(stream, json.loads(row[0])) if row else None

    def keep(self, stream, state):
        self.held[stream] = state
        if len(self.held) > KEPT:
            old = [self.held.popitem(last=False) for _ in range(KEPT // 2)]
            self.db.executemany("INSERT OR REPLACE INTO s VALUES (?, ?)", ((i, json.dumps(s)) for i, s in old))
        return state

BORN = '{"lots":{},"rows":{},"owed":{},"deducted":{},"drafts":{},"signers":[],"open":true,"asker":"","done":false,"last":0,"hung":"","until":"","held":[],"shown":1,"deciders":[],"steps":{},"sat":null}'
BIRTHS = {"account.opened", "award.proposed", "notice.opened", "objection.filed", "calendar.opened", "kinship.opened", "rulebook.opened",
          "pricelist.opened", "shop.opened", "stock.opened", "shop_day.opened", "redemption.completed", "undo.opened", "signing_key.registered", "signoff.signed", "evaluation.opened", "showcase.granted", "consent.opened", "slip.opened", "sitting.held"}
QUIET = {"account.card_issued", "account.card_reissued", "account.card_reported_lost", "shop.keeper_assigned", "shop.keeper_released", "signoff.corrected", "rulebook.legally_checked",
         "calendar.day_declared", "showcase.reinspected", "showcase.revocation_asked", "showcase.revocation_refused", "showcase.revoked", "consent.recorded", "consent.withdrawn", "slip.given"}  # they move nothing that is checked here
ASKED = {"award.signed", "award.refused", "redemption.voided", "undo.asked", "undo.signed", "undo.refused"}
COUNCILS = {"moral_review_council", "customs_council", "mediation_committee", "villagers_council", "anti_drug_gambling_association", "two_committees"}
STEPS = ["branch", "committees", "party_members", "representatives", "decision", "result"]
LINE = "household", "rule", "item", "points"
NO_POINTS = {"notice.corrected", "objection.decided", "objection.settled"}  # where a line is struck
NOT_KIN = {"award.signed", "award.refused", "award.noticed", "objection.decided", "objection.settled", "undo.signed", "undo.refused", "showcase.granted", "showcase.reinspected", "showcase.revocation_refused", "showcase.revoked"}
NOT_OWN = {"account.credited", "account.deducted", "award.proposed", "award.signed", "award.refused", "award.noticed", "award.posted", "objection.decided", "objection.settled", "undo.asked", "undo.signed", "undo.refused", "redemption.completed"}
SUMS = {"account.credited": ("issued", 1), "account.redeemed": ("redeemed", 1), "account.expired": ("expired", 1), "account.restored": ("redeemed", -1),
        "account.reversed": ("reversed", 1), "account.deducted": ("deducted", 1), "account.deduction_reversed": ("deducted", -1)}


def claim(event):
    """What a person asks for when she causes this event, as her device signs it."""
    topic, new, facts = event.topic, event.state, None
    try:
        if topic == "award.proposed":
            facts = [new["household"], new["rule"], new["points"], new["occurred_on"]]
        elif topic == "redemption.completed":
            facts = [new["shop"], new["household"], new["points"], {line["sku"]: line["quantity"] for line in new["lines"]}]
        elif topic == "stock.received":
            facts = [event.stream, new["quantity"]]
        elif topic == "notice.opened":
            facts = [new["village"], new["month"], sorted(line["case"] for line in new["lines"])]
        elif topic in ("objection.decided", "objection.settled"):
            facts = [event.stream, new["outcome"], new["points"]]
        elif topic == "sitting.held":
            facts = [event.stream, new["day"], new["required"], sorted(each["id"] for each in new["members"]), {each["case"]: each["in_favour"] for each in new["decisions"]}]
        elif topic in ASKED and new.get("why", "review") == "review":
            facts = [event.stream]
    except (KeyError, TypeError) as error:
        raise Bad("V9", f"{topic} does not fit: {error!r}", event.index) from None
    return facts and json.dumps([topic, *facts], sort_keys=True)


class Ledger:
    """The rules, told again from the published events (docs/events.md), save by save."""
    def __init__(self, policy, share, signed, watched=None, until=None):
        """A `share` of signatures is checked, and each of what is younger than the `signed` events."""
        self.policy, self.share, self.signed = policy, share, signed
        self.watched, self.until, self.balance = watched, until, None
        self.streams, self.keys, self.sums, self.signatures, self.saves = Streams(), {}, Counter(), 0, 0
        self.kin, self.bodies, self.devices, self.just, self.mandates, self.back, self.since = {}, {}, {}, {}, 0, 0, 0

    def save(self, events):
        """All events of one command: who answers for them, what they do, and that each entry has
        its other side here: points and goods, case and credit, request and reversal."""
        first, self.saves, self.sides = events[0], self.saves + 1, Counter()
        self.drawn = events[-1].index >= self.signed or random.random() < self.share  # nosec B311  # a sample, no secret
        for seq, event in enumerate(events):
            same = event[8:15] == first[8:15] and event[16:19] == first[16:19] and event.seq == seq
            lone = seq == 0 or event.mandate is event.key is event.signature is None
            need(same and lone, "V8", "another envelope inside a save", event.index)
        self.check_signature(first, events)
        self.check_mandate(first, sorted(written for event in events if (written := claim(event))))
        for event in events:
            self.apply(event)
        for side, count in self.sides.items():
            need(count == 0, "V9", f"only one side of {side[0]} {side[1]}", first.index)

    def check_signature(self, first, events):
        if self.saves == 1:  # the first key signs its own registration; the policy names it
            new, listed = first.state, self.policy.processes
            need(first.topic == "signing_key.registered", "V8", "the first event is no key", 0)
            key = raw64(new["public_key"], "V8")
            need(not listed or listed.get(new["key_id"]) == key, "V8", "the policy names another first key", 0)
            self.keys[new["key_id"]] = "process", key, ""
        need(first.key and first.signature, "V8", "nobody signed this save", first.index)
        kind, public, *_ = self.keys.get(first.key, ("", b""))
        need(kind == "process", "V8", f"the key {first.key} may not sign here", first.index)
        if self.drawn or any(event.topic.startswith("signing_key.") for event in events):
            head = ("jiamei-save/v1", *self.policy.county, first.command, str(len(events)))
            text = "".join(f"{line}\n" for line in (*head, *(event.digest for event in events)))
            need(ed25519(public, text.encode(), raw64(first.signature, "V8")), "V8", "the signature is of something else", first.index)
            self.signatures += 1

    def check_mandate(self, first, claims):
        """Where a person has a device in force, it signed just what is recorded in her name, once.
        A command may have begun before the device was registered, or revoked, and end within a
        minute: until something is entered that is dated later. Dates can be put back, places not."""
        hers = self.devices.get(first.actor, ())
        self.just = {key: until for key, until in self.just.items() if instant(first.at) <= until}
        if first.mandate is None:
            ended = (self.keys[key][0] == "revoked" or key in self.just for key in hers)
            need(not claims or all(ended), "V8", "her device did not sign it", first.index)
            return
        try:
            written = json.loads(first.mandate)
            key, text, signature = written["key"], written["text"], raw64(written["signature"], "V8")
            head, county, actor, _, listed, end = text.split("\n")
            asked = sorted(json.dumps(each, sort_keys=True) for each in json.loads(listed))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Bad("V8", "its mandate cannot be read", first.index) from None
        need(key in hers, "V8", "the device may not sign for her", first.index)
        kind, public, _ = self.keys[key]
        need(kind == "device" or key in self.just, "V8", "the device was revoked before", first.index)
        meant = (head, county, actor, end, asked)
        right = meant == ("jiamei-mandate/v1", *(self.policy.county or [county]), first.actor, "", claims)
        spent = "mandate " + sha(text.encode()).hex()
        need(right and self.streams.get(spent) is None, "V8", "its mandate is for something else", first.index)
        self.streams.keep(spent, 1)
        if self.drawn:
            need(es256(public, text.encode(), signature), "V8", "her device signed something else", first.index)
            self.mandates += 1

    def apply(self, event):
        state, self.at = self.streams.get(event.stream), event.index
        version = state["version"] if state else 0
        need(event.version == version + 1, "V7", f"version {event.version} after {version}", event.index)
        try:
            kind, born = event.topic.partition(".")[0], event.topic in BIRTHS
            state = state or self.streams.keep(event.stream, {**event.state, **json.loads(BORN), "of": kind})
            self.rule(born == (event.version == 1) and kind == state["of"], f"{event.topic} does not belong here")
            state["version"], claim = event.version, event.topic == "award.proposed" and event.role == "villager"
            own = event.topic in NOT_OWN and (claim or event.household is not None)
            self.rule(not own or (event.household == state["household"]) == claim, "for her own household")
            points = event.state.get("points", 0)
            self.rule(type(points) is int or (points is None and event.topic in NO_POINTS), "points are whole numbers")
            self.rule(event.topic not in NOT_KIN or event.state.get("why") == "cap" or not any(self.near(event, event.actor, home) for home in (state["household"], state.get("by"))), "for a near relative")
            name, sign = SUMS.get(event.topic, ("", 0))
            self.sums[name] += sign * (event.state.get("points") or 0)
            self.follow(event, event.topic, state, event.state, event.actor)
            hers = self.watched and kind == "account" and state["household"] == self.watched
            self.balance = self.balance or 0 if hers else self.balance
            if hers and (self.until is None or day_of(event.at) <= self.until):
                self.balance = sum(lot["left"] for lot in state["lots"].values() if lot["redeemable"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Bad("V9", f"{event.topic} does not fit: {error!r}", event.index) from None

    def rule(self, holds, what):
        need(holds, "V9", what, self.at)

    def near(self, event, person, household):
        """Whether she declared to be a relative; what began before may end within a minute."""
        declared = self.kin.get((person, household))
        return declared and instant(event.at) > instant(declared) + timedelta(minutes=1)

    def side(self, sign, *what):
        self.sides[what] += sign

    def move(self, lots, takes, total, sign):
        """Points or goods out of lots, or back into them; together they are `total`."""
        self.rule(sum(take[1] for take in takes) == total, "the lots are not the whole")
        for name, part, *_ in takes:
            lots[name]["left"] += sign * part
            self.rule(part > 0 and 0 <= lots[name]["left"] <= lots[name]["points"], f"lot {name} would hold {lots[name]['left']}")

    def follow(self, event, topic, state, new, actor):
        """What one event needs and does. Lots hold between nothing and what they began with;
        another person signs, and nobody decides for her own household."""
        rule, side, another = self.rule, self.side, "another person decides"
        match topic:
            case "signing_key.registered":
                public = raw64(new["public_key"], "V8")
                own = sha(new["algorithm"].encode() + b"\n" + public).hex()[:32] == new["key_id"]
                right = {"process": ("ed25519", "process"), "device": ("es256", actor)}.get(new["kind"])
                own = own and right == (new["algorithm"], new["holder"])
                need(own and (event.index == 0 or new["key_id"] not in self.keys), "V8", "not her key", self.at)
                self.keys[new["key_id"]] = new["kind"], public, new["holder"]
                self.just[new["key_id"]] = instant(event.at) + timedelta(minutes=1)
                if new["kind"] == "device":
                    self.devices.setdefault(actor, []).append(new["key_id"])
            case "signing_key.revoked":
                self.keys[state["key_id"]] = "revoked", *self.keys[state["key_id"]][1:]
                self.just[state["key_id"]] = instant(event.at) + timedelta(minutes=1)
            case "account.credited":
                rule(new["points"] > 0 and new["lot"] not in state["lots"], "a lot comes once")
                rule(new["source"] in ("award", "base", "opening"), "points from nowhere")
                state["lots"][new["lot"]] = {"left": new["points"], "dead": False, **{name: new[name] for name in ("points", "redeemable", "expires_on")}}
                self.sums["issued without a case"] += new["points"] * (new["source"] != "award")
                if new["source"] == "award":
                    side(1, "case", new["lot"], state["household"], new["points"], new["rule"])
            case "account.redeemed":
                rule(new["points"] > 0 and all(state["lots"][take[0]]["redeemable"] for take in new["takes"]), "points that cannot be spent")
                self.move(state["lots"], new["takes"], new["points"], -1)
                side(1, "redemption", new["redemption"], state["household"], new["points"], new["receipt_no"])
            case "account.restored":
                settled, owed = sum(take[1] for take in new["settled"]), state["owed"]
                self.move(state["lots"], new["back"], new["points"] - settled, 1)
                for lot, points, _ in new["settled"]:
                    owed[lot] -= points
                    rule(points > 0 and owed[lot] >= 0, "more settled than was owed")
                side(1, "return", new["redemption"], state["household"], new["points"], new["receipt_no"])
                self.sums["receivable"] -= settled
            case "account.reversed":
                lot = state["lots"][new["lot"]]
                rule(not lot["dead"] and lot["left"] == new["taken"], "reversed once, and what is left")
                rule(0 <= new["receivable"] == new["points"] - new["taken"] <= lot["points"] - new["taken"], "points reversed")
                lot["left"], lot["dead"], state["owed"][new["lot"]] = 0, True, new["receivable"]
                side(1, "undo", new["undo"], "credit", new["lot"])
                self.sums["receivable"] += new["receivable"]
            case "account.deducted":
                rule(new["case"] not in state["deducted"] and new["not_taken"] >= 0, "deducted once, and no more than that")
                self.move(state["lots"], new["takes"], new["points"], -1)
                state["deducted"][new["case"]] = new["points"]
                side(1, "case", new["case"], state["household"], -new["points"] - new["not_taken"], new["rule"])
            case "account.deduction_reversed":
                rule(all(take[1] > 0 for take in new["cancelled"]) and state["deducted"][new["case"]] == new["points"], "what was deducted, once")
                state["deducted"][new["case"]], cancelled = -1, sum(take[1] for take in new["cancelled"])
                self.move(state["lots"], new["back"], new["points"] - cancelled, 1)
                side(1, "undo", new["undo"], "deduction", new["case"])
                self.sums["reversed"] += cancelled
            case "account.expired":
                lot = state["lots"][new["lot"]]
                rule(lot["left"] == new["points"] and lot["expires_on"] < day_of(event.at), "expired early")
                lot["left"] = 0
            case "award.proposed":
                rule(new["proposer"] == actor and new["signatures_needed"] >= 2 - (new["points"] > 0), "too few are to sign")
                days = (datetime.fromisoformat(day_of(event.at)) - datetime.fromisoformat(new["occurred_on"])).days
                rule(0 <= days <= 366 and new["body"] == self.bodies[new["rule_version"], new["rule"]], "its rule names another body, or it is long past")
            case "award.signed":
                rule(state["open"] and new["signer"] == actor, "signed by who acted, while it is open")
                rule(actor not in (state["proposer"], *state["signers"]), another)
                rule(bool(new["sitting"]) == bool(state["body"] and not state["sat"]), "its body decides first, and once")
                side(bool(new["sitting"]), "sitting", event.stream, new["sitting"], state["household"], state["body"])
                state["signers"].append(actor)
                state["sat"] = state["sat"] or new["sitting"]
            case "award.noticed":
                rule(state["open"] and not state["hung"], "hung up once, while it is open")
                rule(len(state["signers"]) >= state["signatures_needed"], "hung up before it was signed")
                rule(actor not in (state["proposer"], *state["signers"]), another)
                side(1, "line", new["notice"], new["closes_on"], event.stream, *(state[name] for name in LINE))
                state["hung"], state["until"], state["most"] = new["notice"], new["closes_on"], state["points"]
            case "award.held":
                rule(state["open"] and state["hung"], "an objection is to what hangs on a notice")
                state["held"].append(new["objection"])
                side(1, "hold", new["objection"], event.stream)
            case "award.released" | "award.changed":
                rule(new["objection"] in state["held"], "nothing held it")
                side(1, topic, new["objection"], event.stream, new.get("post_after"))
                if topic == "award.changed":
                    rule(0 < new["points"] * state["points"] <= state["most"] * state["points"], "an award stays an award, and no more than hung")
                    state["points"] = new["points"]
                    side(1, "version", state["hung"], new["points"])
                else:
                    state["held"].remove(new["objection"])
                    state["until"] = max(state["until"], new["post_after"])
            case "award.posted" | "award.refused" | "award.withdrawn":
                rule(state["open"] and (actor == state["proposer"]) == (topic == "award.withdrawn") and new.get("why", "cap") in ("review", "objection", "cap"), another)
                if topic == "award.posted" or new.get("why") == "cap":
                    notice = self.streams.get(state["hung"])
                    rule(notice and not notice["open"] and notice["opened_by"] == actor, "posted by who closed its notice")
                    due = (datetime.fromisoformat(notice["month"] + "-01") + timedelta(days=31)).strftime("%Y-%m-05")
                    rule(due <= day_of(event.at) > state["until"] and not state["held"], "posted before its days were over")
                    rule(actor not in state["signers"], another)
                    side(-(topic == "award.posted"), "case", event.stream, state["household"], state["points"], state["rule"])
                elif topic == "award.refused" and new["why"] == "objection":
                    side(1, "struck", event.stream)
                    side(1, "version", state["hung"], None)
                side(bool(new.get("why") == "review" and state["body"] and not state["sat"]), "sitting", event.stream, None, state["household"], state["body"])
                rule(not state["hung"] or (new.get("why", "") != "review" and topic != "award.withdrawn"), "it hangs on a notice")
                state["open"] = False
            case "notice.opened":
                opens, closes = (datetime.fromisoformat(new[name]) for name in ("opens_on", "closes_on"))
                days = 7 if any(abs(line["points"]) >= 20 for line in new["lines"]) else 3
                rule(new["opened_by"] == actor and new["opens_on"] == day_of(event.at), "opened by who acted, today")
                rule(new["lines"] and closes - opens >= timedelta(days=days) and 0 <= 12 * opens.year + opens.month - 12 * int(new["month"][:4]) - int(new["month"][5:]) <= 2, "it hangs too short, or for a month long past")
                rule(new["kind"] == "public" if all(line["points"] > 0 for line in new["lines"]) else new["kind"] == "private" and len(new["lines"]) == 1, "a deduction hangs alone, for its household")
                for line in new["lines"]:
                    side(-1, "line", event.stream, new["closes_on"], line["case"], *(line[name] for name in LINE))
                state["lines"] = ()
            case "kinship.declared":
                self.kin[state["person"], new["household"]] = event.at
            case "kinship.ended":
                self.kin[state["person"], new["household"]] = self.kin[state["person"], new["household"]] and ""  # left out just then, she may be
            case "notice.corrected":
                state["shown"] += 1
                rule(new["version"] == state["shown"], "versions without a gap")
                side(-1, "version", event.stream, new["points"])
            case "notice.closed":
                rule(state["open"] and actor == state["opened_by"] and day_of(event.at) > state["closes_on"], "closed by who opened it, when its days are over")
                state["open"] = False
            case "objection.filed" | "objection.appealed":
                rule(topic == "objection.filed" or (state["deciders"] and state["open"]), "taken further once")
                state["open"] = topic == "objection.filed"
                if state["case"] and self.streams.get(state["case"])["open"]:
                    side(-1, "hold", event.stream, state["case"])
            case "objection.decided" | "objection.settled":
                first = topic == "objection.decided"
                rule(len(state["deciders"]) == (0 if first else 1) and state["open"] == first, "decided in its turn")
                rule(new["decider"] == actor and actor not in (*state["deciders"], state["by"], state["entered_by"]) and state["by"] != (event.household or ""), another)
                rule(first or event.role in ("township", "county"), "the township decides")
                case = self.streams.get(state["case"] or state["entry"])
                notice = self.streams.get(case["hung"] if case else state["notice"])
                involved = [case["proposer"], *case["signers"]] if case else []
                rule(actor not in involved and (not notice or actor != notice["opened_by"]), another)
                state["deciders"].append(actor)
                if case and case["open"] and new["outcome"] == "upheld" and new["points"] is None:
                    side(-1, "struck", state["case"])
                elif case and case["open"]:
                    side(-1, "award.released", event.stream, state["case"], new.get("appeal_until", ""))
                    if new["outcome"] == "upheld":
                        side(-1, "award.changed", event.stream, state["case"], None)
            case "evaluation.scored":
                rule(state["open"] and all(judge["household"] == row["household"] or (judge["id"], row["household"]) in self.kin for row in new["rows"] for judge in state["judges"] if judge["id"] in row["recused"]), "scored after its results were adopted, or without a judge who is not near")
                state["rows"] |= {row["household"]: row for row in new["rows"]}
            case "evaluation.closed":
                for told in new["results"]:
                    row, home, judges = state["rows"].pop(told["household"]), told["household"], state["judges"]
                    own = {judge["id"] for judge in judges if judge["household"] == home or self.near(event, judge["id"], home)}
                    rule({*own, *row["recused"]} <= {*told["recused"]} <= {*own, *row["recused"], *(judge["id"] for judge in judges if (judge["id"], home) in self.kin)}, "a near relative judged it, or another was left out")
                    totals = sorted(sum(each) for judge, each in zip(judges, row["scores"], strict=True) if each and judge["id"] not in told["recused"])
                    middle = (totals[1] if len(totals) == 3 else sum(totals) // 2) if len(totals) > 1 else None
                    given = state["terms"]["stars"] if state["kind"] == "courtyard" and len(totals) > 1 else ()
                    star = max((each["star"] for each in given if middle >= each["least"]), default=None)
                    wanted = middle, totals[-1] - totals[0] if len(totals) > 1 else None, len(totals), star
                    rule(wanted == tuple(told[name] for name in ("median", "spread", "counted", "star")), f"not the median of {home}")
                rule(state["open"] and not state["rows"] and 6 <= 2 * new["required"] <= 3 * new["present"] <= 3 * new["required"], "adopted once, for all who were scored, by two thirds")
                state["open"] = False
            case "sitting.held":
                ids = {member["id"] for member in new["members"]}
                named = all(each["id"] in ("household:" + (each["household"] or ""), each["id"].replace("household:", "")) for each in new["members"])
                rule(named and 6 <= 2 * new["required"] <= 3 * len(ids) <= 3 * new["required"] and new["held_by"] == actor and new["day"] <= day_of(event.at), "two thirds sat, entered by who acted")
                for told in new["decisions"]:
                    home, out, case = told["household"], {*told["recused"]}, self.streams.get(told["case"])
                    own = {each["id"] for each in new["members"] if each["household"] == home or each["id"] == case["proposer"]}
                    near = {each: self.near(event, each, home) for each in ids if (each, home) in self.kin}
                    rule({*own, *filter(near.get, near)} <= out <= {*own, *near} and home.startswith(new["village"] + "-"), "who is near was counted, or another left out")
                    rule(0 <= told["in_favour"] <= len(ids - out) > 1, "more agreed than were counted, or fewer than two decide")
                    side(-1, "sitting", told["case"], event.stream if 2 * told["in_favour"] > len(ids - out) else None, home, new["body"])
            case "undo.asked":
                rule(new["asker"] == actor and not state["asker"] and not state["done"], "asked once")
                state |= {"asker": actor, "points": new["points"]}
            case "undo.signed" | "undo.refused":
                rule(state["asker"] and actor != state["asker"] and new.get("signer", actor) == actor, another)
                if topic == "undo.signed":
                    rule(state["points"] <= TOWNSHIP_ABOVE or event.role in ("township", "county"), "the township signs")
                    side(-1, "undo", event.stream, state["kind"], state["entry"])
                state |= {"asker": "", "done": topic == "undo.signed"}
            case "rulebook.drafted" | "pricelist.drafted":
                rule(new["drafter"] == actor, "drafted by who acted")
                state["drafts"][str(new["version"])] = actor
                self.bodies |= {(new["version"], line["code"]): line["body"] * (line["body"] in COUNCILS and line["proof_kind"] != "sheet") for line in new["lines"] if "body" in line}
            case "rulebook.step_recorded":
                taken = state["steps"].setdefault(str(new["version"]), 0)
                rule(STEPS[taken:taken + 1] == [new["step"]], "the steps are taken in their order")
                if taken < 4:
                    enough = 3 * new["present"] >= 2 * new["entitled"] and 2 * new["in_favour"] > new["present"]
                    rule(enough and new["present"] <= new["entitled"] and new["in_favour"] <= new["present"], "too few agreed")
                state["steps"][str(new["version"])] += 1
            case "rulebook.adopted" | "pricelist.adopted":
                rule(topic == "pricelist.adopted" or state["steps"].get(str(new["version"])) == len(STEPS), "adopted before its six steps were taken")
                rule(state["drafts"].pop(str(new["version"])) != actor, another)
            case "shop_day.receipt_numbered":
                state["last"] += 1
                rule(new["number"] == state["last"], "receipts are numbered without a gap")
            case "stock.received":
                rule(new["quantity"] > 0 and new["lot"] not in state["lots"], "a lot comes once")
                state["lots"][new["lot"]] = {"left": new["quantity"], "points": new["quantity"]}
            case "stock.issued" | "stock.taken_back":
                out = topic == "stock.issued"
                self.move(state["lots"], new["takes"], new["quantity"], -1 if out else 1)
                side(1, "goods", new["redemption"], out, state["sku"], new["quantity"])
            case "redemption.completed" | "redemption.voided" | "redemption.returned":
                out = topic == "redemption.completed"
                side(-1, "redemption" if out else "return", event.stream, state["household"], state["points"], state["receipt_no"])
                for line in state["lines"]:
                    side(-1, "goods", event.stream, out, line["sku"], line["quantity"])
                rule(state["open"], "given back once")
                if out:
                    rule(new["keeper"] == actor and new["points"] == sum(line["points"] * line["quantity"] for line in new["lines"]), "the goods are worth the points")
                    state["began"] = event.at
                elif topic == "redemption.voided":
                    late = (instant(event.at) - instant(state["began"])).total_seconds() > VOID_SECONDS
                    rule(actor == state["keeper"] and not late, "voided by its keeper within a minute")
                else:
                    side(1, "undo", new["undo"], "redemption", event.stream)
                state["open"] = out
            case _:
                rule(topic in BIRTHS or topic in QUIET, "an unknown kind of event")


# ---- reading an export


class Export:
    def __init__(self, folder, policy_file):
        self.folder = folder
        self.policy = read_policy(self.text(policy_file or "policy"))
        self.checkpoint = read_checkpoint(self.text("checkpoint"), self.policy)
        path = os.path.join(folder, "checkpoints")
        names = sorted(os.listdir(path), key=int) if os.path.isdir(path) else []
        self.older = [read_checkpoint(self.text(os.path.join("checkpoints", name)), self.policy, quorum=False) for name in names]

    def text(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", newline="") as file:
            return file.read()

    def records(self):
        with open(os.path.join(self.folder, "events.log"), "rb") as file:
            for index, line in enumerate(file):
                need(line.endswith(b"\n"), "V7", "the last line is cut off", index)
                yield index, line[:-1]

    def leaves(self):
        """What the log itself published, 32 bytes each; nothing where it is not there."""
        path = os.path.join(self.folder, "leaves.bin")
        with open(path if os.path.exists(path) else os.devnull, "rb") as file:
            yield from iter(lambda: file.read(32), b"")

    def check_tree(self, seen):
        """V4 to V6: events, in this order, are what each of these checkpoints says."""
        tree, published, wanted, good, differs = Frontier(), self.leaves(), {}, 0, None
        for name, point in seen:
            wanted.setdefault(point.size, []).append((name, point))
        for index, record in self.records():
            leaf = sha(b"\0jiamei-leaf/v1\n" + b64encode(sha(record)) + b"\n")
            if next(published, leaf) != leaf and differs is None:
                differs = index
            tree.add(leaf)
            for name, point in (points := wanted.pop(tree.size, ())):
                if tree.root() != point.root:
                    self.blame(name, point, good, differs)
            good = tree.size if points else good
        need(all(point.root == sha(b"") for _, point in wanted.pop(0, ())), "V4", "the root of nothing is another")
        for size in sorted(wanted):
            if differs is not None:
                self.blame(*wanted[size][0], good, differs)
            raise Bad("V5", f"{wanted[size][0][0]} says {size} events, here are {tree.size}", tree.size)
        return tree.size

    def blame(self, name, point, good, differs):
        """The first bad index: the log's own leaves tell, if they are proven by the checkpoint."""
        tree, rule = Frontier(), "V6" if name in ("board", "state") else "V4"
        for leaf in self.leaves():
            tree.add(leaf)
            if tree.size == point.size:
                break
        if (tree.size, tree.root()) == (point.size, point.root) and differs is not None:
            raise Bad(rule, f"not the event that {name} signed", differs)
        raise Bad(rule, f"not what {name} signed; somewhere from here to {point.size - 1}", good)

    def check_events(self, ledger):
        """V7 to V10, event by event, save by save."""
        times = sorted((each.size, min(each.times.values()), max(each.times.values())) for each in (*self.older, self.checkpoint) if each.times)
        save, passed, latest = [], 0, 0
        for index, record in self.records():
            event = read_event(record, index)
            at = (instant(event.at) - datetime(1970, 1, 1)).total_seconds()
            while passed < len(times) and times[passed][0] <= index:
                passed += 1
            late = passed < len(times) and at > times[passed][2] + SKEW
            need(not late and (not passed or at >= times[passed - 1][1] - SKEW), "V10", "its date does not fit the checkpoints around it", index)
            if at < latest - BACK:
                ledger.back, ledger.since = ledger.back + 1, ledger.since or index
            latest = max(latest, at)
            if save and save[-1].command != event.command:
                ledger.save(save)
                save = []
            save.append(event)
        if save:
            ledger.save(save)


def verify(options):
    export = Export(options.folder, options.policy and os.path.abspath(options.policy))
    point, seen = export.checkpoint, [(f"checkpoint {each.size}", each) for each in export.older]
    seen.append(("checkpoint", point))
    for name in ("board", "state"):
        path = getattr(options, name)
        if path and (name == "board" or os.path.exists(path)):
            seen.append((name, read_checkpoint(export.text(os.path.abspath(path)), export.policy, quorum=False)))
    last = [each for name, each in seen if name == "state"]
    need(not last or last[0].size <= point.size, "V6", "older than what you saw before", point.size)
    now, newest = options.now or int(time.time()), max(point.times.values(), default=0)
    need(newest <= now + SKEW, "V3", "cosigned in the future")
    size = export.check_tree(seen)
    every = options.signatures == "all" or (Ed25519PublicKey and not options.signatures)
    share = 2 if every else int(options.signatures or SAMPLE) / max(1, size / 4)
    ledger = Ledger(export.policy, share, point.size, options.balance, options.on)
    export.check_events(ledger)
    need(not options.balance or ledger.balance is not None, "V9", f"no household {options.balance}")
    if options.state:
        with open(options.state, "w", encoding="utf-8", newline="") as file:
            file.write(export.text("checkpoint"))
    print(f"GOOD 没有问题: {size} events, {ledger.saves} saves, root {b64encode(point.root).decode()}")
    print(f"signatures checked: {ledger.signatures} of {ledger.saves}, of people's devices {ledger.mandates}; points: " + ", ".join(f"{name} {points}" for name, points in sorted(ledger.sums.items()) if name))
    print("\n".join(note for holds, note in (
        (ledger.back, f"NOTE: {ledger.back} events are dated over a day before an earlier one, index {ledger.since} first"),
        (size > point.size, f"NOTE: {size - point.size} events are younger than the checkpoint"),
        (newest and now - newest > STALE, "WARNING 检查点过期: no witness signed for 26 hours"),
        (not export.policy.processes, "NOTE: the policy names no process key; the first key was believed"),
        (options.balance, f"balance {options.balance} {ledger.balance}"),
    ) if holds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    for name in ("policy", "board", "state", "balance", "on", "signatures"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--now", type=int)
    try:
        verify(parser.parse_args())
    except (Bad, OSError, ValueError) as bad:
        print(f"BAD 有问题: {bad}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
