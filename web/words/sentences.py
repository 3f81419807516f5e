"""A sentence for every refusal code: plain, polite, and saying what to do next.

The code is the contract, the sentence is for people. `{facts}` are filled in from the refusal; a
fact that is missing is left out. Msgids are Chinese; `translations/en` has the English ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from flask_babel import gettext

from points.refusals import Refusal
from web.words.facts import SAID
from web.words.later import N_
from web.words.running import RUNNING

SENTENCES: dict[str, str] = {
    **RUNNING,
    "refused": N_("这一步现在不能办。"),
    # signing in and powers
    "not-signed-in": N_("请先登录。"),
    "not-allowed": N_("您没有办这件事的权限。需要时请找管理员。"),
    "sign-in-failed": N_("用户名或密码不对，请再试一次。"),
    "other-county": N_("这里是另一个县的系统，请到自己县的网址登录。"),
    "locked": N_("试错次数太多，请过 {minutes} 分钟再试。"),
    "weak-password": N_("密码至少 {characters} 位，不要用常见的密码，也不要带用户名。"),
    "same-password": N_("新密码要和旧密码不一样。"),
    "passwords-differ": N_("两次写的新密码不一样，请重写。"),
    "password-must-change": N_("请先换一个自己的密码。"),
    "totp-needed": N_("请先绑定动态验证码。"),
    "wrong-code": N_("验证码不对或已经用过，请输入手机上的新验证码。"),
    "login-taken": N_("用户名 {login} 已经有人用了，请换一个。"),
    "own-account": N_("不能改自己的账号，请换一位管理员来办。"),
    "user-unknown": N_("没有这个用户。"),
    "role-unknown": N_("没有“{role}”这个角色。"),
    "token-unknown": N_("没有这个设备令牌。"),
    "shop-needed": N_("收银设备要先选一个店。"),
    # places
    "place-unknown": N_("没有找到地区“{place}”。"),
    "village-ambiguous": N_("有几个村都叫“{name}”，请用村的代码：{codes}。"),
    "another-county": N_("这个库里已经是 {held} 县，不能再建 {asked} 县。请另用一个库。"),
    "county-not-empty": N_("这个县已经有 {accounts} 个账户，示例数据只能灌入空的县。"),
    "bad-regions": N_("地区表第 {line} 行不对（{why}）。"),
    # households and cards
    "household-unknown": N_("没有找到户号 {household}，请核对。"),
    "household-ambiguous": N_("有几个村都有户号 {household}，请写全：{candidates}。"),
    "card-unknown": N_("没有找到这张卡，请核对卡号或请村妇联帮忙。"),
    "card-number-typed": N_("卡号输错了一位，请对着卡再输一次。"),
    "authorisation-unknown": N_("没有找到这份代领委托，请户主本人来，或先办委托。"),
    "card-blocked": N_("这张卡已经挂失，不能再用。请带户主到村里换新卡。"),
    "card-in-use": N_("这户已经有一张卡。丢了请先挂失，再补新卡。"),
    "pin-required": N_("这次需要输入家里的密码。"),
    "pin-not-set": N_("这户还没有设密码，请到村妇联设一个。"),
    "wrong-pin": N_("密码不对，还可以试 {tries_left} 次。"),
    "pin-locked": N_("密码试错次数太多，请过 {minutes} 分钟再试，或请村妇联重设。"),
    "pin-shape": N_("密码要 4 到 6 位数字。"),
    "pin-too-easy": N_("这个密码太简单，请不要用一样的或连着的数字。"),
    "account-open": N_("户号 {household} 已经开过户。"),
    "pins-differ": N_("两次输的密码不一样，请再输一次。"),
    # points
    "not-enough-points": N_("积分不够：这次要 {needed} 分，现在能用 {balance} 分。"),
    "cap-reached": N_("超过上限：规则 {rule} {per}{period}最多 {limit} {of}，已有 {used} {of}。"),
    "issuance-cap-reached": N_(
        "这个村 {quarter} 季度最多加 {cap} 分，已经用了 {used} 分，这次要 {asked} 分，超过了总额。"
    ),
    "cover-exceeded": N_(
        "店里的货值 {stock} 分，还有 {used} 分没兑换，再加 {asked} 分就超过 {percent}%，请先进货。"
    ),
    "already-reversed": N_("这一笔已经冲正过，不能再冲一次。"),
    "unknown-entry": N_("没有找到这一笔。"),
    "own-household": N_("不能办自己家的事，请换一位同事来办。"),
    "others-household": N_("只能报自己家的事。"),
    "not-claimable": N_("这一项不用自己报，由村里登记。"),
    "too-many-claims": N_("您家已有 {most} 件在等村里看，请等看完再报。"),
    "same-person": N_("要换一个人来签，同一个人不能办两步。"),
    "appointed-by-proposer": N_("您的账号或密码是申报人设的，要换一个人来签。"),
    "link-dead": N_("这个检查链接不能用了，请向发给您的人要一个新的。"),
    "link-days": N_("检查链接最长 {days} 天，最短 1 天。"),
    "period-unknown": N_("月份请写成 2026-11 这样。"),
    "period-not-over": N_("{period} 还没有过完，过完再签认。"),
    "signed-off": N_("{period} 您已经签认过。有错请更正那一份。"),
    "nothing-checked": N_("这个月没有可以核对的记录，不用签认。"),
    "finding-unknown": N_("核对结果请从列出的里面选。"),
    "not-her-sign-off": N_("只有签认的人自己可以更正，每份只能更正一次。"),
    "sign-off-unknown": N_("没有找到这份签认。"),
    "books-differ": N_("账对不上（{count} 处），先核对清楚再交出去。请找管理员。"),
    "household-needed": N_("您现在没有用本村的户登录。请先扫自家的卡、输密码，再来留名。"),
    "font-missing": N_("服务器上没有公示单要用的字体，现在不能打印。请告诉管理员。"),
    "case-closed": N_("这件已经办完了，请刷新看看。"),
    "case-unknown": N_("没有找到这件申报。"),
    "not-the-proposer": N_("只有申报的人自己可以撤回。"),
    "earner-unknown": N_("户号 {household} 没有这个人，请核对，或不写是谁。"),
    "rule-unknown": N_("现行规则里没有 {rule} 这一条。"),
    "points-not-in-rule": N_("分数和规则不一样：规则 {rule} 不是这个分数。"),
    "undo-closed": N_("这个申请已经办完了。"),
    "undo-asked": N_("已经有人申请了，正等另一个人签字。"),
    "undo-unknown": N_("没有找到这个申请。"),
    "township-signs": N_("{points} 分超过 {limit} 分，要由乡镇来签。"),
    "reason-missing": N_("请写明原因。"),
    "rule-not-for-import": N_("“{name}”不能从登记表导入，请在系统中按程序办理。"),
    "paper-over": N_("旧台账只能登记到 {day}，公示开始以后，积分请逐笔申报、公示。"),
    "date-in-future": N_("日期还没到，做完了再记。"),
    "date-too-old": N_("这件事过去一年多了，不能再申报。旧台账上的，要在公示开始以前一起导入。"),
    "nobody-ticked": N_("还没有选户。请勾选，或写上户号。"),
    "hours-shape": N_("时长请填小时数，最少 0.5，像 2 或 1.5 这样。"),
    "nothing-ticked": N_("还没有勾选。"),
    # shop and goods
    "shop-open": N_("店号 {shop} 已经有了，请换一个。"),
    "shop-unknown": N_("没有找到这个店。"),
    "not-the-keeper": N_("您不是这个店的店员，不能在这里收银。"),
    "good-unknown": N_("现行价目里没有 {sku} 这样东西。"),
    "out-of-stock": N_("{sku} 的存货不够：要 {asked}，还有 {on_hand}。"),
    "bad-quantity": N_("数量不对，请填 1 以上的整数。"),
    "source-unknown": N_("请选一个来源。"),
    "nothing-received": N_("还没有填物资，请至少填一行。"),
    "nothing-taken": N_("请先选要兑换的东西。"),
    "receipt-unknown": N_("没有找到这个小票号。"),
    "void-too-late": N_("已经过了 {seconds} 秒，不能自己撤销。请村妇联办退回。"),
    "not-the-same-keeper": N_("只有刚才收银的人可以撤销。"),
    "already-undone": N_("这一笔已经撤销或退回过了。"),
    # rule book and price list
    "unknown-version": N_("没有第 {version} 版。"),
    # public notice and objections
    "notice-empty": N_("还没有选要公示的，请至少选一件。"),
    "notice-month": N_("“{month}”这个月份不对，请写已经开始的月份，例如 2026-11。"),
    "day-too-near": N_("要改成上班的日子，得提前七天登记，最早 {first}，好让大家先看到。"),
    "notice-open": N_("公示到 {closes_on} 才结束，现在还不能办。"),
    "notice-closed": N_(
        "公示已经在 {closes_on} 结束，不能再提异议。入了账的不对，请到村妇联申请更正。"
    ),
    "first-answer-stands": N_(
        "第一次答复已经改了这一条。请选“对，照她说的改”，写上最后该得几分；不给分就空着。"
    ),
    "notice-month-old": N_("{month} 太早了，最早可以公示 {first} 的。"),
    "notice-month-before": N_("有 {needed} 的事，不能按 {month} 公示，请选 {needed}。"),
    "entry-too-old": N_("这一笔入账过了 {days} 天，请到村妇联当面查。"),
    "entry-doubted": N_("这一笔已经有人提了，最迟 {due_on} 答复，不用再提。"),
    "objections-today": N_("您家今天已经提了 {most} 条。再有，请明天提，或者写在纸上交到村妇联。"),
    "objections-unnamed": N_(
        "今天不留名的意见已经有 {most} 条。请留名来提，或者写在纸上交到村妇联。"
    ),
    "objection-household": N_("这条意见说的是 {household} 这一户，只能给这一户补报。"),
    "made-good": N_("这件事已经补报过一笔（{item}），不再补第二笔。"),
    "more-than-hung": N_("名单上公示的是 {hung} 分，只能改少。要加分，请另外申报，再公示。"),
    "member-by-login": N_("户号 {household} 有人有账号，请填她的用户名，好算回避。"),
    "posting-day": N_("这个月的积分最早 {first_day} 入账，现在还不能办。"),
    "not-the-opener": N_("公示是别人贴的，要由贴公示的人入账。"),
    "notice-unknown": N_("没有这张公示。"),
    "notice-mixed": N_("一张公示只能贴一个村的，扣分要一件一件单独告知。"),
    "objection-closed": N_("这件异议已经答复过了。"),
    "objection-unknown": N_("没有这件异议。"),
    "outcome-unknown": N_("异议和答复请从列出的里面选。"),
    "appeal-too-late": N_("不服答复要在 {until} 以前提出，现在过了期限。"),
    "township-decides": N_("村里已经答复过，这次要由乡镇答复。"),
    "case-held": N_("有人提了异议，还没有定下来，现在不能入账。"),
    "document-missing": N_("请写明是哪个文件改了这一天。"),
    "already-adopted": N_("第 {version} 版已经生效过了。"),
    "effective-in-the-past": N_("生效日期不能在今天以前。"),
    "nothing-in-force": N_("{day} 还没有生效的规则或价目，请先通过一版。"),
    "procedure-order": N_("六步要按次序来，“{step}”还不能记，下一步是“{next}”。"),
    "procedure-step": N_("“{step}”这一步{why}，请改好再记。"),
    "procedure-attendance": N_(
        "“{step}”到会 {present} 人，应到 {entitled} 人，至少要到 {needed} 人，这次会议不算数。"
    ),
    "procedure-majority": N_(
        "“{step}”到会 {present} 人，同意 {in_favour} 人，至少要 {needed} 人同意，没有通过。"
    ),
    "procedure-incomplete": N_("第 {version} 版还差“{step}”，六步走完才能生效。"),
    "procedure-file": N_("第 {row} 行不对（{what}）。"),
    "opinion-unknown": N_("法律意见请从列出的里面选。"),
    "bad-line": N_("第“{key}”行不对（{why}），请改好再提交。"),
    # evaluation, plaques, honours
    "not-a-village": N_("“{place}”不是一个村，评议要一个村一个村地办，请选村。"),
    "round-period": N_("请选已经开始的月份或季度。"),
    "round-exists": N_("{period} 已经有一轮了，请接着办那一轮。"),
    "round-closed": N_("这一轮已经评定。有错请在公示里提异议，或办更正。"),
    "sheet-blank": N_("一个分也没有填，请先打分。"),
    "round-empty": N_("还没有打分，请先录打分表。"),
    "round-unknown": N_("没有找到这一轮评议。"),
    "judges-unfit": N_("评委要三个人，不能重复，也不能有两个是同一家的。"),
    "judge-recused": N_("{household} 有一位评委要回避，她的分不能录。"),
    "score-outside": N_("{household} 的分数不对，请填 0 到 {most} 的整数，并且填全。"),
    "household-scored": N_("{household} 已经在别的打分表上，或还没有录过。要改请用“改一户”。"),
    "body-too-small": N_("评议的人至少要有 {least} 位，应到 {required} 位太少，不能评定。"),
    "quorum-missing": N_("应到 {required} 人，实到 {present} 人，不到三分之二，不能评定。"),
    "minutes-missing": N_("请写会议记录的编号和开会的地方。"),
    "no-result": N_("{household} 没有结果（打分的评委不到两位），不能评上。"),
    "no-plaque-yet": N_("示范户的加分公示期满、入了账，才能发牌，一件只发一块。"),
    "plaque-unfit": N_("牌号不能空、不能和别的牌一样，有效期最多三年。"),
    "showcase-over": N_("这块牌已经撤下或过期了。"),
    "why-unknown": N_("请从列出的原因里选一个。"),
    "revocation-not-asked": N_("这块牌没有人申请撤，或已经有人申请了。"),
    "showcase-unknown": N_("没有找到这个示范户。"),
    "consent-missing": N_(
        "{household} 还没有同意评这项荣誉（或同意已过一年），请先征得同意并记下来。"
    ),
    # satisfaction slips
    "face-unknown": N_("请点一张脸。"),
    "slip-spent": N_("这一次已经评过了，谢谢。"),
    "slip-unknown": N_("这张评价条不对，请回到原来的页面再点。"),
    # imports
    "file-unreadable": N_("这个文件打不开。请用没有密码的电子表格，或另存为 CSV 再试。"),
    "file-too-large": N_("文件太大了，请分成几份再导入。"),
    "header-not-found": N_("没有找到表头。表里要有这些栏目：{columns}。"),
    "import-unknown": N_("没有找到这次导入，请核对编号。"),
    "import-decided": N_("这次导入已经办完了，请刷新看看。"),
    # registers
    "no-photo": N_("这不是能看的照片，请换一张。"),
    "photo-used": N_("这张照片已经用过了（{occurred_on} 的{item}），请换一张。"),
    "too-many-photos": N_("一次最多 {limit} 张照片。"),
    "photo-gone": N_("这张照片找不到了，请重新选一次。"),
    "photo-missing": N_("这条规则要照片，请选一张。"),
    # sittings
    "sitting-missing": N_("这件要先由{body}开会评议。"),
    "sitting-empty": N_("还没有写哪件有几人同意。"),
    "sitting-day": N_("开会的日子不能在今天以后，也不能早于报上来的那天（{since}）。"),
    "sitting-known": N_("{number} 这份会议记录已经录过了。"),
    "sitting-mixed": N_("{household} 这件不归这个村的这个会评议。"),
    "sitting-too-few": N_("{household} 这件，不用回避的只有 {left} 人，不到两人，定不了。"),
    "body-smaller": N_("这个组织上次应到 {required} 人，不能少报。真的少了人，请乡镇来录这次会。"),
    "sitting-unknown": N_("没有找到这次会议。"),
    "members-unfit": N_("到会的人不能重复，也不能有两个是同一家的。"),
    "votes-wrong": N_("{household} 这件能算数的有 {left} 人，同意的不能写 {in_favour} 人。"),
    "votes-shape": N_("同意几人请填整数。"),
    "relative": N_("您登记过和这户是近亲，这件事要回避，请别人来办。"),
    "relation-unknown": N_("请从列出的关系里选一个。"),
    "kin-known": N_("这户已经登记过了。"),
    "kin-unknown": N_("没有登记过这户。"),
    "no-file": N_("请先选一个文件。"),
    "upload-gone": N_("刚才看的文件已经不在了，请重新选一次。"),
    # what was sent
    "invalid": N_("有些地方没有填对，请改好再提交。"),
    "idempotency-key-missing": N_("请求缺少 Idempotency-Key，请带上再发。"),
    "key-reused": N_("这个 Idempotency-Key 已经用在别的内容上，请换一个。"),
    "csrf": N_("页面放得太久了，请刷新后再提交。"),
    "cross-site": N_("这个请求来自别的网站，没有办理。"),
    "key-unknown": N_("没有这把签名钥匙：{key}。"),
    "key-known": N_("这把签名钥匙已经登记过。"),
    "key-revoked": N_("这把签名钥匙已经注销。"),
    "key-not-admitted": N_("系统的签名钥匙还没有登记，现在不能记账。请管理员用原来的钥匙登记它。"),
    "key-in-use": N_("这把签名钥匙正在用。请先登记并换上另一把，再注销它。"),
    "file-there": N_("已经有这个名字的文件，请换一个名字。"),
    "key-malformed": N_("这不是一把签名钥匙，请检查复制的内容。"),
    "key-reason-unknown": N_("注销的原因请从列出的里面选一个。"),
    "device-known": N_("您已经登记了一台设备：{name}（{since}）。要换设备，请先注销它。"),
    "device-unknown": N_("您没有登记过设备。"),
    "mandate-missing": N_(
        "您登记过替您签名的设备：{name}。这件事要在那台设备上办；设备不在手边，请先在“我的账号”里注销它。"
    ),
    "mandate-other": N_("这台设备签的和要记的不一样，可能刚变过。没有记，请刷新后再办。"),
    "mandate-bad": N_("这台设备的签名不对，没有记。请刷新后再办。"),
    "mandate-key-unknown": N_("这台设备没有登记，或已经注销，不能替您签名。请刷新后再办。"),
    "busy": N_("刚才太忙，没有办成，积分没有动，请再试一次。"),
    "try-again": N_("刚才太忙，没有办成，请再试一次。"),
    "unavailable": N_("系统暂时连不上，请稍后再试。您的东西都还在。"),
    "disk-full": N_("磁盘满了，暂时记不上账，查询照常。请管理员腾出地方再试，不会重复记账。"),
    "disk-failing": N_("磁盘读写出错，这一笔没有得到确认。请原样再试一次，不会重复记账。"),
    # what the web itself says
    "bad-request": N_("请求看不懂，请检查后再发。"),
    "not-found": N_("没有这个页面，请检查地址。"),
    "method-not-allowed": N_("这个地址不能这样用。"),
    "not-acceptable": N_("不能用这种格式回答。"),
    "too-large": N_("文件太大了，请分成几份。"),
    "unsupported-media-type": N_("内容的格式不对，请用 JSON。"),
    "too-many": N_("太快了，请歇一会儿再试。"),
    "broken": N_("系统出了点问题，已经记下来了（编号 {request_id}）。请稍后再试。"),
}


class _Facts(dict[str, object]):
    """Facts by name; one that is missing is shown as nothing rather than breaking the sentence."""

    def __missing__(self, name: str) -> str:
        return ""


def sentence(refusal: Refusal) -> str:
    """What to say to a person, in her language."""
    return sentence_for(refusal.code, refusal.facts)


def sentence_for(code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a code; an unknown code is answered in general."""
    msgid = SENTENCES.get(code, SENTENCES["refused"])
    spoken = {name: _spoken(name, fact) for name, fact in facts.items()}
    return Formatter().vformat(gettext(msgid), (), _Facts(spoken))


def _spoken(name: str, fact: object) -> object:
    if word := SAID.get(name, {}).get(str(fact)):
        return gettext(word)
    return "、".join(map(str, fact)) if isinstance(fact, (list, tuple)) else fact
