"""One call of the command line: who acts, where, and how it answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Concatenate, NoReturn
from uuid import uuid4

import click
import orjson
from environs import EnvError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DatabaseError

from points.clock import business_day
from points.envelope import Envelope, opened
from points.refusals import Refusal
from points.store.engine import UnsafeDatabase
from volunteers.numbers import plain_number, village_and_local
from web.access.authorize import NotAllowed, Thing, at_household, authorize
from web.access.recognise import of_user
from web.access.roles import serves
from web.access.users import UnknownUser
from web.access.visitor import Visitor
from web.http.errors import plain
from web.settings import Settings, read_settings
from web.wiring import House, build_house
from web.words.sentences import sentence_for

ADMIN = "admin"
"""The login of the administrator that `init` makes."""


@dataclass
class Call:
    """`village`: the region code inside which numbers and names are looked for."""

    json: bool
    login: str | None
    county: str | None
    village: str | None

    @cached_property
    def settings(self) -> Settings:
        found = read_settings()
        return replace(found, county=self.county) if self.county else found

    @cached_property
    def house(self) -> House:
        return build_house(self.settings)

    @cached_property
    def visitor(self) -> Visitor:
        """The acting user, by default the administrator that `init` made; raises like `user`."""
        return self.user(self.login or self.made_by_init(ADMIN))

    def made_by_init(self, login: str) -> str:
        """The login that `init` gave here: with the county's code where another county's
        administrator has the plain one, for all counties share their users."""
        county = self.house.county.code
        try:
            here = serves(self.house.users.by_login(login).place, county)
        except UnknownUser:
            here = True
        return login if here else f"{login}-{county}"

    def user(self, login: str) -> Visitor:
        """A user as an actor; raises `UnknownUser`, and `NotAllowed` for one who left, or is of
        another county."""
        found = self.house.users.by_login(login)
        if not found.active or not serves(found.place, self.house.county.code):
            raise NotAllowed(action="cli")
        return of_user(found, self.house, door="cli")

    @property
    def place(self) -> str:
        """What was asked for, else the actor's own place, else this county."""
        county, own = self.house.county.code, self.visitor.place
        return self.village or (own if own.startswith(county) else county)

    # Acting.

    @contextmanager
    def acting(self, *, channel: str = "cli", as_login: str | None = None) -> Iterator[Envelope]:
        """An envelope in the name of the acting user, or of another who was named."""
        visitor = self.user(as_login) if as_login else self.visitor
        envelope = Envelope(visitor, self.house.clock(), channel, uuid4().hex)
        with opened(envelope):
            yield envelope

    def check(self, action: str, thing: Thing, *, visitor: Visitor | None = None) -> None:
        """Whether the acting user may; noted in the access log. Raises `NotAllowed`."""
        asking = visitor or self.visitor
        result = "not-allowed"
        try:
            authorize(asking, action, thing)
            result = "ok"
        finally:
            self.house.access_log.note(
                actor=asking.id,
                role=asking.role,
                place=asking.place,
                channel="cli",
                action=action,
                object=str(thing),
                result=result,
                request_id="",
            )

    def number(self, text: str, action: str) -> str:
        """The household meant, if the acting user may `action` there.

        Raises `HouseholdUnknown`, `HouseholdAmbiguous`, `NotAllowed`.
        """
        number = plain_number(text)
        if not village_and_local(number):
            number = self.house.registry.resolve(number, self.place)
        self.check(action, at_household(number))
        return number

    @property
    def today(self) -> date:
        return business_day(self.house.clock())

    # Answering.

    def say(self, told: dict[str, Any], *lines: str) -> None:
        """The answer: one JSON document, or lines for people."""
        if self.json:
            click.echo(orjson.dumps(plain(told), option=orjson.OPT_INDENT_2))
        else:
            for line in lines:
                click.echo(line)

    def fail(self, code: str, facts: dict[str, Any], message: str) -> NoReturn:
        """Say no and exit with 1."""
        if self.json:
            self.say({"code": code, "message": message, "facts": facts})
        else:
            click.echo(message, err=True)
        raise click.exceptions.Exit(1)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Refusals and broken set-ups become answers; what was opened is closed."""
        try:
            yield
        except Refusal as refusal:
            message = sentence_for(refusal.code, refusal.facts)
            self.fail(refusal.code, refusal.facts, message)
        except EnvError as error:
            self.fail("settings", {}, f"设置不对：{error}")
        except UnsafeDatabase as error:
            self.fail("unsafe-database", {}, f"数据库不安全：{error}")
        except (DatabaseError, PersistenceError) as error:
            if _not_set_up(error):
                self.fail("not-set-up", {}, "还没有建库，请先运行 jiamei init。")
            raise
        finally:
            if "house" in self.__dict__:
                self.house.close()


def _not_set_up(error: Exception) -> bool:
    said = str(error)
    return "no such table" in said or "UndefinedTable" in said or "does not exist" in said


CODE_DIGITS = {"county": (6,), "village": (9, 12)}


def _code(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A region code of the right length: half a code would reach into the neighbour's."""
    digits = CODE_DIGITS[str(option.name)]
    if value is None or (value.isascii() and value.isdigit() and len(value) in digits):
        return value
    raise click.BadParameter(f"a code of {' or '.join(map(str, digits))} digits")


def acts(function: Callable[Concatenate[Call, ...], None]) -> Callable[..., None]:
    """A command's function, with the options that all commands share."""

    @click.option("--json", "as_json", is_flag=True, help="用 JSON 回答 / answer in JSON.")
    @click.option("--as", "acts_as", help=f"以谁的名义 / who acts, by default {ADMIN}.")
    @click.option("--county", callback=_code, help="县的代码 / where several are served.")
    @click.option("--village", callback=_code, help="村或乡镇的代码 / look inside it only.")
    @functools.wraps(function)
    def run(
        as_json: bool, acts_as: str | None, county: str | None, village: str | None, **rest: Any
    ) -> None:
        call = Call(as_json, acts_as, county, village)
        with call.answering():
            function(call, **rest)

    return run
