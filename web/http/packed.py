"""Our own files over a thin line: the scanner's WebAssembly is 1.1 MB plain and 0.45 MB packed."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

PACKED = frozenset({".css", ".js", ".svg", ".wasm", ".webmanifest"})
STATIC = Path(__file__).parent.parent / "static"


@cache
def packed(name: str, changed_at: float) -> bytes:  # noqa: ARG001 - a changed file is packed anew
    return gzip.compress((STATIC / name).read_bytes(), mtime=0)


def install(app: Flask) -> None:
    """Serve static files packed to whoever takes them so."""

    def static(filename: str) -> Response:
        response = app.send_static_file(filename)
        wanted = request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers
        if Path(filename).suffix not in PACKED:
            return response
        response.vary.add("Accept-Encoding")
        if wanted and response.status_code == 200:
            response.direct_passthrough = False
            response.close()
            response.set_data(packed(filename, (STATIC / filename).stat().st_mtime))
            response.headers["Content-Encoding"] = "gzip"
        return response

    app.view_functions["static"] = static
