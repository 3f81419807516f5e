"""The API for tills and programs: `/api/v1`, described by itself at `/api/v1/openapi.json`."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    pass
