"""The page that checks by itself (P2): offline, without a library, and it finds what `verify.py`
finds, at the same index."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from points.audit.export.events import export_events
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.standalone import PAGE
from tests.browser.alone import Verdict, check_export, check_receipt, named, opened, press_go
from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, SMALL_PHONE, held
from tests.browser.world import World
from tests.points.audit.exported import AT, TOPIC, Copy, export, sign_log, verify
from tests.points.audit.test_verifier import (
    a_field_left_out,
    a_version_left_out,
    at,
    from_nowhere,
    less_than_was_left,
    lots_from_the_start,
    more_points,
    resign_tree,
    save_of,
)
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, make_tables, settings_for
from tests.support.publishing import publish, trust, witness_file
from tests.web.demo.conftest import started
from web.demo import fill
from web.registers.answers import silent
from web.wiring import House

SLICE = 1 << 18  # bytes that it reads at once
GOOD: Verdict = ("good", None, None)

EYES: dict[str, dict[str, Any]] = {
    "phone": {"size": PHONE},
    "small, dark": {"size": SMALL_PHONE, "color_scheme": "dark"},
    "desk": {"size": DESK},
}


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser) as fresh:
        yield fresh


# What it is.


def test_it_is_one_file_that_reaches_nobody() -> None:
    text = PAGE.read_text("utf-8")
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|\beval\(|import\(", text)
    assert not re.search(r"https?://|\bsrc=|@import|url\(", text)
    assert "default-src 'none'" in text


def test_without_script_it_says_that_the_browser_is_too_old(browser: Browser) -> None:
    with opened(browser, java_script_enabled=False) as page:
        assert page.is_visible("#old")
    with opened(browser) as page:
        assert not page.is_visible("#old")


# A whole export.


def test_an_honest_export_is_right(page: Page, town: tuple[House, Path]) -> None:
    house, out = town
    policy = (out / "policy").read_text("utf-8")
    saves = re.findall(r"(\d+) saves", verify(out)[1])[0]

    assert check_export(page, out, policy_text=policy) == GOOD
    said = page.inner_text("#answer")
    issued = house.read.journal.identity()["issued"]
    assert said.startswith("对")
    for told in (f"{issued} 分", f"{saves} 次，一共 {saves} 次", f"{house.log.size} 条记录"):
        assert told in said
    assert "自带" not in said


def test_who_believes_the_folders_own_policy_is_told(page: Page, town: tuple[House, Path]) -> None:
    assert check_export(page, town[1]) == GOOD
    assert "信任文件用的是这个文件夹里自带的" in page.inner_text("#notes")


def test_the_balance_of_a_household(page: Page, town: tuple[House, Path]) -> None:
    house, out = town
    rows = [row for row in house.read.accounts.all(house.county.code) if row["balance"]]
    for row in random.Random(5).sample(rows, 3):
        household, balance = str(row["household"]), int(row["balance"])
        assert check_export(page, out, household=household, points=str(balance)) == GOOD
        assert f"这一户现在有\n{balance} 分" in page.inner_text("#facts")
        wrong = check_export(page, out, household=household, points=str(balance + 1))
        assert wrong == ("bad", "V9", None)
    nobody = check_export(page, out, household="999901100201-Z999", points="")
    assert nobody == ("bad", "V9", None)


def test_a_checkbox_decides_how_many_signatures(page: Page, town: tuple[House, Path]) -> None:
    page.click("#mode-export")
    page.set_input_files("#folder", town[1])
    assert press_go(page) == GOOD
    checked, saves = map(int, re.findall(r"(\d+) 次，一共 (\d+) 次", page.inner_text("#facts"))[0])
    assert 100 < checked < saves


def test_files_chosen_one_by_one_are_an_export_too(page: Page, town: tuple[House, Path]) -> None:
    files = [path for path in town[1].rglob("*") if path.is_file()]
    page.click("#mode-export")
    page.click("#export summary >> nth=0")
    page.set_input_files("#files", files)
    assert press_go(page) == GOOD


def test_a_folder_is_dropped_on_the_page(page: Page, town: tuple[House, Path]) -> None:
    """Its checkpoints, one folder further down, too."""
    hand = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(town[1])], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data})
    files = sum(path.is_file() for path in town[1].rglob("*"))
    page.wait_for_selector(f"text=选好了：{files} 个文件")
    assert press_go(page) == GOOD


def test_it_reads_in_slices_and_lets_the_page_live(page: Page, town: tuple[House, Path]) -> None:
    page.evaluate(
        """() => {
          window.read = []; window.ticks = 0;
          const own = FileReader.prototype.readAsArrayBuffer;
          FileReader.prototype.readAsArrayBuffer = function (blob) {
            window.read.push(blob.size); own.call(this, blob);
          };
          setInterval(() => { window.ticks++; }, 10);
        }"""
    )
    events = (town[1] / "events.log").stat().st_size
    assert check_export(page, town[1]) == GOOD
    read, ticks = page.evaluate("[window.read, window.ticks]")
    assert max(read) <= SLICE < events / 4
    assert sum(read) > 2 * events
    assert ticks > 10


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(n, marks=pytest.mark.nightly) for n in range(3, 60))]
)
def test_a_turned_bit_in_an_event(page: Page, copy: Copy, seed: int) -> None:
    path, dice = copy.folder / "events.log", random.Random(seed)
    lines = path.read_bytes().split(b"\n")
    index = dice.randrange(len(lines) - 1)
    line = bytearray(lines[index])
    place = dice.randrange(len(line))
    line[place] ^= 1 << dice.randrange(8)
    if b"\n" in line:
        line[place] ^= 0xFF
    lines[index] = bytes(line)
    path.write_bytes(b"\n".join(lines))
    assert check_export(page, copy.folder) == ("bad", "V4", index) == told(copy)


def test_what_is_cut_off_taken_out_doubled_swapped_or_put_in(page: Page, copy: Copy) -> None:
    path = copy.folder / "events.log"
    lines = path.read_bytes().splitlines(keepends=True)
    end = len(lines)
    for changed, found in (
        (lines[:-3], ("bad", "V5", end - 3)),
        (lines[:50] + lines[51:], ("bad", "V4", 50)),
        ([*lines[:50], lines[49], *lines[50:-1]], ("bad", "V4", 50)),
        ([*lines[:70], lines[71], lines[70], *lines[72:]], ("bad", "V4", 70)),
        ([*lines[:1200], lines[400], *lines[1200:]], ("bad", "V4", 1200)),
        ([*lines[:-1], lines[-1][:-1]], ("bad", "V7", end - 1)),
    ):
        path.write_bytes(b"".join(changed))
        assert check_export(page, copy.folder) == found == told(copy)


def test_without_the_leaves_it_names_the_stretch(page: Page, copy: Copy) -> None:
    (copy.folder / "leaves.bin").unlink()
    path = copy.folder / "events.log"
    path.write_bytes(path.read_bytes().replace("示例".encode(), "示范".encode(), 1))
    assert check_export(page, copy.folder) == ("bad", "V4", 0) == told(copy)


def test_a_policy_with_another_log_quorum_or_first_key(page: Page, copy: Copy) -> None:
    policy = copy.folder / "policy"
    right = policy.read_text()
    for wrong, found in (
        (re.sub(r"(# process \S+) \S+", r"\1 " + "A" * 43 + "=", right), ("bad", "V8", 0)),
        (right.replace("quorum none", "quorum nobody"), ("bad", "V3", None)),
        (right + "trust everybody\n", ("bad", "V1", None)),
        (re.sub("log .*", f"log {_other_log(right)}", right), ("bad", "V2", None)),
    ):
        policy.write_text(wrong)
        assert check_export(page, copy.folder) == found == told(copy)


def test_the_board_and_what_this_browser_saw(page: Page, copy: Copy, tmp_path: Path) -> None:
    """An insider rewrites everything and signs it anew: paper and browser remember."""
    board = (copy.folder / "checkpoint").read_text("utf-8")
    (tmp_path / "board").write_text(board, newline="")
    copy.rewrite(copy.bodies())
    assert check_export(page, copy.folder) == GOOD
    bodies = copy.bodies()
    next(body for body in bodies if body[TOPIC] == "account.opened")[-1]["group"] = "九组"
    copy.rewrite(bodies)
    assert check_export(page, copy.folder)[:2] == ("bad", "V6")
    copy.rewrite(bodies[:-3])
    assert check_export(page, copy.folder)[:2] == ("bad", "V6")
    page.evaluate("localStorage.clear()")
    assert check_export(page, copy.folder) == GOOD
    page.evaluate("localStorage.clear()")
    copy.rewrite(bodies)
    assert check_export(page, copy.folder, board=board) == (
        named(verify(copy.folder, "--board", str(tmp_path / "board"))[1])
    )
    assert page.get_attribute("#answer", "data-rule") == "V6"


def test_what_is_younger_than_the_checkpoint_is_no_matter_of_a_sample(
    page: Page, copy: Copy
) -> None:
    page.evaluate("() => { Math.random = () => 0.999999; }")
    start = copy.sign_all_but_the_last_save()
    page.click("#mode-export")
    page.set_input_files("#folder", copy.folder)
    assert press_go(page) == GOOD
    copy.sign_as_another(start)
    page.set_input_files("#folder", copy.folder)
    assert press_go(page) == ("bad", "V8", start) == told(copy)


def test_a_save_that_nobody_signed_or_another_key_did(page: Page, copy: Copy) -> None:
    path, index = copy.folder / "events.log", at(copy, "award.proposed")[1]
    genuine = copy.process
    copy.process = type(genuine)(b"z" * 32)
    copy.rewrite(copy.bodies())
    assert check_export(page, copy.folder) == ("bad", "V8", 0) == told(copy)
    copy.process = genuine
    copy.rewrite(copy.bodies())
    lines = path.read_bytes().splitlines(keepends=True)
    parts = lines[index].split(b"\t")
    other = b"B" if parts[2][1:2] == b"A" else b"A"  # it can still be read
    forged = parts[2][:1] + other + parts[2][2:]
    (copy.folder / "leaves.bin").unlink()
    for key, signature in ((b"null", b"null"), (parts[1], forged)):
        lines[index] = b"\t".join((parts[0], key, signature, parts[3]))
        path.write_bytes(b"".join(lines))
        resign_tree(copy)
        assert check_export(page, copy.folder) == ("bad", "V8", index) == told(copy)


def more_than_there_is(bodies: list[list[Any]], index: int) -> None:
    state = bodies[index][-1]
    state["takes"][0][1] += 10_000
    state["points"] += 10_000


def no_such_day(bodies: list[list[Any]], index: int) -> None:
    for body in save_of(bodies, index):
        body[AT] = "2026-02-30T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("topic", "plant"),
    [
        ("account.credited", from_nowhere),
        ("account.redeemed", more_points),
        ("account.redeemed", more_than_there_is),
        ("account.redeemed", a_field_left_out),
        ("account.redeemed", a_version_left_out),
        ("account.redeemed", no_such_day),
        ("account.restored", more_points),
        ("account.reversed", less_than_was_left),
        ("account.opened", lots_from_the_start),
    ],
)
def test_points_that_do_not_add_up(
    page: Page, copy: Copy, topic: str, plant: Callable[[list[list[Any]], int], None]
) -> None:
    """Signed anew with every key: only the rules are left."""
    bodies, index = at(copy, topic)
    if topic == "account.opened":
        spent = {body[0] for body in bodies if body[TOPIC] == "account.redeemed"}
        index = next(n for n, body in enumerate(bodies) if body[0] in spent)
    plant(bodies, index)
    copy.rewrite(bodies)
    found = check_export(page, copy.folder)
    assert found[0] == "bad"
    assert found == told(copy)


def test_nothing_of_an_export_and_something_else(page: Page, tmp_path: Path) -> None:
    page.click("#mode-export")
    assert press_go(page)[0] == "unsure"
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8")
    assert check_export(page, tmp_path) == ("bad", "V1", None)
    assert "events.log" in page.inner_text("#facts")


# One receipt.


@dataclass
class Papers:
    """What a villager can keep: the code on the slip and two files; and the policy on the wall."""

    place: Place
    code: str
    proof: Path
    note: Path
    policy: str
    folder: Path

    def kept(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, newline="")
        return path


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    """Soap on a slip, and a log that two of three witnesses have to sign."""
    folder = tmp_path_factory.mktemp("papers")
    file = f"sqlite:///{folder / 'jiamei.db'}"
    settings = settings_for(file, witnesses=str(witness_file(folder)))
    make_tables(settings)
    place = Place(settings)
    place.settle()
    place.earn(ZHAO, 100)
    till = place.program("keeper", VILLAGE, SHOP)
    slip = till.redeem(place.card(ZHAO).token, ("G02", 2), key="one").json
    assert place.house.ledger.signer
    trust(settings, place.house.ledger.signer)
    publish(settings, int(place.watch().timestamp()))
    code, client = slip["proof"]["code"], place.browser().client
    found = [folder / f"{code}.tlog-proof", folder / f"{code}.note"]
    for path in found:
        path.write_text(client.get(f"/audit/receipt/{path.name}").text, newline="")
    yield Papers(place, code, *found, place.house.log.policy(), folder)
    place.close()


def test_an_honest_receipt_is_right(page: Page, papers: Papers) -> None:
    """P2: by its code, however it is typed, and its proof; the policy is asked for once."""
    typed = papers.code.lower().replace("-", " ").replace("0", "o")
    assert check_receipt(page, [papers.proof], code=typed, policy_text=papers.policy) == GOOD
    said = page.inner_text("#answer")
    assert said.startswith("对")
    assert papers.code in said
    assert "committee" in said
    page.reload()
    assert "已经有了" in page.inner_text("#policy-known")
    files = [papers.proof, papers.note]
    assert check_receipt(page, files, code=f"HTTP://A.CN/R/{papers.code.replace('-', '')}") == GOOD
    for told_by_note in ("6 分", "2026-11-24 09:00"):
        assert told_by_note in page.inner_text("#facts")


def test_the_texts_may_be_pasted(page: Page, papers: Papers) -> None:
    said = check_receipt(
        page, [], code=papers.code, proof_text=papers.proof.read_text(), policy_text=papers.policy
    )
    assert said == GOOD


def test_a_receipt_of_something_else_is_wrong(page: Page, papers: Papers) -> None:
    other = papers.code[:-1] + ("5" if papers.code[-1] != "5" else "6")
    proof = Proof.parse(papers.proof.read_text())
    note = papers.note.read_text()
    next_one = papers.place.house.log.proof(proof.index)  # of the event before
    forged = re.sub(r"\n6\n", "\n5\n", note)
    assert forged != note
    alone = papers.policy.replace("group enough 2", "group enough all")
    few = papers.kept("few.tlog-proof", re.sub("\u2014 (auditor|town).*\n", "", str(proof)))
    for files, policy, rule in (
        ([papers.proof], papers.policy, "V4"),
        ([papers.note], papers.policy, "V4"),
    ):
        assert check_receipt(page, files, code=other, policy_text=policy) == ("bad", rule, None)
    for files, policy, rule in (
        ([papers.kept("a", next_one), papers.note], papers.policy, "V4"),
        ([papers.kept("b", forged), papers.proof], papers.policy, "V8"),
        ([papers.kept("c", str(replace(proof, extra=bytes(32))))], papers.policy, "V4"),
        ([papers.kept("d", str(proof)[:-3] + "\n")], papers.policy, "V1"),
        ([few], alone, "V3"),
        ([papers.proof], re.sub("log .*", f"log {_other_log(papers.policy)}", papers.policy), "V2"),
    ):
        code = "" if policy == alone else papers.code
        said = check_receipt(page, files, code=code, policy_text=policy)
        assert said == ("bad", rule, None), page.inner_text("#answer")
        assert page.inner_text("#word") == "不对"
        assert page.is_visible("#then")


def test_what_is_missing_is_said(page: Page, papers: Papers) -> None:
    bare = papers.kept("bare", str(replace(Proof.parse(papers.proof.read_text()), extra=None)))
    for files, code, policy, word in (
        ([], papers.code, papers.policy, "还缺东西"),
        ([papers.proof], papers.code, "", "还缺东西"),
        ([papers.proof], "12345", papers.policy, "再看看"),
        ([papers.note], papers.code, papers.policy, "签名是真的"),
        ([bare], papers.code, papers.policy, "还缺东西"),
    ):
        assert check_receipt(page, files, code=code, policy_text=policy)[0] == "unsure"
        assert page.inner_text("#word") == word
        assert not page.is_visible("#then")
    assert check_receipt(page, [bare, papers.note], code=papers.code) == GOOD


def test_two_books_of_one_size_are_not_both_right(page: Page, papers: Papers) -> None:
    """What this browser saw is never set back, and never forgotten for another."""
    point = Policy.parse(papers.policy).believe(papers.place.house.log.checkpoint() or "")
    assert check_receipt(page, [papers.proof], code=papers.code, policy_text=papers.policy) == GOOD
    key = "jiamei-verify-seen"
    kept = page.evaluate(f"localStorage.getItem('{key}')")
    assert f'"{point.checkpoint.size}"' in kept
    page.evaluate(f"localStorage.setItem('{key}', {_another_root(kept)!r})")
    said = check_receipt(page, [papers.proof], code=papers.code)
    assert said == ("bad", "V6", None)


def test_an_export_with_witnesses(page: Page, papers: Papers, tmp_path: Path) -> None:
    """V3 and V10 have something to look at."""
    house = papers.place.house
    out = export_events(house.county, house.log, tmp_path / "out").folder
    assert (out / "verify.html").read_bytes() == PAGE.read_bytes()
    signed = int(papers.place.watch().timestamp())
    page.clock.set_fixed_time(signed)
    assert check_export(page, out, policy_text=papers.policy) == GOOD
    page.clock.set_fixed_time(signed - 400)
    assert check_export(page, out) == ("bad", "V3", None)
    page.clock.set_fixed_time(signed + 27 * 3600)
    assert check_export(page, out) == GOOD
    assert "检查点过期" in page.inner_text("#notes")
    text = (out / "checkpoint").read_text()
    (out / "checkpoint").write_text(re.sub("\u2014 (auditor|township).*\n", "", text), newline="")
    assert check_export(page, out) == ("bad", "V3", None)


# How it looks, and where it stands.


@pytest.mark.parametrize("eye", EYES)
def test_every_state_of_the_page_for_every_eye(
    browser: Browser, papers: Papers, town: tuple[House, Path], eye: str
) -> None:
    found = []
    with opened(browser, **EYES[eye]) as page:
        found += [f"first {fault}" for fault in faults(page)]
        for name, code, policy in (
            ("right", papers.code, papers.policy),
            ("wrong", "0" * 16, papers.policy),
            ("unreadable", "12", papers.policy),
        ):
            check_receipt(page, [papers.proof, papers.note], code=code, policy_text=policy)
            found += [f"{name} {fault}" for fault in faults(page)]
        assert check_export(page, town[1], policy_text="\n")[0] == "bad"
        found += [f"export {fault}" for fault in faults(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
    assert found == []


def test_the_keyboard_is_enough(page: Page, papers: Papers) -> None:
    page.set_input_files("#proof-files", papers.proof)
    page.focus("#code")
    page.keyboard.type(papers.code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "word"


def test_the_served_page_is_the_same_and_may_run(
    browser: Browser, world: World, papers: Papers
) -> None:
    with held(browser) as page:
        page.goto(f"{world.url}/audit")
        page.click("text=自己核对")
        assert page.url.endswith("/audit/verify.html")
        assert page.is_visible("#served")
        with page.expect_download() as saved:
            page.click("#save")
        assert saved.value.suggested_filename == "verify.html"
        assert Path(saved.value.path()).read_bytes() == PAGE.read_bytes()
        files = [papers.proof]
        said = check_receipt(page, files, code=papers.code, policy_text=papers.policy)
        assert said == GOOD


def told(copy: Copy) -> Verdict:
    return named(verify(copy.folder)[1])


def _other_log(policy: str) -> str:
    """The key of another log of the same name."""
    from points.audit.signed_note import PLAIN, Key

    return str(Key.of(Policy.parse(policy).logs[0].vkey.name, PLAIN, bytes(32)).vkey)


def _another_root(kept: str) -> str:
    return re.sub(r'("\d+",")(.)', lambda found: found[1] + ("A" if found[2] != "A" else "B"), kept)
