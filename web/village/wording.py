"""A notice as a message for the village's chat group: plain text, to be copied."""

from __future__ import annotations

from web.village.listed import Line, Listed
from web.words.formats import full_day, full_month, signed
from web.words.i18n import _


def message(found: Listed, village: str, address: str) -> str:
    """A line for each household, and where to object while it hangs."""
    head = _("【%(village)s积分公示】%(notice)s", village=village, notice=named(found))
    if found.version > 1:
        head += _("（第%(version)s版，有更正）", version=found.version)
    until = full_day(found.closes_on)
    told = [
        head,
        _("从%(from)s到%(until)s", until=until, **{"from": full_day(found.opens_on)}),
        *(_line(line) for line in found.lines),
    ]
    if not found.hangs:
        return "\n".join([*told, _("公示的日子过了，这是更正后的名单："), address])
    asked = _("有意见，到%(until)s（含当天）都可以提，可以不留名：", until=until)
    return "\n".join([*told, asked, address, _("不方便上网的，到村妇联写在纸上也一样。")])


def named(found: Listed) -> str:
    """A notice by its month and number."""
    return _("%(month)s 第%(number)s期", month=full_month(found.month), number=found.number)


def _line(line: Line) -> str:
    points = _("去掉") if line.points is None else signed(line.points)
    return f"{line.number}. {line.code} {line.name} {line.item} {points}".replace("  ", " ")
