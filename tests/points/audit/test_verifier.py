"""The stand-alone verifier: one file, offline, and it names the first bad index (P2, P6)."""

from __future__ import annotations

import ast
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from points.audit.standalone import VERIFIER
from tests.points.audit.exported import (
    ACTOR,
    AT,
    COMMAND,
    HOUSEHOLD,
    ROLE,
    STATE,
    STREAM,
    TOPIC,
    VERSION,
    Copy,
    export,
    sign_log,
    verify,
)
from tests.web.demo.conftest import started
from web.demo import fill
from web.registers.answers import silent
from web.wiring import House

BARE = ("-I", "-S")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Path]]:
    """The mini demo, signed and exported."""
    folder = tmp_path_factory.mktemp("town")
    house = started(folder)
    fill(house, profile="mini", seed=1, progress=silent)
    sign_log(house)
    yield house, export(house, folder / "out")
    house.close()


@pytest.fixture
def copy(town: tuple[House, Path], tmp_path: Path) -> Copy:
    house, out = town
    shutil.copytree(out, tmp_path / "copy")
    return Copy.of(house, tmp_path / "copy")


def bad(copy: Copy, *more: str) -> tuple[str, int | None]:
    """The rule and the index that it names."""
    code, said = verify(copy.folder, *more)
    assert code == 1, said
    found = re.match(r"BAD 有问题: (V\d+)(?: index (\d+))?: ", said)
    assert found, said
    return found[1], int(found[2]) if found[2] else None


# What it is.


@pytest.mark.row("P2")
def test_it_is_one_file_of_the_standard_library_and_of_600_lines() -> None:
    """Lines of code: what is neither blank nor comment nor docstring. The textbook arithmetic of
    two curves, for where no library is installed, comes on top."""
    text = VERIFIER.read_text("utf-8")
    words = (ast.Module, ast.ClassDef, ast.FunctionDef)
    told = [
        node.body[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, words) and ast.get_docstring(node)
    ]
    docstrings = {n for each in told for n in range(each.lineno, (each.end_lineno or 0) + 1)}
    curves = range(
        *(text[: text.index(head)].count("\n") for head in ("# ---- sig", "# ---- notes"))
    )
    lines = [
        line
        for number, line in enumerate(text.splitlines(), start=1)
        if number not in curves
        and line.strip()
        and not line.strip().startswith("#")
        and number not in docstrings
    ]
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert len(lines) <= 600
    assert imported - {"cryptography"} <= sys.stdlib_module_names


@pytest.mark.row("J2", "P2")
def test_an_honest_export_is_good_also_without_any_library(town: tuple[House, Path]) -> None:
    house, out = town
    issued = house.read.journal.identity()["issued"]
    for python in ((), BARE):
        code, said = verify(out, python=python)
        assert code == 0, said
        assert f"issued {issued}," in said
        assert said.count("NOTE") == 1  # an invented past: the demo is dated before its own books


def test_its_own_signatures_agree_with_the_fast_ones(town: tuple[House, Path]) -> None:
    code, said = verify(town[1], "--signatures", "300", python=BARE)
    assert code == 0
    checked, saves = map(int, re.findall(r"checked: (\d+) of (\d+)", said)[0])
    assert 100 < checked < saves


def test_the_balance_of_every_household_today_and_then(town: tuple[House, Path]) -> None:
    house, out = town
    rows = house.read.accounts.all(house.county.code)
    first_day = str(house.clock().date())[:8] + "01"
    for row in random.Random(3).sample(rows, 6):
        household = str(row["household"])
        assert f"balance {household} {row['balance']}\n" in verify(out, "--balance", household)[1]
        before = verify(out, "--balance", household, "--on", "2020-01-01")[1]
        assert f"balance {household} 0\n" in before
    assert first_day


# V1 to V3: who signed.


def test_every_turned_bit_of_a_checkpoint_is_refused(town: tuple[House, Path]) -> None:
    """In one process, by the verifier's own function."""
    scope: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(VERIFIER.read_text("utf-8"), "verify.py", "exec"), scope)
    policy = scope["read_policy"]((town[1] / "policy").read_text("utf-8"))
    raw = (town[1] / "checkpoint").read_bytes()
    scope["read_checkpoint"](raw.decode(), policy)
    accepted = []
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            scope["read_checkpoint"](flipped.decode(), policy)
            accepted.append(bit)
        except (scope["Bad"], UnicodeDecodeError):
            continue
    assert accepted == []


