"""Each command: what it answers, how it refuses, and what it exits with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.cli.conftest import (
    BOOKS,
    CREDITS,
    DEMO,
    GOODS,
    HOUSEHOLDS,
    PROCEDURE,
    REAL,
    RULES,
    Line,
)

COUNTY, VILLAGE = "999901", "999901100201"
A001 = f"{VILLAGE}-A001"

# init


def test_the_real_county_is_counted(any_line: Line) -> None:
    told = any_line.json("init", "--regions", REAL)

    assert (told["townships"], told["villages"], told["communities"]) == (13, 135, 5)
    assert (told["county"], told["shops"]) == ("621125", 140)
    assert [user["login"] for user in told["users"]] == ["admin", "confirmer"]
    assert all(len(user["password"]) == 19 for user in told["users"])
    assert len(any_line.json("shop", "list")["shops"]) == 140


def test_init_may_be_run_twice(line: Line) -> None:
    line("init", "--regions", DEMO, *BOOKS)
    again = line.json("init", "--regions", DEMO, *BOOKS)

    assert (again["users"], again["shops"]) == ([], 0)
    assert (again["rules"]["unchanged"], again["goods"]["unchanged"]) == (28, 30)
    assert "13个乡镇、135个村、5个社区" in line("init", "--regions", DEMO).output


def test_one_file_holds_one_county(line: Line) -> None:
    line("init", "--regions", DEMO)

    assert line.json("init", "--regions", REAL, exits=1)["code"] == "another-county"


def test_each_county_may_have_its_own_file(tmp_path: Path, line: Line) -> None:
    line.env["JIAMEI_DATABASE_URL"] = f"sqlite:///{tmp_path}/var/{{county}}.db"
    line("init", "--regions", DEMO)
    made = line.json("init", "--regions", REAL)["users"]

    assert [user["login"] for user in made] == ["admin-621125", "confirmer-621125"]
    assert {file.stem for file in (tmp_path / "var").glob("*.db")} == {"999901", "621125", "shared"}
    assert line.json("shop", "list", exits=1)["code"] == "settings"
    assert len(line.json("shop", "list", "--county", "621125")["shops"]) == 140
    stranger = line.json("shop", "list", "--county", "621125", "--as", "admin", exits=1)
    assert stranger["code"] == "not-allowed"


def test_a_file_of_many_counties_asks_which(line: Line, tmp_path: Path) -> None:
    two = tmp_path / "two.csv"
    rest = Path(REAL).read_text().split("\n", 1)[1]
    two.write_text(Path(DEMO).read_text() + rest)

    assert "--county" in line("init", "--regions", str(two), exits=2).stderr
    assert line.json("init", "--regions", str(two), "--county", "621125")["villages"] == 135


def test_before_init_every_command_says_so(line: Line) -> None:
    assert line.json("balance", A001, "--county", COUNTY, exits=1)["code"] == "not-set-up"
    assert line.json("balance", A001, exits=1)["code"] == "settings"


# import


def test_a_dry_run_changes_nothing(started: Line) -> None:
    told = started.json("import", "credits", CREDITS, "--dry-run")

    assert (told["imported"], told["unchanged"], told["state"]) == (80, 0, "dry-run")
    assert [row["row"] for row in told["refused"]] == [83, 84, 85, 86, 87, 88, 89]
    assert started.json("balance", A001)["balance"] == 0


def test_confirming_at_once_is_for_scripts(started: Line) -> None:
    told = started.json("import", "credits", CREDITS, "--confirm-as", "confirmer")
    again = started.json("import", "credits", CREDITS, "--confirm-as", "confirmer")

    assert (told["imported"], told["unchanged"], told["state"]) == (80, 0, "done")
    assert (again["imported"], again["unchanged"], again["state"]) == (0, 80, "done")


def test_one_person_alone_posts_nothing(started: Line) -> None:
    refused = started.json("import", "credits", CREDITS, "--confirm-as", "admin", exits=1)
    assert refused["code"] == "same-person"
    pending = started.json("import", "credits", CREDITS)["pending"]
    assert started.json("import", "confirm", pending, exits=1)["code"] == "same-person"
    assert started.json("balance", A001)["balance"] == 0

    assert started.json("import", "refuse", pending)["state"] == "refused"
    told = started.json("import", "confirm", pending, "--as", "confirmer", exits=1)
    assert told["code"] == "import-decided"


def test_base_points_are_granted_once(started: Line) -> None:
    first = started.json("import", "households", HOUSEHOLDS, "--base")
    again = started.json("import", "households", HOUSEHOLDS, "--base")

    assert (first["imported"], first["unchanged"], first["base_granted"]) == (0, 60, 60)
    assert "base_granted" not in again
    balance = started.json("balance", A001)
    assert (balance["balance"], balance["buckets"]["base"]) == (0, 10)


def test_a_changed_price_list_needs_two(started: Line, tmp_path: Path) -> None:
    changed = tmp_path / "goods.csv"
    changed.write_text(Path(GOODS).read_text().replace("袋,26,", "袋,28,"))
    told = started.json("import", "goods", str(changed))
    assert (told["imported"], told["unchanged"], told["pending"]) == (1, 29, "goods-2")
    done = started.json("import", "confirm", "goods-2", "--as", "confirmer")
    assert (done["imported"], done["unchanged"]) == (1, 29)

    goods = {good["sku"]: good["points"] for good in started.json("good", "list")["goods"]}
    assert goods["G24"] == 28
    assert started.json("import", "rules", RULES)["unchanged"] == 28


def test_a_book_with_a_bad_row_is_not_taken(started: Line, tmp_path: Path) -> None:
    changed = tmp_path / "goods.csv"
    changed.write_text(Path(GOODS).read_text().replace("袋,26,", "袋,二十六,"))
    told = started.json("import", "goods", str(changed), exits=1)

    assert told["state"] == "refused"
    assert [row["code"] for row in told["refused"]] == ["points-not-a-number"]


def test_for_people_each_refused_row_is_a_line(started: Line) -> None:
    said = started("import", "credits", CREDITS, "--dry-run").output

    assert "可导入 80 行，原已有 0 行，未收 7 行" in said
    assert "第 85 行：分值500与积分细则C01的规定（5分）不符，请核对。（points-not-in-rule）" in said


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\x00", "file-unreadable"), ("姓名,电话\n张三,1".encode(), "header-not-found")],
)
def test_a_wrong_file_is_refused(started: Line, tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)

    assert started.json("import", "households", str(file), exits=1)["code"] == code


# balance, statement, lists


def test_a_past_balance_does_not_move(started: Line) -> None:
    started("import", "credits", CREDITS, "--confirm-as", "confirmer")

    assert started.json("balance", A001, "--on", "2026-03-31")["balance"] == 0
    assert started.json("balance", "a001")["balance"] == 70
    assert "可用积分 70" in started("balance", A001).output


def test_a_statement_of_a_period(started: Line) -> None:
    started("import", "credits", CREDITS, "--confirm-as", "confirmer")
    told = started.json("statement", A001, "--from", "2026-01-01", "--to", "2026-02-01")

    assert (told["opening"], told["lines"], told["closing"]) == (0, [], 0)
    said = started("statement", A001).output
    assert "2026-03-18  期初登记  好婆婆、好媳妇" in said
    assert "期末 70" in said
    assert started("statement", A001, "--from", "2026-2-1", "--to", "2026-01-01", exits=2)


def test_an_ambiguous_number_names_its_candidates(started: Line, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("户编号,户主,村\nA001,孙梅,示例02村\n")
    started("import", "households", str(more))
    told = started.json("balance", "A001", exits=1)

    assert told["code"] == "household-ambiguous"
    assert told["facts"]["candidates"] == [A001, "999901100202-A001"]
    assert started.json("balance", "A001", "--village", VILLAGE)["household"] == A001
    assert started.json("balance", "Z999", exits=1)["code"] == "household-unknown"


def test_households_are_listed_with_masked_names(started: Line) -> None:
    everybody = started.json("household", "list")["households"]
    assert len(everybody) == 60
    found = started.json("household", "list", "xb", "--village", VILLAGE)["households"]

    assert [(one["number"], one["head"]) for one in found] == [(A001, "徐*")]
    assert "徐斌" not in started("household", "list").output


def test_rules_goods_and_shops_are_listed(started: Line) -> None:
    assert len(started.json("rule", "list")["rules"]) == 28
    started("stock", "receive", "s100201", "g01", "7", "--source", "donation")
    goods = started.json("good", "list", "--shop", "S100201")["goods"]

    assert {good["sku"]: good["on_hand"] for good in goods}["G01"] == 7
    assert "示例01村巾帼家美积分超市" in started("shop", "list").output


# cards


def test_a_card_is_issued_once_blocked_and_reissued(started: Line) -> None:
    first = started.json("card", "issue", A001)
    assert len(first["number"]) == 10
    assert first["link"].endswith("/C/" + first["code"])
    assert started.json("card", "issue", A001, exits=1)["code"] == "card-in-use"
    assert started.json("card", "block", A001)["state"] == "lost"
    second = started.json("card", "reissue", A001)
    assert second["code"] != first["code"]


def test_a_pin_is_set(started: Line) -> None:
    assert started.json("card", "pin", A001, "--pin", "2580")["pin"] == "2580"
    assert started.json("card", "pin", A001, "--pin", "1111", exits=1)["code"] == "pin-too-easy"
    assert len(started.json("card", "pin", A001)["pin"]) == 4


# people and tokens


def test_people_are_made_listed_locked_and_given_passwords(started: Line) -> None:
    made = started.json(
        *("user", "create", "wang", "--name", "王桂兰", "--role", "village"),
        *("--place", VILLAGE, "--household", "A001"),
    )
    users = {user["login"]: user for user in started.json("user", "list")["users"]}
    assert users["wang"]["household"] == A001
    assert set(users) == {"admin", "confirmer", "wang"}
    new = started.json("user", "password", "wang")["password"]
    assert new != made["password"]
    started("balance", "A002", "--as", "wang")
    started("user", "lock", "wang")
    assert started.json("balance", "A002", "--as", "wang", exits=1)["code"] == "not-allowed"
    assert started.json("user", "lock", "wang", "--open")["active"] is True
    assert started.json("balance", "A002", "--as", "nobody", exits=1)["code"] == "user-unknown"


def test_whoever_acts_is_asked_what_she_may(started: Line) -> None:
    started("user", "create", "wang", "--role", "village", "--place", VILLAGE)

    other = started.json("balance", "999901100202-B001", "--as", "wang", exits=1)
    assert other["code"] == "not-allowed"
    rules = started.json("import", "rules", RULES, "--as", "wang", exits=1)
    assert rules["code"] == "not-allowed"
    town = VILLAGE[:9]
    away = started.json("import", "credits", CREDITS, "--village", town, "--as", "wang", exits=1)
    assert away["code"] == "not-allowed"
    assert started.json("import", "credits", CREDITS, "--as", "wang")["imported"] == 43


def test_a_token_is_shown_once_and_revoked(started: Line) -> None:
    made = started.json("token", "create", "--role", "keeper", "--shop", "S100201")
    assert made["token"].startswith("jm_")
    assert made["place"] == VILLAGE
    assert made["token"] not in started("token", "list", "--json").output
    assert started.json("token", "revoke", made["id"])["state"] == "revoked"
    (listed,) = started.json("token", "list")["tokens"]
    assert listed["ended_at"] is not None
    bare = started.json("token", "create", "--role", "keeper", exits=1)
    assert bare["code"] == "shop-needed"


def test_nobody_appoints_her_equal(started: Line) -> None:
    """A second person, or a token, of one's own making could sign what one proposed."""
    town = VILLAGE[:9]
    started("user", "create", "zhao", "--role", "township", "--place", town)
    started("user", "create", "li", "--role", "village", "--place", VILLAGE)
    started("user", "create", "boss", "--role", "administrator", "--place", town)

    for asked in (
        ("user", "create", "x", "--role", "township", "--place", town, "--as", "zhao"),
        ("user", "create", "x", "--role", "administrator", "--place", town, "--as", "zhao"),
        ("user", "password", "boss", "--as", "zhao"),
        ("user", "lock", "boss", "--as", "zhao"),
        ("token", "create", "--role", "township", "--place", town, "--as", "zhao"),
        ("token", "create", "--role", "village", "--place", VILLAGE, "--as", "li"),
    ):
        assert started.json(*asked, exits=1)["code"] == "not-allowed"

    till = ("token", "create", "--role", "keeper", "--shop", "S100201")
    assert started.json(*till, "--as", "li")["shop"] == "S100201"


