"""`import`: registers and books from files, with an answer for every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from points.envelope import Envelope
from points.procedure import Step
from web.access.authorize import at_place
from web.access.visitor import Visitor
from web.cli.call import Call, acts
from web.cli.progress import progress_bar
from web.cli.rules import steps_in
from web.registers.answers import Answer
from web.registers.books import version_of
from web.registers.service import Imports

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DRY = click.option(
    "--dry-run", is_flag=True, help="只看结果，不入账 / answer only, change nothing."
)
CONFIRM = click.option("--confirm-as", metavar="USER", help="由另一人当场确认 / confirmed by USER.")


@click.group("import", help="导入登记表 / registers and books from .xlsx, .xls or .csv files.")
def imports() -> None:
    pass


@imports.command(help="户籍登记表 / the household register: accounts are opened.")
@click.argument("file", type=FILE)
@click.option("--base", is_flag=True, help="同时发放基础分 / grant base points as well.")
@DRY
@acts
def households(call: Call, file: Path, base: bool, dry_run: bool) -> None:
    call.check("household.register", at_place(call.place))
    if base:
        call.check("import.ask", at_place(call.place))
    with call.acting(), progress_bar("导入", call.json) as progress:
        answer = Imports(call.house).enrolling.run(
            file.read_bytes(), call.place, base=base, dry_run=dry_run, progress=progress
        )
    say_answer(call, answer)


@imports.command("credits", help="积分登记表 / the points register: waits for a second person.")
@click.argument("file", type=FILE)
@DRY
@CONFIRM
@acts
def credit_register(call: Call, file: Path, dry_run: bool, confirm_as: str | None) -> None:
    call.check("import.ask", at_place(call.place))
    posting = Imports(call.house).posting
    _ask(
        call,
        confirm_as,
        lambda: posting.ask(file.read_bytes(), call.place, file_name=file.name, dry_run=dry_run),
    )


@imports.command(help="价目 / the price list: drafted, and adopted by a second person.")
@click.argument("file", type=FILE)
@DRY
@CONFIRM
@acts
def goods(call: Call, file: Path, dry_run: bool, confirm_as: str | None) -> None:
    _book(call, "goods", file, dry_run, confirm_as)


@imports.command(help="积分细则 / the rule book: drafted, adopted by another after its six steps.")
@click.argument("file", type=FILE)
@DRY
@click.option("--procedure", type=FILE, help="四议两公开六步的表 / its six steps, as a file.")
@CONFIRM
@acts
def rules(
    call: Call, file: Path, dry_run: bool, procedure: Path | None, confirm_as: str | None
) -> None:
    _book(call, "rules", file, dry_run, confirm_as, steps_in(procedure) if procedure else [])


@imports.command(help="确认一次导入 / confirm what waits: `import confirm ID --as USER`.")
@click.argument("pending")
@acts
def confirm(call: Call, pending: str) -> None:
    say_answer(call, _confirmed(call, pending, call.login))


@imports.command(help="退回一次导入 / send back what waits; nothing is posted.")
@click.argument("pending")
@acts
def refuse(call: Call, pending: str) -> None:
    posting = Imports(call.house).posting
    waiting = posting.pendings.one(pending)
    call.check("import.confirm", at_place(waiting.place))
    with call.acting():
        posting.refuse(pending)
    call.say({"id": pending, "state": "refused"}, f"已退回 {pending}，没有入账。")


def _book(
    call: Call,
    kind: str,
    file: Path,
    dry_run: bool,
    confirm_as: str | None,
    steps: Sequence[Step] = (),
) -> None:
    call.check("rule.draft", at_place(call.place))
    book = Imports(call.house).books[kind]

    def ask() -> Answer:
        answer = book.ask(file.read_bytes(), dry_run=dry_run)
        if answer.pending and steps:
            call.house.ledger.record_rule_steps(version_of(answer.pending), steps)
        return answer

    _ask(call, confirm_as, ask)


def _ask(call: Call, confirm_as: str | None, ask: Callable[[], Answer]) -> None:
    with call.acting():
        answer = ask()
    if not answer.pending or not confirm_as:
        say_answer(call, answer)
        return
    done = _confirmed(call, answer.pending, confirm_as)
    say_answer(
        call,
        Answer(
            done.imported,
            answer.unchanged if "-" in answer.pending else answer.unchanged + done.unchanged,
            answer.refused,
            extra=answer.extra,
        ),
    )


def _confirmed(call: Call, pending: str, login: str | None) -> Answer:
    imports = Imports(call.house)
    with call.acting(as_login=login) as envelope:
        _may_confirm(call, imports, pending, envelope)
        with progress_bar("入账", call.json) as progress:
            return imports.confirm(pending, progress=progress)


def _may_confirm(call: Call, imports: Imports, pending: str, envelope: Envelope) -> None:
    assert isinstance(envelope.actor, Visitor)
    if "-" in pending:
        call.check("rule.adopt", at_place(call.house.county.code), visitor=envelope.actor)
    else:
        place = imports.posting.pendings.one(pending).place
        call.check("import.confirm", at_place(place), visitor=envelope.actor)


def say_answer(call: Call, answer: Answer) -> None:
    """Counts, and every refused row; exits with 1 where nothing of the file was taken."""
    rows = [f"第 {row.row} 行：{row.message}（{row.code}）" for row in answer.refused]
    call.say(answer.as_json(), _headline(answer), *rows)
    if answer.state == "refused":
        raise click.exceptions.Exit(1)


def _headline(answer: Answer) -> str:
    counts = f"{answer.imported} 行，原已有 {answer.unchanged} 行，未收 {len(answer.refused)} 行"
    match answer.state:
        case "dry-run":
            return f"试运行：可导入 {counts}。"
        case "pending":
            return (
                f"待确认 {counts}。请另一人运行：jiamei import confirm {answer.pending} --as 用户名"
            )
        case "refused":
            return f"整份没有采用，有 {len(answer.refused)} 行要改："
        case _:
            return f"已导入 {counts}。"
