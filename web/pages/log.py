"""The access log as a page: who looked, who acted, who was turned away (网络安全法 art. 21(3))."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from web.access.declared import mine, needs
from web.access.grants import GRANTS
from web.wiring import house
from web.words.i18n import _l

pages = Blueprint("log", __name__, url_prefix="/log")

LINES = 100

ACTIONS: dict[str, str] = {
    "sign-in": _l("登录"),
    "sign-in.code": _l("登录验证码"),
    "card.page": _l("扫卡看积分"),
    "session.end": _l("退出登录"),
    "session.own": _l("看或改自己的账号"),
    "household.balance": _l("看余额"),
    "household.read": _l("看积分明细"),
    "household.trace": _l("追查积分从哪来、到哪去"),
    "household.find": _l("查户"),
    "household.name": _l("看姓名"),
    "household.register": _l("登记户"),
    "household.pin": _l("设或取消密码"),
    "card.lookup": _l("收银扫卡"),
    "card.issue": _l("发卡、印卡"),
    "card.block": _l("挂失"),
    "award.read": _l("看申报"),
    "award.propose": _l("申报加分"),
    "award.sign": _l("复核签字"),
    "notice.read": _l("看公示"),
    "notice.open": _l("挂出公示"),
    "objection.read": _l("看异议"),
    "objection.file": _l("登记异议"),
    "objection.decide": _l("答复异议"),
    "evaluation.read": _l("看评议"),
    "evaluation.hold": _l("主持评议"),
    "showcase.read": _l("看示范户"),
    "showcase.change": _l("管理示范户"),
    "kin.read": _l("看亲属回避"),
    "kin.declare": _l("登记亲属回避"),
    "undo.read": _l("看冲正申请"),
    "undo.ask": _l("申请冲正或退回"),
    "undo.sign": _l("冲正签字"),
    "shop.read": _l("看店"),
    "shop.open": _l("开店"),
    "shop.keepers": _l("改店员"),
    "stock.receive": _l("进货"),
    "redemption.make": _l("兑换"),
    "redemption.void": _l("撤销兑换"),
    "redemption.read": _l("看兑换"),
    "rule.read": _l("看规则和价目"),
    "rule.draft": _l("起草规则或价目"),
    "rule.adopt": _l("通过规则或价目"),
    "import.read": _l("看导入"),
    "import.ask": _l("导入登记簿"),
    "import.confirm": _l("确认导入"),
    "user.read": _l("看人员"),
    "user.change": _l("改人员"),
    "token.read": _l("看设备"),
    "token.change": _l("改设备"),
    "log.read": _l("看访问记录"),
    "signoff.read": _l("看监督签认"),
    "signoff.make": _l("监督签认"),
    "inspect.link": _l("管检查链接"),
    "inspect.open": _l("打开检查链接"),
    "key.read": _l("看签名钥匙"),
    "key.change": _l("管理签名钥匙"),
    "device.own": _l("自己的签名设备"),
}

RESULTS: dict[str, str] = {"ok": _l("办成"), "open": _l("登录成功"), "code": _l("等验证码")}


@pages.get("")
@needs("log.read", of=mine)
def show() -> ResponseReturnValue:
    """The newest lines about objects in the visitor's place; `before` pages on."""
    everywhere = GRANTS["log.read"][g.actor.role] == "all"
    place = house().county.code if everywhere else g.actor.place
    before = request.args.get("before") or None
    lines = house().access_log.last(LINES + 1, place=place, nowhere=everywhere, before=before)
    names = house().users.names({line["actor"] for line in lines})
    return render_template(
        "log/show.html",
        lines=lines[:LINES],
        names=names | {token.id: token.name for token in house().tokens.all()},
        actions=ACTIONS,
        results=RESULTS,
        more=lines[LINES - 1]["at"] if len(lines) > LINES else None,
        first=before is None,
    )
