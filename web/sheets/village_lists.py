"""Lists of villages: their points against their goods, and their quarter. By code, never by
points."""

from __future__ import annotations

from typing import Any

from points.slip import FACES
from web.quarterly import Covered, Covers, Quarter, Report
from web.sheets.columns import adds, text
from web.sheets.writing import Column, Row, Sheet
from web.words import codes as words


def cover(found: Covers) -> Sheet:
    """Points out as what the shops owe: one yuan each (未兑换积分)."""
    columns = (
        text("代码", "code"),
        text("村", "name"),
        adds("没兑换的积分", "out"),
        adds("公示中的积分", "hanging"),
        adds("店里货值（分）", "stock"),
        text("没兑换的占货值（%）", "percent"),
        Column("提醒", lambda row: "是" if row["warns"] else "否"),
        adds("本季度已给", "used"),
        text("季度总额", "cap"),
    )
    return Sheet("cover", columns, [_covered(row, found) for row in found.rows])


def _covered(row: Covered, found: Covers) -> Row:
    return {
        "code": row.place,
        "name": row.name,
        "out": row.cover.out,
        "hanging": row.cover.hanging,
        "stock": row.cover.stock,
        "percent": row.cover.percent,
        "warns": row.warns,
        "used": row.used,
        "cap": found.policy.issuance_cap,
    }


def quarter(report: Report) -> Sheet:
    """A row a village; shares of slips only where there are enough."""
    columns = (
        text("代码", "code"),
        text("村", "name"),
        *(
            adds(f"{label}（{what}）", f"{kind} {what}")
            for kind, label in words.RULE_KINDS.items()
            if kind != "base"
            for what in ("笔", "分")
        ),
        adds("兑换（笔）", "redeemed"),
        adds("兑换（分）", "redeemed points"),
        adds("公示（份）", "notices"),
        adds("公示（条）", "lines"),
        adds("异议", "objections"),
        adds("异议成立", "upheld"),
        adds("异议不成立", "dismissed"),
        adds("异议待答复", "waiting"),
        text("答复天数（中位）", "days"),
        text("答复天数（最长）", "longest"),
        *_slips(),
        adds("没兑换的积分", "out"),
        adds("店里货值（分）", "stock"),
        text("没兑换的占货值（%）", "percent"),
    )
    return Sheet(f"quarter-{report.quarter}", columns, map(_quarter, report.rows))


def _slips() -> list[Column]:
    made = []
    for about, label in words.SLIP_ABOUT.items():
        made.append(adds(f"{label}评价（张）", f"{about} slips"))
        made += [text(f"{label}{words.FACES[face]}（%）", f"{about} {face}") for face in FACES]
    return made


def _quarter(row: Quarter) -> Row:
    told: dict[str, Any] = {
        "code": row.place,
        "name": row.name,
        "redeemed": row.did.redeemed[0],
        "redeemed points": row.did.redeemed[1],
        "notices": row.did.notices[0],
        "lines": row.did.notices[1],
        "objections": row.did.objections,
        "upheld": row.did.upheld,
        "dismissed": row.did.dismissed,
        "waiting": row.did.waiting,
        "days": f"{row.days[0]:g}" if row.days else None,
        "longest": row.days[1] if row.days else None,
        "out": row.cover.out,
        "stock": row.cover.stock,
        "percent": row.cover.percent,
    }
    for kind in words.RULE_KINDS:
        count, points = row.kinds.get(kind, (0, 0))
        told |= {f"{kind} 笔": count, f"{kind} 分": points}
    for about, slips in row.slips.items():
        told[f"{about} slips"] = slips.total
        told |= {f"{about} {face}": share for face, share in (slips.shares or {}).items()}
    return told
