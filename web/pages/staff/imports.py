"""Workbooks: looked at first, row by row; then taken in, or given to a second person."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.refusals import Refusal
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import allowed, check
from web.pages.staff import finding
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    once_by_form,
    one_of,
    refused,
    show,
    text,
)
from web.pages.staff.shown import back_to, homes, people, today
from web.registers.answers import Answer
from web.registers.pending import Pendings, Waiting
from web.registers.service import Imports
from web.registers.uploads import Upload, Uploads
from web.wiring import house
from web.words.i18n import _, _l

KINDS: dict[str, str] = {
    "households": _l("户籍登记表"),
    "credits": _l("积分登记表"),
    "rules": _l("积分细则"),
    "goods": _l("分值对应表"),
}
BOOKS = {"rules": "rules", "goods": "prices"}
"""Registers that are versions of a book, and the book's name on its page."""


ACTIONS = {
    "households": "household.register",
    "credits": "import.ask",
    "rules": "rule.draft",
    "goods": "rule.draft",
}
"""What one must be allowed, to import a register."""


class Sending(Form):
    kind = one_of(KINDS)
    base = text(1)


class Taking(Form):
    digest = text(64, required=True)


class NoFile(Refusal):
    """A file must be chosen."""

    code = "no-file"


@pages.get("/imports")
@needs("import.read", of=mine)
def imports() -> ResponseReturnValue:
    return _page()


def _page(said: No = NOTHING) -> ResponseReturnValue:
    found = _pendings().all(_place())
    return show(
        "imports",
        said,
        kinds=_kinds(),
        imports=found,
        names=people(each for one in found for each in (one.asked_by, one.decided_by)),
        why_not={one.id: _why_not(one) for one in found},
    )


def _kinds() -> dict[str, str]:
    """The books are for those who may draft them, the households for who registers them."""
    return {kind: label for kind, label in KINDS.items() if allowed(ACTIONS[kind])}


def _check_kind(kind: str) -> None:
    check(ACTIONS[kind], at_place(_place()))


@pages.post("/imports")
@needs("import.ask", of=in_body)
def look() -> ResponseReturnValue:
    """A dry run: every row is answered, nothing is changed."""
    check("import.ask", at_place(_place()))
    try:
        wish = loaded(Sending)
        file = request.files.get("file")
        if file is None or not file.filename:
            raise NoFile  # answered like the others
        upload = Upload(
            wish["kind"], file.filename[:200], _place(), wish["base"] == "1", file.read()
        )
        _check_kind(upload.kind)
        answer = _run(upload, dry_run=True)
        Uploads(house().county, house().vault).keep(g.actor.id, upload)
    except Nays as error:
        return _page(refused(error, "look"))
    return _shown(upload, answer)


def _shown(upload: Upload, answer: Answer, said: No = NOTHING) -> ResponseReturnValue:
    return show("import_shown", said, upload=upload, answer=answer, kinds=KINDS)


@pages.post("/imports/take")
@needs("import.ask", of=in_body)
def take() -> ResponseReturnValue:
    """The file that was shown: households are taken in, the rest waits for a second person."""
    check("import.ask", at_place(_place()))
    uploads = Uploads(house().county, house().vault)
    try:
        wish = loaded(Taking)
        upload = uploads.kept(g.actor.id, wish["digest"])
        _check_kind(upload.kind)
        with once_by_form(wish):
            answer = _run(upload, dry_run=False)
    except Nays as error:
        return _page(refused(error, "look"))
    return _taken(upload, answer)


def _taken(upload: Upload, answer: Answer) -> ResponseReturnValue:
    if answer.pending is None:
        flash(_("导入了 %(count)s 行。", count=answer.imported))
        return back_to("imports")
    if upload.kind in BOOKS:
        version = int(answer.pending.rpartition("-")[2])
        flash(_("存成了第 %(number)s 版草稿，请另一个人通过。", number=version))
        return back_to("version", book=BOOKS[upload.kind], version=version)
    flash(_("交上去了，请另一个人核对后确认。"))
    return back_to("imported", import_id=answer.pending)


def _run(upload: Upload, *, dry_run: bool) -> Answer:
    """Raises `FileUnreadable`, `FileTooLarge`, `HeaderNotFound`, `NothingInForce`."""
    service = Imports(house())
    if upload.kind in BOOKS:
        return service.books[upload.kind].ask(upload.content, dry_run=dry_run)
    if upload.kind == "households":
        return service.enrolling.run(
            upload.content, upload.place, base=upload.base, dry_run=dry_run
        )
    return service.posting.ask(upload.content, upload.place, file_name=upload.name, dry_run=dry_run)


@pages.get("/imports/<import_id>")
@needs("import.read", of=finding.register)
def imported(import_id: str) -> ResponseReturnValue:
    """What waits, row by row, for the person who is to confirm it."""
    return _import(_pendings().one(import_id))


def _import(found: Waiting, said: No = NOTHING) -> ResponseReturnValue:
    entries = _pendings().entries(found.id)
    return show(
        "import",
        said,
        found=found,
        kinds=KINDS,
        entries=entries,
        total=sum(entry.points for entry in entries),
        homes=homes(entry.household for entry in entries),
        names=people([found.asked_by, found.decided_by]),
        rules=house().ledger.rules_on(today())[1],
        why_not=_why_not(found),
    )


@pages.post("/imports/<import_id>/confirm")
@needs("import.confirm", of=finding.register)
def confirm(import_id: str) -> ResponseReturnValue:
    """Another person's signature: now the entries are posted."""
    return _decide(
        import_id, lambda found: Imports(house()).confirm(found.id), _("确认好了，已经入账。")
    )


@pages.post("/imports/<import_id>/refuse")
@needs("import.confirm", of=finding.register)
def refuse(import_id: str) -> ResponseReturnValue:
    return _decide(
        import_id, lambda found: Imports(house()).posting.refuse(found.id), _("退回了，没有入账。")
    )


def _decide(import_id: str, act: Callable[[Waiting], object], done: str) -> ResponseReturnValue:
    found = _pendings().one(import_id)
    try:
        act(found)
    except Refusal as error:
        return _import(_pendings().one(import_id), refused(error, "decide"))
    flash(done)
    return back_to("imports")


def _why_not(found: Waiting) -> str:
    """Why the reader may not confirm; empty where she may."""
    if found.state != "pending":
        return _("已经办完")
    if not allowed("import.confirm", at_place(found.place)):
        return _("只能看")
    if found.asked_by == g.actor.id:
        return _("您交的，要另一个人确认")
    return ""


def _pendings() -> Pendings:
    return Imports(house()).posting.pendings


def _place() -> str:
    return str(g.actor.place or house().county.code)
