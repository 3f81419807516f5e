"""The village's public page (公示): open by link and code, without sign-in."""

from __future__ import annotations

from web.pages.village import notices, objections, show
from web.pages.village.blueprint import pages

__all__ = ["notices", "objections", "pages", "show"]
