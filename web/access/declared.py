"""What a route declares about itself: whom it lets in, and to which object.

`@needs("award.sign", of=case)` or `@public`. A route without either lets nobody in, and a test
walks all routes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from web.access.authorize import Thing, own
from web.access.grants import GRANTS
from web.access.visitor import Visitor

View = TypeVar("View", bound=Callable[..., Any])
Find = Callable[[Visitor, Mapping[str, Any]], Thing | None]
"""Finds the object of a request from the visitor and the values in its address. None leaves it
to the view, which must ask `check` once it has read the body."""


@dataclass(frozen=True)
class Declared:
    """`action` None is public: no sign-in."""

    action: str | None
    of: Find | None = None


@dataclass(frozen=True)
class Limit:
    """How often, in Flask-Limiter's words, and of which methods."""

    often: str
    methods: tuple[str, ...]


def needs(action: str, *, of: Find) -> Callable[[View], View]:
    """Only who may `action` on what `of` finds comes in."""
    assert action in GRANTS, f"no such action: {action}"
    return _marked("_declared", Declared(action, of))


def public(view: View) -> View:
    """Anybody comes in."""
    return _marked("_declared", Declared(None))(view)


def limited(limit: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """At most so often per address and minute, for example `limited("10 per minute")`."""
    return _marked("_limit", Limit(limit, methods))


def untraced(view: View) -> View:
    """Whoever comes here may speak without a name (rulings 24): nobody is recognised, no log has a
    line of it, it is not counted, and it has no request id."""
    return _marked("_untraced", value=True)(view)


def for_programs(view: View) -> View:
    """Asked by programs that have no cookie of ours: their body is no form, and no form's token is
    asked of them."""
    return _marked("_for_programs", value=True)(view)


def declared(view: Callable[..., Any]) -> Declared | None:
    return getattr(view, "_declared", None)


def is_for_programs(view: Callable[..., Any]) -> bool:
    return getattr(view, "_for_programs", False)


def is_untraced(view: Callable[..., Any] | None) -> bool:
    return getattr(view, "_untraced", False)


def limit_of(view: Callable[..., Any]) -> Limit | None:
    return getattr(view, "_limit", None)


# Where the object of a request stands, when the address does not say it (else: `find`).


def mine(visitor: Visitor, _: Mapping[str, Any]) -> Thing:
    """The visitor's own place, shop or household: lists, home pages, her own settings."""
    return own(visitor)


def in_body(_: Visitor, __: Mapping[str, Any]) -> None:
    """The object is named in the body: the view asks `check(action, thing)` itself."""


def _marked(name: str, value: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, name, value)
        return view

    return mark
