"""Which lists there are, and their columns. Nobody's name and no phone stands in any of them.

Chinese as the pages say it, whatever language the reader has chosen: a file goes on to others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from points.views.entries import Wish
from points.views.statements import Statement
from web.sheets.columns import adds, moment, text, word
from web.sheets.source import Source
from web.sheets.writing import Column, Row, Sheet
from web.words import codes as words


def households(source: Source) -> Sheet:
    points = ("spendable", "earned", "gift", "base", "receivable")
    named = {"spendable": "balance"}
    columns = (
        *source.whose(),
        text("小组", "grp"),
        text("开户日期", "opened_on"),
        *(adds(str(words.MEASURES[each]), named.get(each, each)) for each in points),
    )
    return Sheet("households", columns, source.read.accounts.all(source.place))


def entries(source: Source, wish: Wish | None = None) -> Sheet:
    """What the page of entries lists under the same filters, newest first."""
    rows = source.read.entries.every(wish or Wish(place=source.place))
    return Sheet("entries", _of_entries(source), rows)


def _of_entries(source: Source) -> tuple[Column, ...]:
    return (
        text("编号", "id"),
        moment("入账时间", "at"),
        *source.whose(),
        word("类别", "kind", words.KINDS),
        text("细则", "rule"),
        text("细则版本", "rule_version"),
        text("事项", "item"),
        text("发生日期", "occurred_on"),
        text("有效期", "expires_on"),
        text("回执号", "receipt_no"),
        text("店号", "shop"),
        *(adds(str(label), name) for name, label in words.MEASURES.items()),
        adds("没有扣到", "not_taken"),
        word("经手人身份", "actor_role", words.ROLES),
        word("渠道", "channel", words.CHANNELS),
    )


def statement(source: Source, found: Statement) -> Sheet:
    """A household's statement: opening, lines and closing; `可用积分` adds up to the closing."""
    return Sheet(
        "statement",
        (
            text("入账日期", "day"),
            Column("户", lambda _: source.name(found.household)),
            Column("事由", _why),
            text("事项", "item"),
            text("发生日期", "occurred_on"),
            text("回执号", "receipt_no"),
            text("全部积分", "points"),
            adds("可用积分", "spendable"),
            text("之后可用", "left"),
        ),
        _with_ends(found),
    )


def _why(row: Row) -> str:
    ends = {"opening balance": "期初可用", "closing balance": "期末可用"}
    return ends.get(row["kind"]) or str(words.KINDS[row["kind"]])


def _with_ends(found: Statement) -> Iterable[Row]:
    """The opening counts as a change, so that the column adds up; the closing changes nothing."""
    left = found.opening
    yield {"kind": "opening balance", "day": found.start, "spendable": left, "left": left}
    for line in found.lines:
        left += line["spendable"]
        yield {**line, "left": left}
    yield {"kind": "closing balance", "day": found.end, "spendable": 0, "left": left}


def cases(source: Source, state: str = "") -> Sheet:
    """Award cases, in one state or in any."""
    columns = (
        moment("申报时间", "proposed_at"),
        *source.whose(),
        text("细则", "rule"),
        text("细则版本", "rule_version"),
        text("事项", "item"),
        text("发生日期", "occurred_on"),
        adds("分", "points"),
        text("要几人签", "signatures_needed"),
        Column("已签几人", lambda row: len(row["signers"].split())),
        word("状态", "state", words.CASES),
        text("办结日期", "closed_on"),
    )
    return Sheet("cases", columns, source.read.cases.every(source.place, state=state))


def undos(source: Source) -> Sheet:
    columns = (
        text("申请日期", "asked_on"),
        *source.whose(),
        word("冲正什么", "kind", {"credit": "加分", "deduction": "扣分", "redemption": "兑换"}),
        adds("分", "points"),
        word("状态", "state", words.UNDOS),
        text("办结日期", "closed_on"),
    )
    return Sheet("undos", columns, source.read.undos.every(source.place))


def lots(source: Source) -> Sheet:
    """What is left of every credit, and until when it may be spent."""
    columns = (
        *source.whose(),
        word("哪种积分", "bucket", words.BUCKETS),
        text("细则", "rule"),
        text("事项", "item"),
        text("入账日期", "posted_on"),
        text("有效期", "expires_on"),
        Column("能换东西", lambda row: "是" if row["redeemable"] else "否"),
        adds("原有", "points"),
        adds("还剩", "left"),
    )
    return Sheet("lots", columns, source.read.lots.every(source.place))


def rules(source: Source) -> Sheet:
    """The rules in force."""
    columns = (
        text("细则", "code"),
        text("项目", "name"),
        word("类别", "kind", words.RULE_KINDS),
        text("最低分", "points_min"),
        text("最高分", "points_max"),
        text("单位", "unit"),
        text("上限", "cap"),
        word("上限按", "cap_of", words.CAP_OF),
        word("上限期间", "cap_period", words.CAP_PERIOD),
        word("上限对谁", "cap_per", words.CAP_PER),
        word("谁来定", "body", words.BODIES),
        text("凭据", "proof"),
    )
    return Sheet("rules", columns, map(asdict, source.rules.values()))


def keys(source: Source) -> Sheet:
    """The keys that sign; what their holders call them stays in the house."""
    columns = (
        text("钥匙", "key_id"),
        word("谁的", "kind", {"process": "系统", "device": "设备", "passkey": "通行密钥"}),
        text("算法", "algorithm"),
        text("公钥", "public_key"),
        moment("登记时间", "registered_at"),
        moment("注销时间", "revoked_at"),
    )
    return Sheet("keys", columns, source.read.keys.all())


def signoffs(source: Source) -> Sheet:
    columns = (
        text("月份", "period"),
        Column("地方", lambda row: source.villages.get(row["place"], "") or row["place"]),
        word("谁签的", "role", words.ROLES),
        moment("签认时间", "at"),
        adds("核对笔数", "checked"),
        adds("有问题", "wrong"),
        Column("更正过", lambda row: "是" if row["corrected_by"] else "否"),
    )
    return Sheet("signoffs", columns, source.read.signoffs.of(source.place))