def test_a_till_is_of_the_shop_s_own_village(started: Line) -> None:
    other = "999901100202"
    started("user", "create", "sun", "--role", "village", "--place", other)
    started("user", "create", "qian", "--role", "township", "--place", "999901101")
    till = ("token", "create", "--role", "keeper", "--shop", "S100201", "--place", other)
    keeper = (
        "user",
        "create",
        "x",
        "--role",
        "keeper",
        "--place",
        "999901101",
        "--shop",
        "S100201",
    )

    assert started.json(*till, "--as", "sun", exits=1)["code"] == "not-allowed"
    keeper += ("--place", "999901101", "--as", "qian")
    assert started.json(*keeper, exits=1)["code"] == "not-allowed"


def test_who_works_in_another_village_names_where_she_lives(started: Line) -> None:
    """A keeper serves whoever comes, so her own household counts wherever it is (rulings 13)."""
    there = ("--role", "village", "--place", "999901100202")

    made = started.json("user", "create", "sun", *there, "--household", A001)

    users = {user["login"]: user for user in started.json("user", "list")["users"]}
    assert (made["login"], users["sun"]["household"]) == ("sun", A001)
    bare = started.json("user", "create", "wu", *there, "--household", "A001", exits=1)
    assert bare["code"] == "household-unknown"