def test_a_policy_with_another_log_or_another_first_key(copy: Copy) -> None:
    policy = copy.folder / "policy"
    right = policy.read_text()
    policy.write_text(re.sub(r"(# process \S+) \S+", r"\1 " + "A" * 43 + "=", right))
    assert bad(copy) == ("V8", 0)
    policy.write_text(right.replace("quorum none", "quorum nobody"))
    assert bad(copy) == ("V3", None)
    policy.write_text(right + "trust everybody\n")
    assert bad(copy) == ("V1", None)


# V4 to V6: what was signed.


@pytest.mark.row("P2")
@pytest.mark.parametrize("seed", range(12))
def test_a_turned_bit_in_an_event_is_found_at_its_index(copy: Copy, seed: int) -> None:
    path, dice = copy.folder / "events.log", random.Random(seed)
    lines = path.read_bytes().split(b"\n")
    index = dice.randrange(len(lines) - 1)
    line = bytearray(lines[index])
    at = dice.randrange(len(line))
    line[at] ^= 1 << dice.randrange(8)
    if b"\n" in line:
        line[at] ^= 0xFF
    lines[index] = bytes(line)
    path.write_bytes(b"\n".join(lines))
    assert bad(copy) == ("V4", index)


def test_what_is_cut_off_taken_out_doubled_or_swapped(copy: Copy) -> None:
    path = copy.folder / "events.log"
    lines = path.read_bytes().splitlines(keepends=True)
    end = len(lines)
    for changed, found in (
        (lines[:-3], ("V5", end - 3)),
        (lines[:50] + lines[51:], ("V4", 50)),
        ([*lines[:50], lines[49], *lines[50:-1]], ("V4", 50)),
        ([*lines[:70], lines[71], lines[70], *lines[72:]], ("V4", 70)),
        ([*lines[:-1], lines[-1][:-1]], ("V7", end - 1)),
    ):
        path.write_bytes(b"".join(changed))
        assert bad(copy) == found


def test_without_the_leaves_it_names_the_stretch(copy: Copy) -> None:
    (copy.folder / "leaves.bin").unlink()
    path = copy.folder / "events.log"
    path.write_bytes(path.read_bytes().replace("示例".encode(), "示范".encode(), 1))
    rule, index = bad(copy)
    assert rule == "V4"
    assert index == 0


def test_the_board_and_what_one_saw_before(copy: Copy, tmp_path: Path) -> None:
    """An insider rewrites everything and signs it anew: the paper on the wall remembers."""
    board, state = tmp_path / "board", tmp_path / "state"
    shutil.copyfile(copy.folder / "checkpoint", board)
    assert verify(copy.folder, "--board", str(board), "--state", str(state))[0] == 0
    bodies = copy.bodies()
    account = next(body for body in bodies if body[TOPIC] == "account.opened")
    account[STATE]["group"] = "九组"
    copy.rewrite(bodies)
    assert verify(copy.folder)[0] == 0
    assert bad(copy, "--board", str(board))[0] == "V6"
    assert bad(copy, "--state", str(state))[0] == "V6"


@pytest.mark.parametrize("python", [(), BARE], ids=["cryptography", "nothing but Python"])
def test_what_is_younger_than_the_checkpoint_is_no_matter_of_a_sample(
    copy: Copy, python: tuple[str, ...]
) -> None:
    """Only its own signature speaks for it: whoever hands out exports could add to one."""
    start = copy.sign_all_but_the_last_save()
    code, said = verify(copy.folder, "--signatures", "0", python=python)
    assert code == 0
    assert "are younger than the checkpoint" in said

    copy.sign_as_another(start)
    code, said = verify(copy.folder, "--signatures", "0", python=python)
    assert code == 1
    assert f"V8 index {start}: the signature is of something else" in said


# V7 to V9: the rules, against somebody who holds every key.


def at(copy: Copy, topic: str, number: int = 0) -> tuple[list[list[Any]], int]:
    bodies = copy.bodies()
    found = [
        index
        for index, body in enumerate(bodies)
        if body[TOPIC] == topic and body[STATE].get("source", "award") in {"award", "donation"}
    ]
    return bodies, found[number]


def save_of(bodies: list[list[Any]], index: int) -> list[list[Any]]:
    return [body for body in bodies if body[COMMAND] == bodies[index][COMMAND]]


def test_a_copy_that_was_only_signed_anew_is_good(copy: Copy) -> None:
    copy.rewrite(copy.bodies())
    code, said = verify(copy.folder)
    assert code == 0, said


