"""Headers of every answer. The policy is ux.md §4: nothing from elsewhere, no inline script.

Only the till may run its bar-code reader (WebAssembly) and show pictures taken by the camera. A
page that is one file has its own script and styles inside, named by their hashes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response, request

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
_TILL = _POLICY | {
    "script-src": "'self' 'wasm-unsafe-eval'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
}
_ALONE = _POLICY | {"img-src": "data:", "connect-src": "'none'", "form-action": "'none'"}
TILL_BLUEPRINTS = frozenset({"till"})
HSTS = "max-age=31536000; includeSubDomains"


def policy(*, till: bool) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in (_TILL if till else _POLICY).items())


def policy_alone(page: str) -> str:
    """The policy of a page that is one file: its own script and styles, and no line to anybody."""
    own = {f"{kind}-src": _hashes(page, kind) for kind in ("script", "style")}
    return "; ".join(f"{name} {sources}" for name, sources in (_ALONE | own).items())


def _hashes(page: str, kind: str) -> str:
    inside = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
    digests = (b64encode(sha256(each.encode()).digest()).decode() for each in inside)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def install(app: Flask, *, https: bool) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(till=_at_the_till()))
        headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        if https:
            headers["Strict-Transport-Security"] = HSTS
        _cache(response)
        return response


def _at_the_till() -> bool:
    return request.blueprint in TILL_BLUEPRINTS


def _cache(response: Response) -> None:
    """Files with a version in their address are kept for ever, pages and answers never."""
    if request.endpoint == "static":
        versioned = "v" in request.args and response.status_code == 200
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if versioned else "no-cache"
        )
    else:
        response.headers.setdefault("Cache-Control", "no-store")
