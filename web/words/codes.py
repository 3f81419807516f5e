"""The house's words for the codes in views and events, as screens say them (docs/glossary.md)."""

from __future__ import annotations

from points.audit.anomalies import KINDS as _ANOMALIES
from points.kinship import RELATIONS as _RELATIONS
from points.lots import BUCKETS as _BUCKETS
from points.objection import ABOUT as _ABOUT
from points.objection import OUTCOMES as _OUTCOMES
from points.objection import WAYS as _WAYS
from points.signoff import FINDINGS as _FINDINGS
from points.slip import ABOUT as _SLIP_ABOUT
from points.slip import FACES as _FACES
from points.stock import SOURCES as _SOURCES
from web.words.facts import BODIES as _BODIES
from web.words.facts import STEPS as _STEPS
from web.words.i18n import _l

KINDS: dict[str, str] = {
    "credit": _l("加分"),
    "opening": _l("期初登记"),
    "base": _l("基础分"),
    "deduction": _l("扣分"),
    "deduction_reversal": _l("退还扣分"),
    "redemption": _l("兑换"),
    "void": _l("作废"),
    "return": _l("退回"),
    "reversal": _l("冲正"),
    "expiry": _l("到期清零"),
}
"""Kinds of entries."""

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "in": (_l("加分"), ("credit", "opening", "base")),
    "taken": (_l("兑换"), ("redemption", "void", "return")),
    "deducted": (_l("扣分"), ("deduction", "deduction_reversal")),
    "undone": (_l("冲正"), ("reversal",)),
    "expired": (_l("到期清零"), ("expiry",)),
}
"""Kinds that a page adds up under one word."""

MEASURES: dict[str, str] = {
    "points": _l("全部积分"),
    "spendable": _l("可用积分"),
    "earned": _l("任务积分"),
    "gift": _l("赠予积分"),
    "base": _l("基础分"),
    "receivable": _l("待收积分"),
}

BUCKETS: dict[str, str] = {name: MEASURES[name] for name in _BUCKETS}

ROLES: dict[str, str] = {
    "villager": _l("户主"),
    "keeper": _l("店主"),
    "village": _l("村妇联"),
    "township": _l("乡镇妇联"),
    "county": _l("县妇联"),
    "supervisor": _l("监督员"),
    "auditor": _l("审计员"),
    "inspector": _l("检查人员"),
    "administrator": _l("管理员"),
}

CHANNELS: dict[str, str] = {
    "page": _l("网页"),
    "till": _l("收银台"),
    "api": _l("程序接口"),
    "cli": _l("后台命令"),
    "job": _l("自动任务"),
}

CASES: dict[str, str] = {
    "proposed": _l("等复核"),
    "reviewed": _l("等公示"),
    "on_notice": _l("公示中"),
    "posted": _l("已入账"),
    "refused": _l("没通过"),
    "withdrawn": _l("已撤回"),
}

OBJECTIONS: dict[str, str] = {
    "open": _l("等答复"),
    "decided": _l("已答复"),
    "appealed": _l("报到乡镇"),
    "settled": _l("乡镇已定"),
}

OBJECTION_ABOUT: dict[str, str] = {
    "line": _l("名单上的一条"),
    "missing": _l("少了一条"),
    "entry": _l("已入账的一笔"),
}
assert tuple(OBJECTION_ABOUT) == _ABOUT

OBJECTION_WAYS: dict[str, str] = {
    "page": _l("网上提的"),
    "card": _l("刷卡提的"),
    "paper": _l("纸上提的"),
}
assert tuple(OBJECTION_WAYS) == _WAYS

OUTCOMES: dict[str, str] = {"dismissed": _l("维持原样"), "upheld": _l("照她说的改")}
assert tuple(OUTCOMES) == _OUTCOMES

RELATIONS: dict[str, str] = {
    "spouse": _l("夫妻"),
    "parent": _l("父母"),
    "child": _l("子女"),
    "sibling": _l("兄弟姐妹"),
    "in-law": _l("姻亲"),
    "other": _l("其他近亲"),
}
assert tuple(RELATIONS) == _RELATIONS

ROUNDS: dict[str, str] = {
    "cleanest": _l("清洁户"),
    "courtyard": _l("美丽庭院"),
}
"""Kinds of evaluation rounds."""

BEAUTIES: dict[str, str] = {
    "layout": _l("布局"),
    "greening": _l("绿化"),
    "rooms": _l("居室"),
    "family": _l("家风"),
    "tidiness": _l("整洁"),
}
"""The five beauties of a courtyard, in the order of the sheet (points/evaluation.py)."""

LEVELS: dict[str, str] = {
    "village": _l("村级"),
    "township": _l("乡级"),
    "county": _l("县级"),
}

REVOCATIONS: dict[str, str] = {
    "not-kept-up": _l("复查不合格"),
    "conduct": _l("违反村规民约"),
    "false-report": _l("虚报"),
    "moved": _l("搬走了"),
    "given-up": _l("自己不要了"),
}
"""Why a plaque is taken back."""

FACES: dict[str, str] = {"good": _l("满意"), "fair": _l("一般"), "bad": _l("不满意")}
assert tuple(FACES) == _FACES

SLIP_ABOUT: dict[str, str] = {
    "redemption": _l("来店里兑换"),
    "decision": _l("意见的答复"),
}
"""What a satisfaction slip is about."""
assert tuple(SLIP_ABOUT) == _SLIP_ABOUT

UNDOS: dict[str, str] = {
    "opened": _l("未申请"),
    "asked": _l("等签字"),
    "signed": _l("已办"),
    "refused": _l("没通过"),
}

