"""Files that browsers get: vendored ones are what they say, ours keep to the policy."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256, sha384
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[2] / "web"
STATIC, VENDOR, TEMPLATES = WEB / "static", WEB / "static" / "vendor", WEB / "templates"
OURS = sorted({*STATIC.glob("*.js"), *STATIC.glob("till/*.js")})
NEWER_THAN_ES2018 = re.compile(
    r"\?\.[\w\[(]|\?\?|\|\|=|&&=|catch \{|\.flat\(|\.at\(|replaceAll|#\w+ ="
)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)")


def vendored() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text())
    return found


@pytest.mark.parametrize("one", vendored(), ids=lambda one: one["file"])
def test_a_vendored_file_is_what_it_says(one: dict[str, Any]) -> None:
    """Version, licence text and hash stand beside every file that is not ours."""
    content = (VENDOR / one["file"]).read_bytes()
    assert one["sha384"] == "sha384-" + b64encode(sha384(content).digest()).decode()
    assert (VENDOR / one["licence_file"]).read_text().strip()


def test_every_vendored_file_is_listed() -> None:
    listed = {one["file"] for one in vendored()} | {"vendor.json"}
    assert {file.name for file in VENDOR.iterdir() if file.is_file()} == listed


def test_the_scanner_has_its_own_wasm() -> None:
    """The script names the sha256 of the one build that fits it."""
    hashed = sha256((VENDOR / "zxing_reader.wasm").read_bytes()).hexdigest()
    assert hashed in (VENDOR / "barcode-detector.js").read_text()


def test_htmx_stays_on_the_line_that_old_phones_read() -> None:
    [htmx] = [one for one in vendored() if one["package"] == "htmx.org"]
    assert htmx["version"].startswith("2.0.")


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_our_scripts_are_es2018(file: Path) -> None:
    assert NEWER_THAN_ES2018.findall(_code(file.read_text())) == []


def _code(script: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", script, flags=re.DOTALL)


@pytest.mark.parametrize(
    "file", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: str(file.relative_to(TEMPLATES))
)
def test_no_template_has_inline_script_or_style(file: Path) -> None:
    page = file.read_text()
    assert INLINE.findall(page) == []
    assert SCRIPT.findall(page) == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    for file in [*OURS, *STATIC.glob("*.css"), *TEMPLATES.rglob("*.html")]:
        addresses = re.findall(
            r"""(?:src|href|url\(|import)[\s=("']*(https?://[^\s"')]+)""", file.read_text()
        )
        assert addresses == [], file.name
