"""What 读给我听 says of a household's page: short sentences, days in full."""

from __future__ import annotations

from web.pages.homes import Change, Home
from web.words.formats import full_day
from web.words.i18n import _

CHANGES_SPOKEN = 3


def spoken(home: Home) -> str:
    said = [
        _("%(name)s家，现有积分 %(points)s 分。", name=home.name, points=home.balance),
        *(
            _("够换%(name)s %(count)s %(unit)s。", name=one.name, count=one.enough, unit=one.unit)
            for one in home.buys
        ),
        *(
            _("有 %(points)s 分 %(day)s到期，请早点来换。", points=points, day=full_day(last))
            for last, points in home.lapsing[:1]
        ),
    ]
    if home.pending:
        said.append(_("还有 %(points)s 分没有入账。", points=home.pending_points))
    return "".join(said + [_change(change) for change in home.changes[:CHANGES_SPOKEN]])


def _change(change: Change) -> str:
    words = {"day": full_day(change.day), "reason": change.reason, "points": abs(change.points)}
    if change.points < 0:
        return _("%(day)s，%(reason)s，减 %(points)s 分。", **words)
    return _("%(day)s，%(reason)s，加 %(points)s 分。", **words)
