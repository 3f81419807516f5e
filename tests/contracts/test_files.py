"""What lies in the repository: nothing of one machine, nothing edited that came from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from base64 import b64encode

import pytest

from tests.contracts.house import ROOT, committed, texts

# The names are put together here, so that this file does not hold what it looks for.
REGISTRY_HOSTS = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "files.python" + r"hosted\.org",
            "registry.np" + r"mjs\.org",
            "deb.debian" + r"\.org",
            "--(?:extra-)?index" + "-url http",
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/})-])/(?:home|root|work|Users|farm)/\w")
VENDOR = ROOT / "web/static/vendor"
MADE_AT_MOST = 600_000  # bytes of one file; larger things are made, not kept


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        if not name.startswith("web/static/vendor/")
        for pattern in (REGISTRY_HOSTS, MACHINE_PATHS)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_no_file_is_too_large_to_keep() -> None:
    large = [
        str(path.relative_to(ROOT))
        for path in committed()
        if path.stat().st_size > MADE_AT_MOST and VENDOR not in path.parents
    ]
    assert large == []


def test_no_page_loads_anything_from_another_host() -> None:
    """The villages' network is slow and the pages' policy is strict: everything is our own."""
    loads = re.compile(
        r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?https?:|@import"""
    )
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        if name.startswith(("web/templates/", "web/static/")) and "/vendor/" not in name
        for match in loads.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "entry", json.loads((VENDOR / "vendor.json").read_text()), ids=lambda e: e["file"]
)
def test_what_came_from_elsewhere_is_as_it_came(entry: dict[str, str]) -> None:
    """`vendor.json` says where each file is from; nobody edits it here."""
    digest = b64encode(hashlib.sha384((VENDOR / entry["file"]).read_bytes()).digest()).decode()

    assert f"sha384-{digest}" == entry["sha384"]
    assert all(entry[key] for key in ("package", "version", "licence"))
    assert (VENDOR / entry["licence_file"]).is_file()


def test_everything_vendored_is_listed() -> None:
    listed = {entry["file"] for entry in json.loads((VENDOR / "vendor.json").read_text())}
    present = {path.name for path in VENDOR.iterdir() if path.is_file()} - {"vendor.json"}

    assert present == listed


def test_every_make_target_is_in_its_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE))
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    helped = {line.split()[0] for line in done.stdout.splitlines()[1:]}

    assert helped == targets
    assert {"run", "test", "check", "bench", "demo", "nightly", "clean", "help"} <= targets


def test_the_build_server_types_what_the_readme_says() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text()
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make test" in readme
    assert "make run" in readme


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#]+)\)", text)
        if not target.startswith("http") and not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []
