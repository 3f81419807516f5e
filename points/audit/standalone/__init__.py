"""What an outsider runs without this house: each file stands alone and imports nothing of ours."""

from __future__ import annotations

from pathlib import Path

VERIFIER = Path(__file__).with_name("verify.py")
"""The program that checks an export."""

PAGE = Path(__file__).with_name("verify.html")
"""The page that checks a receipt or an export, in any browser and offline."""
