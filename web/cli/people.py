"""`user` and `token`: who may sign in, and which devices and programs may call."""

from __future__ import annotations

from dataclasses import asdict

import click

from web.access.appoint import check_appointment, check_device
from web.access.authorize import at_place
from web.access.passwords import new_password
from web.access.roles import STAFF
from web.cli.call import Call, acts
from web.cli.tables import table

ROLE = click.Choice(sorted(STAFF))


@click.group(help="人员 / people who sign in.")
def user() -> None:
    pass


@user.command("create", help="新建，密码只显示这一次 / the password is shown once.")
@click.argument("login")
@click.option("--name", default="", help="姓名 / shown on pages.")
@click.option("--role", type=ROLE, required=True)
@click.option("--place", help="管辖范围的代码 / default: the county, or --village.")
@click.option("--shop", help="店员的店号 / the shop that a keeper keeps.")
@click.option("--household", help="本人的户编号 / her own household: she never acts for it.")
@acts
def user_create(
    call: Call,
    login: str,
    name: str,
    role: str,
    place: str | None,
    shop: str | None,
    household: str | None,
) -> None:
    place = place or _place(call, shop)
    call.check("user.change", at_place(place))
    check_appointment(call.visitor, role)
    if shop:
        call.check("shop.keepers", at_place(_place(call, shop)))
    own = call.house.registry.resolve_own(household, place) if household else None
    password = new_password()
    made = call.house.users.add(
        login,
        name=name or login,
        password=password,
        role=role,
        place=place,
        shop=shop,
        household=own,
        by=call.visitor.id,
    )
    if shop:
        with call.acting():
            call.house.ledger.assign_keeper(shop, keeper=made.id)
    call.say(
        {"login": made.login, "id": made.id, "role": role, "place": place, "password": password},
        f"用户 {made.login}，密码 {password}",
        "密码只显示这一次，第一次登录时要改。",
    )


@user.command("list", help="列出人员 / people of the place.")
@acts
def user_list(call: Call) -> None:
    call.check("user.read", at_place(call.place))
    found = call.house.users.all(call.place)
    rows = [(u.login, u.name, u.role, u.place, "" if u.active else "停用") for u in found]
    call.say(
        {"users": [asdict(one) for one in found]},
        table(("用户名", "姓名", "角色", "范围", "状态"), rows),
    )


@user.command("password", help="重设密码，同时解锁 / a new password; opens a lock.")
@click.argument("login")
@acts
def user_password(call: Call, login: str) -> None:
    found = call.house.users.by_login(login)
    call.check("user.change", at_place(found.place))
    check_appointment(call.visitor, found.role)
    password = new_password()
    call.house.users.reset_password(found.id, password=password, by=call.visitor.id)
    call.house.sessions.end_all("user", found.id)
    call.say(
        {"login": found.login, "password": password},
        f"用户 {found.login}，新密码 {password}（只显示这一次）",
    )


@user.command("lock", help="停用；--open 恢复 / may no longer sign in.")
@click.argument("login")
@click.option("--open", "reopen", is_flag=True, help="恢复 / may sign in again.")
@acts
def user_lock(call: Call, login: str, reopen: bool) -> None:
    found = call.house.users.by_login(login)
    call.check("user.change", at_place(found.place))
    check_appointment(call.visitor, found.role)
    call.house.users.change(found.id, active=reopen)
    if not reopen:
        call.house.sessions.end_all("user", found.id)
    call.say(
        {"login": found.login, "active": reopen},
        f"用户 {found.login} 已{'恢复' if reopen else '停用'}。",
    )


@click.group(help="设备和程序的令牌 / tokens of devices and programs.")
def token() -> None:
    pass


@token.command("create", help="新建，令牌只显示这一次 / the token is shown once.")
@click.option("--role", type=ROLE, required=True)
@click.option("--shop", help="店号 / the shop of a till.")
@click.option("--place", help="范围的代码 / default: the shop's village, else the county.")
@click.option("--name", default="", help="名称 / what it is for.")
@acts
def token_create(call: Call, role: str, shop: str | None, place: str | None, name: str) -> None:
    place = place or _place(call, shop)
    call.check("token.change", at_place(place))
    check_device(call.visitor, role)
    if shop:
        call.check("token.change", at_place(_place(call, shop)))
    made, secret = call.house.tokens.create(
        name or f"{role} {shop or place}",
        role=role,
        place=place,
        shop=shop,
        made_by=call.visitor.id,
    )
    if shop:
        with call.acting():
            call.house.ledger.assign_keeper(shop, keeper=made.id)
    call.say(
        {"id": made.id, "token": secret, "role": role, "place": place, "shop": shop},
        f"令牌 {secret}",
        f"编号 {made.id}。令牌只显示这一次。",
    )


@token.command("list", help="列出令牌，不显示令牌本身 / without the tokens themselves.")
@acts
def token_list(call: Call) -> None:
    call.check("token.read", at_place(call.place))
    found = call.house.tokens.all(call.place)
    rows = [(t.id, t.name, t.role, t.shop or t.place, "停用" if t.ended_at else "") for t in found]
    call.say(
        {"tokens": [asdict(one) for one in found]},
        table(("编号", "名称", "角色", "店或范围", "状态"), rows),
    )


@token.command("revoke", help="停用令牌 / it opens nothing from now on.")
@click.argument("token_id")
@acts
def token_revoke(call: Call, token_id: str) -> None:
    found = call.house.tokens.by_id(token_id)
    call.check("token.change", at_place(found.place))
    call.house.tokens.end(token_id)
    if found.shop:
        with call.acting():
            call.house.ledger.release_keeper(found.shop, keeper=token_id)
    call.say({"id": token_id, "state": "revoked"}, f"令牌 {token_id} 已停用。")


def _place(call: Call, shop: str | None) -> str:
    """A shop's village, else the place of the call; raises `UnknownShop`."""
    return call.house.ledger.shop(shop).village if shop else call.place
