"""Words for the facts of a refusal that are codes."""

from __future__ import annotations

from web.words.later import N_

STEPS = {
    "branch": N_("党支部提议"),
    "committees": N_("村两委会商议"),
    "party_members": N_("党员大会审议"),
    "representatives": N_("村民代表会议决议"),
    "decision": N_("决议公开"),
    "result": N_("实施结果公开"),
}
"""The six steps of a rule book (points/procedure.py)."""

BODIES = {
    "team": N_("志愿队"),
    "judges": N_("三位评委"),
    "womens_federation": N_("村妇联"),
    "moral_review_council": N_("道德评议会"),
    "customs_council": N_("红白理事会"),
    "mediation_committee": N_("调解委员会"),
    "villagers_council": N_("村民议事会"),
    "anti_drug_gambling_association": N_("禁毒禁赌会"),
    "two_committees": N_("村两委"),
    "administrator": N_("管理员"),
}
"""Who decides by a rule."""

SAID: dict[str, dict[str, str]] = {
    "why": {
        "empty": N_("一行也没有"),
        "duplicate": N_("代码重复"),
        "name-missing": N_("名称或单位没填"),
        "points-range": N_("分值不对"),
        "bucket": N_("积分类型不对"),
        "cap": N_("上限没填全"),
        "expiry-months": N_("有效的月数不对"),
        "issuance-cap": N_("季度总额不对"),
        "cover-percent": N_("货值的百分比不对"),
        "proof-kind": N_("凭证种类不对"),
        "future": N_("的日期还没有到"),
        "before-last": N_("的日期早于上一步"),
        "number": N_("没有写编号，或者太长"),
        "body": N_("没有写是哪个会，或者太长"),
        "people": N_("的人数不对"),
        "place": N_("没有写公开的地方，或者太长"),
        "until": N_("公开的最后一天不对"),
        "not-of-this-step": N_("填了别的步骤的内容"),
        "code": N_("代码不对"),
        "level": N_("级别不对"),
        "name": N_("缺名称"),
        "parent": N_("上级代码不对"),
    },
    "body": BODIES,
    "step": STEPS,
    "next": STEPS,
    "of": {"points": N_("分"), "times": N_("次")},
    "per": {"person": N_("每人"), "household": N_("每户")},
    "period": {
        "event": N_("每次活动"),
        "month": N_("每月"),
        "quarter": N_("每季"),
        "year": N_("每年"),
        "ever": N_("一共"),
    },
}
"""Words for facts that are codes, by the fact's name."""
