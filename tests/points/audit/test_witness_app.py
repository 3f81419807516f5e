"""One address, one method, bodies of limited size; a witness that cannot remember says so (P1)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from points.audit.asking import Caller
from points.audit.disk import Disk
from points.audit.witness import BODY_BYTES_MAX, SIZE, TEXT
from points.audit.witness_app import application
from points.audit.witness_folder import WitnessFolder
from tests.points.audit.cast import ORIGIN, leaves
from tests.points.audit.watching import asked, folder, time_of, witness
from tests.support.listening import serving


@pytest.fixture
def made(tmp_path: Path) -> WitnessFolder:
    return folder(tmp_path / "w")


def ask(
    made: WitnessFolder, raw: bytes = b"", path: str = "/add-checkpoint", **more: Any
) -> tuple[int, dict[str, str], str, str]:
    """Status, headers, body, and what its operator hears."""
    errors = io.StringIO()
    environ: dict[str, Any] = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": ""}
    environ["REQUEST_METHOD"] = "POST"
    setup_testing_defaults(environ)
    environ |= {"CONTENT_LENGTH": str(len(raw)), "wsgi.input": io.BytesIO(raw)}
    environ |= {"wsgi.errors": errors} | more
    got: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        got.extend((int(status[:3]), dict(headers)))
        return got.append

    answer = validator(application(witness(made)))(environ, start)
    body = b"".join(answer).decode()
    answer.close()  # type: ignore[attr-defined]
    return got[0], got[1], body, errors.getvalue()


def test_the_answers_of_the_protocol(made: WitnessFolder) -> None:
    status, headers, body, _ = ask(made, asked(leaves(5), 0))
    assert (status, headers["Content-Type"]) == (200, TEXT)
    assert time_of(body, leaves(5))
    status, headers, body, _ = ask(made, asked(leaves(7), 0))
    assert (status, headers["Content-Type"], body) == (409, SIZE, "5\n")
    assert ask(made, b"nonsense")[0] == 400


@pytest.mark.parametrize("path", ["/", "/add-checkpoint/", "/x/add-checkpoint", "/Add-Checkpoint"])
def test_there_is_one_address(made: WitnessFolder, path: str) -> None:
    assert ask(made, asked(leaves(5), 0), path)[0] == 404
    assert made.last(ORIGIN).size == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_there_is_one_method(made: WitnessFolder, method: str) -> None:
    status, headers, *_ = ask(made, b"", REQUEST_METHOD=method)
    assert (status, headers["Allow"]) == (405, "POST")


def test_a_body_has_a_length_and_a_limit(made: WitnessFolder) -> None:
    assert unchecked(made, {}) == 411
    for length in ("", "-1", "many", "\u0663"):
        assert unchecked(made, {"CONTENT_LENGTH": length}) == 411
    for bytes_ in (BODY_BYTES_MAX + 1, 10**30):
        assert unchecked(made, {"CONTENT_LENGTH": str(bytes_)}) == 413
    assert ask(made, b"x" * BODY_BYTES_MAX)[0] == 400


def unchecked(made: WitnessFolder, more: dict[str, str]) -> int:
    environ: dict[str, Any] = {"PATH_INFO": "/add-checkpoint", "REQUEST_METHOD": "POST"} | more
    environ |= {"wsgi.input": io.BytesIO(b"x" * 10), "wsgi.errors": io.StringIO()}
    got: list[str] = []
    application(witness(made))(environ, lambda status, _: got.append(status))  # type: ignore[arg-type, return-value]
    return int(got[0][:3])


def test_what_it_cannot_remember_it_does_not_sign(made: WitnessFolder) -> None:
    class Full(Disk):
        def write_safely(self, path: Path, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    status, _, body, heard = ask(WitnessFolder(made.folder, Full()), asked(leaves(5), 0))
    assert (status, body) == (503, "the disk fails\n")
    assert "No space left" in heard
    assert made.last(ORIGIN).size == 0
    for path in (made.folder / "state").iterdir():
        path.write_bytes(b"torn")
    status, _, body, heard = ask(made, asked(leaves(5), 0))
    assert (status, body) == (503, "witness-forgot\n")
    assert ORIGIN in heard


def test_over_a_connection_that_is_kept(made: WitnessFolder) -> None:
    with serving(application(witness(made))) as url:
        caller = Caller(f"{url}/", timeout_s=10)
        for status, raw in ((200, asked(leaves(5), 0)), (409, asked(leaves(5), 0)), (400, b"x")):
            assert caller.post("/add-checkpoint", raw, bytes_max=1000).status == status
        caller.close()