@pytest.mark.row("P6")
@pytest.mark.parametrize("number", range(20))
def test_a_case_that_its_proposer_signed(copy: Copy, number: int) -> None:
    """P6: 20 of 20 same-person approvals are found, each at its place."""
    bodies, index = at(copy, "award.signed", number * 11)
    while bodies[index][TOPIC] != "award.signed" or bodies[index][STATE]["sitting"]:
        index += 1  # of a sitting all cases were signed together
    case = next(
        body
        for body in bodies
        if body[STREAM] == bodies[index][STREAM] and body[TOPIC] == "award.proposed"
    )
    for body in save_of(bodies, index):
        body[ACTOR] = case[STATE]["proposer"]
    bodies[index][STATE]["signer"] = case[STATE]["proposer"]
    copy.rewrite(bodies)
    assert bad(copy) == ("V9", index)


def own_household(bodies: list[list[Any]], index: int) -> None:
    households = {body[STREAM]: body[STATE].get("household") for body in bodies[: index + 1]
                  if body[VERSION] == 1}  # fmt: skip
    for body in save_of(bodies, index):
        body[HOUSEHOLD] = households[bodies[index][STREAM]]


def more_points(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["points"] += 1


def again(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["number"] += 1


def a_version_left_out(bodies: list[list[Any]], index: int) -> None:
    bodies[index][VERSION] += 1


def too_late(bodies: list[list[Any]], index: int) -> None:
    for body in save_of(bodies, index):
        body[AT] = "2099-01-01T00:00:00.000000Z"


def by_the_asker(bodies: list[list[Any]], index: int) -> None:
    asked = next(body for body in bodies if body[STREAM] == bodies[index][STREAM]
                 and body[TOPIC] == "undo.asked")  # fmt: skip
    for body in save_of(bodies, index):
        body[ACTOR] = asked[ACTOR]
    bodies[index][STATE]["signer"] = asked[ACTOR]


def by_the_village(bodies: list[list[Any]], index: int) -> None:
    asked = next(body for body in bodies if body[STREAM] == bodies[index][STREAM]
                 and body[TOPIC] == "undo.asked")  # fmt: skip
    asked[STATE]["points"] = 51
    for body in save_of(bodies, index):
        body[ROLE] = "village"


def by_its_drafter(bodies: list[list[Any]], index: int) -> None:
    drafted = next(body for body in bodies if body[TOPIC] == "rulebook.drafted")
    for body in save_of(bodies, index):
        body[ACTOR] = drafted[ACTOR]


def more_goods(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["takes"][0][1] += 100_000
    bodies[index][STATE]["quantity"] += 100_000


def dearer(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["lines"][0]["points"] += 1


def to_another_case(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["lot"] = "nobody's"


def a_field_left_out(bodies: list[list[Any]], index: int) -> None:
    del bodies[index][STATE]["takes"]


def lots_from_the_start(bodies: list[list[Any]], index: int) -> None:
    """A first event that would set the verifier's own memory."""
    lot = {"left": 5_000, "points": 5_000, "dead": False, "redeemable": True, "expires_on": None}
    bodies[index][STATE]["lots"] = {"mine": lot}
    redeemed = next(
        body
        for body in bodies
        if body[STREAM] == bodies[index][STREAM] and body[TOPIC] == "account.redeemed"
    )
    redeemed[STATE]["takes"] = [["mine", redeemed[STATE]["points"], "earned"]]


def signers_from_the_start(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["signers"] = ["ghost"]
    bodies[index][STATE]["signatures_needed"] = 2
    bodies[index][STATE]["points"] = -bodies[index][STATE]["points"]


def of_another_kind(bodies: list[list[Any]], index: int) -> None:
    bodies[index][TOPIC] = "award.posted"


def of_no_kind(bodies: list[list[Any]], index: int) -> None:
    bodies[index][TOPIC] = "account.blessed"


def from_nowhere(bodies: list[list[Any]], index: int) -> None:
    bodies[index][STATE]["source"] = "heaven"


def more_than_the_case(bodies: list[list[Any]], index: int) -> None:
    """Deducted twice over, and "not taken" less than nothing, so that the sum is the case's."""
    state = bodies[index][STATE]
    more = state["takes"][-1][1] = state["takes"][-1][1] + 1
    assert more > 1
    state["points"], state["not_taken"] = state["points"] + 1, state["not_taken"] - 1


def less_than_was_left(bodies: list[list[Any]], index: int) -> None:
    state = bodies[index][STATE]
    state["points"], state["receivable"] = state["points"] - 1 - state["receivable"], -1


def not_whole(bodies: list[list[Any]], index: int) -> None:
    for each in save_of(bodies, index):
        if "points" in each[STATE]:
            each[STATE]["points"] = float(each[STATE]["points"])


def true_for_one(bodies: list[list[Any]], index: int) -> None:
    state = bodies[index][STATE]
    state["source"], state["points"] = "base", True


PLANTS: list[tuple[str, Callable[[list[list[Any]], int], None], str]] = [
    ("award.signed", own_household, "V9"),
    ("award.proposed", of_another_kind, "V9"),
    ("account.card_issued", of_no_kind, "V9"),
    ("account.credited", from_nowhere, "V9"),
    ("account.credited", more_points, "V9"),
    ("account.credited", to_another_case, "V9"),
    ("account.redeemed", more_points, "V9"),
    ("account.redeemed", a_field_left_out, "V9"),
    ("account.redeemed", a_version_left_out, "V7"),
    ("account.credited", not_whole, "V7"),
    ("account.credited", true_for_one, "V9"),
    ("account.deducted", more_than_the_case, "V9"),
    ("account.reversed", less_than_was_left, "V9"),
    ("account.restored", more_points, "V9"),
    ("shop_day.receipt_numbered", again, "V9"),
    ("redemption.voided", too_late, "V9"),
    ("redemption.completed", own_household, "V9"),
    ("redemption.completed", dearer, "V9"),
    ("stock.issued", more_goods, "V9"),
    ("undo.signed", by_the_asker, "V9"),
    ("undo.signed", by_the_village, "V9"),
    ("rulebook.adopted", by_its_drafter, "V9"),
]


@pytest.mark.parametrize(
    ("topic", "plant", "rule"),
    PLANTS,
    ids=[f"{topic} {plant.__name__}" for topic, plant, _ in PLANTS],
)
def test_a_planted_violation_is_found(
    copy: Copy, topic: str, plant: Callable[[list[list[Any]], int], None], rule: str
) -> None:
    bodies, index = at(copy, topic)
    plant(bodies, index)
    first = bodies.index(save_of(bodies, index)[0])
    copy.rewrite(bodies)
    found, where = bad(copy)
    assert found == rule
    assert where in {index, first}


def test_what_a_first_event_says_is_not_the_verifiers_memory(copy: Copy) -> None:
    bodies = copy.bodies()
    rich = next(body[STREAM] for body in bodies if body[TOPIC] == "account.redeemed")
    index = next(n for n, body in enumerate(bodies) if body[STREAM] == rich)
    lots_from_the_start(bodies, index)
    copy.rewrite(bodies)
    assert bad(copy)[0] == "V9"


def test_nor_are_signers_that_nobody_signed_for(copy: Copy) -> None:
    bodies, index = at(copy, "award.proposed")
    signers_from_the_start(bodies, index)
    copy.rewrite(bodies)
    assert bad(copy)[0] == "V9"


def test_what_one_saw_is_never_set_back(copy: Copy, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert verify(copy.folder, "--state", str(state))[0] == 0
    newer = state.read_text("utf-8")
    copy.rewrite(copy.bodies()[:-3])
    assert bad(copy, "--state", str(state))[0] in {"V5", "V6"}
    assert state.read_text("utf-8") == newer


def test_nobody_has_no_balance(copy: Copy) -> None:
    assert bad(copy, "--balance", "999901100201-Z999") == ("V9", None)


def test_a_save_that_nobody_signed_or_another_key_did(copy: Copy) -> None:
    path, index = copy.folder / "events.log", at(copy, "award.proposed")[1]
    genuine = copy.process
    copy.process = type(genuine)(b"z" * 32)
    copy.rewrite(copy.bodies())
    assert bad(copy) == ("V8", 0)
    copy.process = genuine
    copy.rewrite(copy.bodies())
    lines = path.read_bytes().splitlines(keepends=True)
    parts = lines[index].split(b"\t")
    lines[index] = b"\t".join((parts[0], b"null", b"null", parts[3]))
    (copy.folder / "leaves.bin").unlink()
    path.write_bytes(b"".join(lines))
    resign_tree(copy)
    assert bad(copy) == ("V8", index)


def resign_tree(copy: Copy) -> None:
    from points.audit.checkpoint import Checkpoint, sign
    from points.audit.tree import Frontier, leaf_hash
    from points.store.records import leaf

    tree = Frontier()
    for line in (copy.folder / "events.log").read_bytes().splitlines():
        tree.add(leaf_hash(leaf(line)))
    point = Checkpoint(copy.log.vkey.name, tree.size, tree.root)
    (copy.folder / "checkpoint").write_text(sign(point, copy.log), newline="")
