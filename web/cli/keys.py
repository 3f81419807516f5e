"""`key`: which keys sign here, and which no longer may."""

from __future__ import annotations

import os
import secrets
from base64 import b64encode
from pathlib import Path

import click

from points.ledger.keys import REASONS
from points.store.signing import SaveKey
from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.cli.tables import table

STATES = {"": "有效", **dict.fromkeys(REASONS, "已注销")}


@click.group(help="签名钥匙 / keys that sign saves and requests.")
def key() -> None:
    pass


@key.command("list", help="列出登记过的钥匙 / every key that was registered.")
@acts
def key_list(call: Call) -> None:
    call.check("key.read", at_place(call.house.county.code))
    found = call.house.read.keys.all()
    heads = ("钥匙", "种类", "持有", "名称", "登记", "状态")
    rows = [
        (
            each["key_id"],
            each["kind"],
            each["holder"],
            each["name"],
            each["registered_at"][:10],
            STATES[each["revoked_why"]],
        )
        for each in found
    ]
    call.say({"keys": found}, table(heads, rows))


@key.command("new", help="生成一把新的系统钥匙 / a new seed for JIAMEI_PROCESS_KEY.")
@click.argument("file", type=click.Path(path_type=Path, exists=False))
@acts
def key_new(call: Call, file: Path) -> None:
    seed = secrets.token_bytes(32)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(b64encode(seed) + b"\n")
    made = SaveKey(seed)
    public = b64encode(made.public).decode()
    call.say(
        {"key": made.id, "public_key": public, "file": str(file)},
        f"钥匙 {made.id} 已写入 {file}，只有本机用户能读。",
        f"请用现在的钥匙登记它：jiamei key admit {public} --name 名称",
        "然后把文件内容设为 JIAMEI_PROCESS_KEY，重新启动。",
    )


@key.command("admit", help="登记另一把系统钥匙 / let another process key sign.")
@click.argument("public_key")
@click.option("--name", required=True, help="名称 / shown in the list.")
@acts
def key_admit(call: Call, public_key: str, name: str) -> None:
    call.check("key.change", at_place(call.house.county.code))
    with call.acting():
        call.house.ledger.admit_process_key(public_key, name=name)
    call.say({"public_key": public_key}, "登记好了。")


@key.command("revoke", help="注销一把钥匙 / it signs nothing from now on.")
@click.argument("key_id")
@click.option("--why", type=click.Choice(REASONS), required=True)
@acts
def key_revoke(call: Call, key_id: str, why: str) -> None:
    call.check("key.change", at_place(call.house.county.code))
    with call.acting():
        call.house.ledger.revoke_key(key_id, why=why)
    call.say({"key": key_id}, "注销了。")
