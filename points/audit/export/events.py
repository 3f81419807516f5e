"""The whole history for an outsider: events, what the log published of them, and the verifier.

Events hold no names and no phones; a household is its number. The leaves come from the published
log, not from the events, so that they show which event is not the one that was signed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from points.audit.published import PublishedLog
from points.audit.standalone import PAGE, VERIFIER
from points.refusals import Refusal
from points.store.county import County
from points.store.reading import in_order
from points.store.records import line

README = """\
家美积分账本导出

先从公告栏或村务监督委员会那里拿到 policy 和 verify.py、verify.html，不要只用这个文件夹里的。
然后运行：  python3 verify.py 这个文件夹 --policy 拿到的policy
用公告栏上照下来的检查点核对：  --board 文件
看一户的余额：  --balance 户编号，某一天的：  --on 2026-03-15
结果 GOOD 是没有问题；BAD 后面写着哪一条规则、从第几条起不对（从 0 数起）。

没有 Python：用浏览器打开 verify.html（也要用早先拿到的那一份），选这个文件夹。不上网也能用。
它不查两个人签字那些规矩，页面上写着哪些只有 verify.py 才查。

events.log    每行一条记录：编号、签名钥匙、签名、内容
leaves.bin    公开日志里每条记录的指纹，每个 32 字节
checkpoint    日志最新的检查点，checkpoints/ 是以前的
policy        相信谁：日志、见证人、系统钥匙
"""


class FolderNotEmpty(Refusal):
    """An export is written into a folder of its own."""

    code = "folder-not-empty"


@dataclass(frozen=True)
class Exported:
    """`events`: how many were written; `size`: how many of them the checkpoint covers."""

    events: int
    size: int
    folder: Path


def export_events(county: County, log: PublishedLog, folder: Path) -> Exported:
    """Raises `FolderNotEmpty`, and `NotPublished` where the log has signed nothing yet."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=str(folder))
    checkpoint, size = log.signed(), log.size
    policy = log.policy()
    (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    with county.moment() as sql, (folder / "events.log").open("wb") as file:
        count = 0
        for some in in_order(sql):
            file.write(b"".join(line(event) + b"\n" for event in some))
            count += len(some)
    with (folder / "leaves.bin").open("wb") as file:
        file.writelines(_leaves(log, size))
    for number, path in log.checkpoints():
        shutil.copyfile(path, folder / "checkpoints" / str(number))
    _write(folder / "checkpoint", str(checkpoint))
    _write(folder / "policy", policy)
    _write(folder / "README.txt", README)
    for program in (VERIFIER, PAGE):
        shutil.copyfile(program, folder / program.name)
    return Exported(count, size, folder)


def _leaves(log: PublishedLog, size: int) -> Iterator[bytes]:
    at = log.tree()
    return (at(0, index) for index in range(size))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
