"""Import households, import credits, redeem over HTTP; then balance, statement and check agree."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

from urllib3 import HTTPConnectionPool, Retry

from tests.web.cli.conftest import BOOKS, CREDITS, DEMO, HOUSEHOLDS, Line

NUMBER = "999901100201-A001"


def test_from_paper_to_goods(any_line: Line) -> None:
    line = any_line
    line("init", "--regions", DEMO, *BOOKS)
    households = line.json("import", "households", HOUSEHOLDS)
    assert (households["imported"], len(households["refused"])) == (60, 4)
    waiting = line.json("import", "credits", CREDITS)
    assert (waiting["imported"], waiting["state"]) == (80, "pending")
    assert line.json("balance", NUMBER)["balance"] == 0
    done = line.json("import", "confirm", waiting["pending"], "--as", "confirmer")
    assert (done["imported"], done["state"]) == (80, "done")
    assert line.json("balance", NUMBER)["balance"] == 70

    line("stock", "receive", "S100201", "G01", "20", "--source", "donation")
    line("stock", "receive", "S100201", "G02", "20", "--source", "purchase", "--cost", "3.00")
    card = line.json("card", "issue", NUMBER)["link"]
    token = line.json("token", "create", "--role", "keeper", "--shop", "S100201")["token"]
    body = {
        "card": card,
        "lines": [{"sku": "G01", "quantity": 2}, {"sku": "G02", "quantity": 1}],
        "collected_by": None,
    }
    with served(line) as api:
        first = api.redeem(token, body)
        again = api.redeem(token, body)
        balance = api.get(token, f"/api/v1/households/{NUMBER}/balance")
    assert first.status == 201
    assert first.json()["points"] == 7
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")

    assert balance.json()["balance"] == line.json("balance", NUMBER)["balance"] == 63
    statement = line.json("statement", NUMBER)
    assert (statement["opening"], statement["closing"]) == (0, 63)
    assert sum(entry["points"] for entry in statement["lines"]) == 63
    assert statement["lines"][-1]["receipt_no"] == first.json()["receipt_no"]
    assert line.json("check")["failures"] == []
    assert line.json("rebuild")["differences"] == []


class Api:
    """A till's program on a real socket."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool

    def get(self, token: str, path: str):  # type: ignore[no-untyped-def]
        return self._pool.request("GET", path, headers={"Authorization": f"Bearer {token}"})

    def redeem(self, token: str, body: object):  # type: ignore[no-untyped-def]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "till-1"}
        return self._pool.request("POST", "/api/v1/redemptions", json=body, headers=headers)


@contextmanager
def served(line: Line) -> Iterator[Api]:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from web.cli import main; main()"]
    env = {name: value for name, value in (os.environ | line.env).items() if value is not None}
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port)], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        with HTTPConnectionPool("127.0.0.1", port) as pool:
            patience = Retry(20, backoff_factor=0.05, backoff_max=0.5)
            assert pool.request("GET", "/healthz", retries=patience).status == 200
            yield Api(pool)
    finally:
        server.terminate()
        server.wait(timeout=20)
        assert server.stdout is not None
        server.stdout.close()
