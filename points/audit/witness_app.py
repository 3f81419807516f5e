"""A witness behind any WSGI server: one address, one method, a body of limited size."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from points.audit.witness import ADDRESS, BODY_BYTES_MAX, Answer, Witness
from points.refusals import Refusal

REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    411: "Length Required",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


def application(witness: Witness) -> WSGIApplication:
    """Answers at `/add-checkpoint` and nowhere else."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        found = _answer(witness, environ)
        body = found.body.encode()
        headers = [("Content-Type", found.kind), ("Content-Length", str(len(body)))]
        if found.status == 405:
            headers.append(("Allow", "POST"))
        start(f"{found.status} {REASONS[found.status]}", headers)
        return [body]

    return answer


def witnessed(witness: Witness, raw: bytes) -> tuple[Answer, str]:
    """The answer, and what its operator should hear: a witness that cannot remember does not
    sign."""
    try:
        return witness.add_checkpoint(raw), ""
    except Refusal as refusal:
        return Answer(503, f"{refusal.code}\n"), f"{refusal.code} {refusal.facts}"
    except OSError as error:
        return Answer(503, "the disk fails\n"), f"disk: {error}"


def _answer(witness: Witness, environ: WSGIEnvironment) -> Answer:
    if environ.get("PATH_INFO") != ADDRESS:
        return Answer(404, "there is nothing here\n")
    if environ["REQUEST_METHOD"] != "POST":
        return Answer(405, "POST\n")
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        return Answer(411, "a length is needed\n")
    if len(length) > 9 or int(length) > BODY_BYTES_MAX:
        return Answer(413, f"at most {BODY_BYTES_MAX} bytes\n")
    answer, trouble = witnessed(witness, environ["wsgi.input"].read(int(length)))
    if trouble:
        environ["wsgi.errors"].write(f"{trouble}\n")
    return answer