REDEMPTIONS: dict[str, str] = {
    "completed": _l("已兑换"),
    "voided": _l("已作废"),
    "returned": _l("已退回"),
}

SOURCES: dict[str, str] = {
    "donation": _l("捐赠"),
    "purchase": _l("购买"),
    "collective": _l("村集体"),
    "federation": _l("妇联拨付"),
    "support_unit": _l("帮扶单位"),
    "party_fee": _l("党费"),
    "opening": _l("原有存货"),
}
assert tuple(SOURCES) == _SOURCES

MOVES: dict[str, str] = {
    "received": _l("入库"),
    "issued": _l("兑换"),
    "taken_back": _l("退回"),
}

RULE_KINDS: dict[str, str] = {
    "volunteer": _l("志愿服务"),
    "civility": _l("文明积分"),
    "courtyard": _l("美丽庭院"),
    "honour": _l("评优"),
    "gift": _l("慰问"),
    "deduction": _l("扣分"),
    "base": _l("基础分"),
}

CAP_OF: dict[str, str] = {"points": _l("分"), "times": _l("次")}
CAP_PERIOD: dict[str, str] = {
    "event": _l("每次活动"),
    "month": _l("每月"),
    "quarter": _l("每季"),
    "year": _l("每年"),
    "ever": _l("一共"),
}
CAP_PER: dict[str, str] = {"person": _l("每人"), "household": _l("每户")}

BODIES: dict[str, str] = {name: _l(said) for name, said in _BODIES.items()}

PROOFS: dict[str, str] = {
    "sheet": _l("签到表或单据"),
    "photo": _l("照片"),
    "consent": _l("家庭同意书"),
}
"""What must lie with an entry (points/rulebook.py)."""

STEPS: dict[str, str] = {name: _l(said) for name, said in _STEPS.items()}
"""The six steps of a rule book (points/procedure.py)."""

OPINIONS: dict[str, str] = {
    "lawful": _l("合法"),
    "remarks": _l("合法，有建议"),
    "unlawful": _l("有不合法的地方"),
}
"""What a legal adviser says of a version."""

FINDINGS: dict[str, str] = {
    "no-paper": _l("没有凭据"),
    "points-differ": _l("分数不符"),
    "other-household": _l("不是这一户"),
    "not-done": _l("没有这回事"),
    "other": _l("其他（写在备注里）"),
}
"""What a check against the paper may find; nothing means that it agrees."""
assert tuple(FINDINGS) == _FINDINGS

ANOMALIES: dict[str, tuple[str, str]] = {
    "pair-quick": (
        _l("两人一报一签 %(of)s 笔，其中 %(times)s 笔报上去三分钟内就签了，怕是没有看。"),
        "people",
    ),
    "pair-one-home": (
        _l("两人一报一签 %(of)s 笔，%(times)s 笔给了同一户：%(household)s。"),
        "people",
    ),
    "spent-at-once": (_l("刚入账 %(points)s 分，二十分钟内就换走 %(spent)s 分。"), "home"),
    "night": (_l("%(day)s 夜里十点到早上六点之间办了 %(times)s 笔。"), "people"),
    "holiday": (_l("%(day)s 是法定节假日，办了 %(times)s 笔。"), "people"),
    "below-limit": (_l("申请更正 %(times)s 笔，都刚好不到 %(limit)s 分，不用乡镇签。"), "people"),
    "round-sums": (_l("分数可以自己定的 %(of)s 笔里，%(times)s 笔是整十分。"), "people"),
    "back-dated": (_l("补报了 %(times)s 笔，最长的隔了 %(days)s 天才报。"), "people"),
    "new-hand": (_l("%(since)s 才加的人员或设备，签了 %(times)s 笔。"), "people"),
    "first-cards": (_l("%(day)s 来兑换的 %(of)s 次里，%(times)s 次是头一回用卡。"), "shop"),
    "one-hand": (
        _l("%(month)s 入账的 %(of)s 笔，%(times)s 笔由她复核；以前多半是别人复核的。"),
        "people",
    ),
    "kin-gain": (
        _l("她的近亲 %(household)s 得了 %(points)s 分，村里得分的户平均 %(mean)s 分。"),
        "people",
    ),
    "same-minute": (_l("%(day)s 一分钟里收了 %(times)s 笔兑换。"), "people"),
    "split-award": (
        _l("%(day)s 的一件事分成 %(times)s 笔报，合计 %(points)s 分，每笔都不到 %(limit)s 分。"),
        "home",
    ),
    "below-notice": (
        _l("申报 %(times)s 笔，都刚好不到 %(limit)s 分，公示就不用七天。"),
        "people",
    ),
    "upheld": (_l("申报的约 %(of)s 笔里，%(times)s 笔被提异议，而且异议成立。"), "people"),
    "late-answers": (_l("%(of)s 件异议，%(times)s 件过了期限才答复，或还没答复。"), "village"),
    "late-paper": (
        _l("%(day)s 补登旧台账 %(times)s 笔，共 %(points)s 分，最长的开户 %(days)s 天后才登。"),
        "people",
    ),
    "body-smaller": (
        _l("%(day)s 的评议会议应到 %(now)s 人，上次是 %(before)s 人。"),
        "people",
    ),
    "photo-again": (
        _l("%(times)s 笔用的照片，以前证明过别的事，最早是 %(day)s 的。"),
        "people",
    ),
    "kin-by-one": (
        _l("一个人替 %(times)s 个人登记了要回避 %(household)s，最早是 %(day)s 登的。"),
        "people",
    ),
}
"""Why a line stands in the list of what stands out, and whom it is about."""
assert tuple(ANOMALIES) == _ANOMALIES