def test_nobody_sets_the_pin_of_her_own_household(started: Line) -> None:
    own = ("--place", VILLAGE, "--household", "A001")
    started("user", "create", "wang", "--role", "village", *own)

    refused = started.json("card", "pin", A001, "--pin", "2580", "--as", "wang", exits=1)

    assert refused["code"] == "own-household"


# deadlines and the rest


def test_due_may_be_run_twice(started: Line) -> None:
    assert started.json("due") == started.json("due")


def test_migrate_with_nothing_to_do(started: Line) -> None:
    told = started.json("migrate")

    assert told["county"]["before"] == told["county"]["now"]


@pytest.mark.parametrize(
    "args",
    [
        ("nothing",),
        ("balance",),
        ("balance", A001, "--on", "yesterday"),
        ("import", "credits", "no-such-file.xlsx"),
        ("stock", "receive", "S100201", "G01", "0", "--source", "donation"),
        ("stock", "receive", "S100201", "G01", "1", "--source", "stolen"),
        ("stock", "receive", "S100201", "G01", "1", "--source", "purchase", "--cost", "x"),
        ("token", "create", "--role", "queen"),
        ("balance", A001, "--county", "6211"),
        ("balance", A001, "--village", "999901"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_nothing_on_stdout(
    started: Line, args: tuple[str, ...]
) -> None:
    assert started(*args, exits=2).stdout == ""


def test_a_county_starts_with_the_content_that_comes_with_the_house(line: Line) -> None:
    made = line.json("init", "--regions", DEMO)

    assert (made["rules"]["imported"], made["goods"]["imported"]) == (28, 30)
    assert (made["rules"]["pending"], made["goods"]["state"]) == ("rules-1", "done")
    begun = line.json("init", "--regions", DEMO, "--procedure", PROCEDURE)
    assert (begun["rules"]["state"], begun["goods"]) == ("done", None)
    again = line.json("init", "--regions", DEMO)
    assert (again["rules"], again["goods"]) == (None, None)
