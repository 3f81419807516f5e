"""The rule book's procedure from the command line: step by step, from a file, or with an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from points.procedure import STEPS
from tests.web.cli.conftest import DEMO, PROCEDURE, RULES, Line

pytestmark = pytest.mark.row("A1", "Q3")

MEETING = {"--body": "县妇联党支部", "--entitled": "9", "--present": "6", "--in-favour": "4"}
POSTING = {"--place": "公开栏", "--until": "2025-03-20"}


def other_rules(folder: Path) -> str:
    """The rule book with one rule at other points."""
    file = folder / "rules.csv"
    text = Path(RULES).read_text(encoding="utf-8")
    file.write_text(text.replace("清洁户,civility,5,5", "清洁户,civility,6,6"), encoding="utf-8")
    return str(file)


def taken(line: Line, step: str, *, exits: int = 0, **more: str) -> Any:
    how = (MEETING if step in STEPS[:4] else POSTING) | more
    words = ["--day", "2025-03-10", "--number", f"{step} 1"]
    for option, what in how.items():
        words += [option, what]
    return line.json("rule", "step", "2", step, *words, exits=exits)


def test_six_steps_one_by_one_and_then_another_person(started: Line, tmp_path: Path) -> None:
    assert started.json("import", "rules", other_rules(tmp_path))["pending"] == "rules-2"
    for number, step in enumerate(STEPS):
        told = started.json("rule", "adopt", "2", "--as", "confirmer", exits=1)
        assert (told["code"], told["facts"]["step"]) == ("procedure-incomplete", step)
        assert len(taken(started, step)["steps"]) == number + 1

    assert started.json("rule", "adopt", "2", exits=1)["code"] == "same-person"
    done = started.json("rule", "adopt", "2", "--as", "confirmer")
    assert (done["next"], done["effective_from"] is None) == (None, False)
    rules = started.json("rule", "list")
    assert rules["version"] == 2
    assert {rule["code"]: rule["points_min"] for rule in rules["rules"]}["C01"] == 6
    assert started.json("check")["failures"] == []


def test_what_does_not_hold_is_refused(started: Line, tmp_path: Path) -> None:
    started("import", "rules", other_rules(tmp_path))

    assert taken(started, "decision", exits=1)["code"] == "procedure-order"
    assert taken(started, "branch", exits=1, **{"--present": "5"})["code"] == "procedure-attendance"
    assert taken(started, "branch", exits=1, **{"--in-favour": "3"})["code"] == "procedure-majority"
    assert started.json("rule", "show", "2")["next"] == "branch"
    assert started.json("rule", "show", "9", exits=1)["code"] == "unknown-version"


def test_the_steps_of_a_file(started: Line, tmp_path: Path) -> None:
    started("import", "rules", other_rules(tmp_path))
    told = started.json("rule", "steps", "2", PROCEDURE)

    assert [step["step"] for step in told["steps"]] == list(STEPS)
    assert (told["steps"][3]["present"], told["steps"][4]["until"]) == (51, "2025-01-27")
    said = started("rule", "show", "2").output
    assert "村民代表会议决议" in said
    assert "六步都记下了" in said
    assert started("import", "confirm", "rules-2", "--as", "confirmer")


def test_an_import_with_its_procedure_is_in_force_at_once(started: Line, tmp_path: Path) -> None:
    how = ("--procedure", PROCEDURE, "--confirm-as", "confirmer")
    told = started.json("import", "rules", other_rules(tmp_path), *how)

    assert (told["state"], told["imported"]) == ("done", 1)
    assert started.json("rule", "list")["version"] == 2


def test_an_import_without_it_stays_a_draft(started: Line, tmp_path: Path) -> None:
    told = started.json(
        "import", "rules", other_rules(tmp_path), "--confirm-as", "confirmer", exits=1
    )

    assert told["code"] == "procedure-incomplete"
    assert started.json("rule", "list")["version"] == 1


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("党员大会审议", "党员聚餐", "procedure-file"),
        ("46,38,35", "46,viele,35", "procedure-file"),
        ("46,38,35", "46,,35", "procedure-file"),
        ("2025-01-14", "2025-02-30", "procedure-file"),
        ("46,38,35", "46,30,30", "procedure-attendance"),
        ("2025-01-14", "2099-01-14", "procedure-step"),
    ],
)
def test_a_bad_row_holds_the_whole_file_back(
    started: Line, tmp_path: Path, wrong: str, right: str, code: str
) -> None:
    started("import", "rules", other_rules(tmp_path))
    file = tmp_path / "procedure.csv"
    text = Path(PROCEDURE).read_text(encoding="utf-8")
    assert wrong in text
    file.write_text(text.replace(wrong, right), encoding="utf-8")

    assert started.json("rule", "steps", "2", str(file), exits=1)["code"] == code
    assert started.json("rule", "show", "2")["steps"] == []


def test_the_legal_adviser_is_written_down(started: Line) -> None:
    told = started.json("rule", "legal", "1", "remarks", "--note", "第三条太宽")

    assert [each["opinion"] for each in told["legal"]] == ["remarks"]


def test_a_county_without_the_document_starts_with_a_draft(line: Line) -> None:
    said = line("init", "--regions", DEMO).output

    assert "积分细则还是草稿（rules-1），走完四议两公开再生效。" in said
    assert line.json("rule", "list", exits=1)["code"] == "nothing-in-force"
    assert len(line.json("rule", "steps", "1", PROCEDURE)["steps"]) == 6
    line("rule", "adopt", "1", "--as", "confirmer")
    assert line.json("rule", "list")["version"] == 1


def test_the_villages_record_nothing(started: Line) -> None:
    started(
        "user", "create", "wang", "--name", "王桂兰", "--role", "village", "--place", "999901100201"
    )

    refused = started.json("rule", "steps", "1", PROCEDURE, "--as", "wang", exits=1)
    assert refused["code"] == "not-allowed"
