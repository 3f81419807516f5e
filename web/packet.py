"""The packet handed over to the township: a month of a place, whole, with its sums and proofs.

Every file is text; SHA256SUMS names them all. The same month packed twice after it is over gives
the same bytes, but for what was signed off or published meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from points.audit.published import NotPublished
from points.audit.sample import first_and_last
from points.checks import gaps
from points.refusals import Refusal
from points.store.notes import Notes
from points.views.entries import Wish
from web.sheets.writing import plain
from web.supervision import SAMPLE, anomalies_of, sheet_of
from web.wiring import House

README = """移交材料：{name} {month}

statements.csv  每户本月台账：期初、变动、期末（可用积分）
journal.csv     本月每一笔：什么时候、谁、按哪条规则、多少分
worksheet.csv   抽查表；种子 {seed}
signoffs.csv    监督签认
anomalies.csv   值得看一看的（不是说谁做错了）
checkpoint      账本的检查点；policy 是验证它的规则（还没有发布时没有这两个文件）
SHA256SUMS      每个文件的摘要，用 sha256sum -c SHA256SUMS 核对

户号不带姓名。发生日期是纸上的日期，记录日期是入账的日期。
"""
LINE = ("id", "at", "day", "household", "kind", "points", "spendable", "rule", "rule_version")
MORE = ("item", "occurred_on", "receipt_no", "ref", "actor", "actor_role", "channel", "not_taken")
SIGNED = ("signoff_id", "place", "period", "signer", "role", "number", "checked", "wrong", "codes")
SIGNED_MORE = ("seed", "at", "corrects", "corrected_by")


class BooksDiffer(Refusal):
    """A gap between balances and entries: nothing is handed over before it is explained (J1)."""

    code = "books-differ"


def packet(house: House, place: str, month: str, today: date) -> bytes:
    """A zip file of a month of a place; raises `ValueError` for what is no month, `BooksDiffer`."""
    if found := gaps(house.county):
        raise BooksDiffer(count=len(found), first=found[0].place)
    start, end = first_and_last(month)
    sheet = sheet_of(house, place, month, SAMPLE, today)
    seed = sheet.seed.text if sheet.seed else "—"
    name = house.regions.name(place)
    lines = house.read.entries.find(Wish(place=place, start=start, end=end), limit=1_000_000)
    files = {
        "README.txt": README.format(name=name, month=month, seed=seed).encode(),
        "statements.csv": _statements(house, place, start, end),
        "journal.csv": _table((*LINE, *MORE), reversed(lines)),
        "worksheet.csv": _table((*LINE, *MORE), sheet.lines),
        "signoffs.csv": _signoffs(house, place, month),
        "anomalies.csv": _anomalies(house, place, start, end),
        **_proofs(house),
    }
    sums = "".join(f"{sha256(what).hexdigest()}  {name}\n" for name, what in files.items())
    return _zipped({**files, "SHA256SUMS": sums.encode()}, end)


def _statements(house: House, place: str, start: date, end: date) -> bytes:
    rows = []
    for account in house.read.accounts.all(place):
        found = house.read.statements.of(str(account["household"]), start, end)
        changed = found.closing - found.opening
        rows.append((found.household, found.opening, changed, len(found.lines), found.closing))
    return _csv(("household", "opening", "change", "entries", "closing"), rows)


def _signoffs(house: House, place: str, month: str) -> bytes:
    found = house.read.signoffs.of(place, month)
    texts = Notes(house.county, house.vault).texts([each["note"] for each in found if each["note"]])
    rows = [{**each, "note": texts.get(each["note"], "")} for each in found]
    return _table((*SIGNED, *SIGNED_MORE, "note"), rows)


def _anomalies(house: House, place: str, start: date, end: date) -> bytes:
    rows = [
        (
            each.kind,
            each.place,
            " ".join(each.who),
            " ".join(f"{name}={value}" for name, value in each.facts.items()),
            " ".join(map(str, each.entries)),
        )
        for each in anomalies_of(house, place, start, end)
    ]
    return _csv(("kind", "place", "who", "facts", "entries"), rows)


def _proofs(house: House) -> dict[str, bytes]:
    """What was published of the log: nothing, where nothing was."""
    checkpoint = house.log.checkpoint()
    if checkpoint is None:
        return {}
    files = {"checkpoint": checkpoint.encode()}
    with suppress(NotPublished):
        files["policy"] = house.log.policy().encode()
    return files


def _table(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> bytes:
    return _csv(columns, ([row[name] for name in columns] for row in rows))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = StringIO()
    plain(columns, rows, out)
    return out.getvalue().encode()


def _zipped(files: dict[str, bytes], day: date) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, what in files.items():
            entry = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, what, ZIP_DEFLATED)
    return out.getvalue()
