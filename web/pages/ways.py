"""The ways through the house: which pages the head of a page offers, by role.

A way whose page is not registered is left out; what a person may do there is decided by
`authorize`, never by this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

if TYPE_CHECKING:
    from points.envelope import Actor


@dataclass(frozen=True)
class Way:
    """One link in the head: its endpoint, its words, and the roles that see it."""

    endpoint: str
    label: LazyString
    roles: frozenset[str]


STAFF = frozenset({"village", "township", "county", "administrator"})
WATCHING = frozenset({"supervisor", "auditor"})
LOOKING = STAFF | WATCHING | {"inspector"}

WAYS = (
    Way("staff.home", _l("待办"), LOOKING),
    Way("till.show", _l("收银"), frozenset({"keeper"})),
    Way("till.today", _l("今天"), frozenset({"keeper"})),
    Way("staff.watch", _l("监督"), WATCHING | {"inspector"}),
    Way("staff.households", _l("查户"), LOOKING),
    Way("staff.award", _l("加分"), STAFF),
    Way("staff.evaluations", _l("评议"), LOOKING),
    Way("staff.sign", _l("复核"), STAFF),
    Way("staff.notices", _l("公示"), LOOKING),
    Way("staff.shops", _l("超市"), LOOKING | {"keeper"}),
    Way("staff.rules", _l("规则"), LOOKING),
    Way("staff.imports", _l("导入"), STAFF),
    Way("staff.users", _l("人员"), frozenset({"township", "county", "administrator"})),
    Way("log.show", _l("访问记录"), WATCHING | {"administrator"}),
)


@dataclass(frozen=True)
class Step:
    """A way as the page shows it."""

    href: str
    label: str
    here: bool


def of(actor: Actor | None) -> list[Step]:
    if actor is None:
        return []
    known = current_app.view_functions
    return [
        Step(url_for(way.endpoint), str(way.label), request.endpoint == way.endpoint)
        for way in WAYS
        if actor.role in way.roles and way.endpoint in known
    ]
