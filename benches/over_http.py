"""The real server and the real API: tokens, idempotency keys, JSON, on the loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from uuid import uuid4

import psutil

from benches.county import SHOPS, Town, basket, environment, jiamei

START_S = 30.0


class Refused(Exception):
    """Something else than 201 came back."""


class Server:
    """A running server and its connections, one for each client."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self.port = process, port
        self._connections: dict[int, HTTPConnection] = {}

    def ask(
        self, client: int, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Over a connection that is kept open, as a till does.

        The server closes what rests for long; such a request is sent again, and its key sees to
        it that it is done once.
        """
        try:
            return self._answered(self._connected(client), method, path, body, headers)
        except (HTTPException, OSError):
            self._connections.pop(client).close()
            return self._answered(self._connected(client), method, path, body, headers)

    @staticmethod
    def _answered(
        connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: Any
    ) -> tuple[int, bytes]:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _connected(self, client: int) -> HTTPConnection:
        if client not in self._connections:
            made = HTTPConnection("127.0.0.1", self.port, timeout=30)
            made.connect()
            made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections[client] = made
        return self._connections[client]

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def memory(self) -> int:
        """Bytes in memory of the server and its worker."""
        whole = psutil.Process(self._process.pid)
        return sum(each.memory_info().rss for each in (whole, *whole.children(recursive=True)))


@contextmanager
def serving(
    command: list[str], port: int, env: dict[str, str] | None, path: str
) -> Iterator[Server]:
    """A server that answers on `path`; stopped when the block ends."""
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port, path)
        server = Server(process, port)
        yield server
        server.close()
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def shop_server(town: Town) -> AbstractContextManager[Server]:
    port = free_port()
    command = jiamei("serve", "--port", str(port))
    return serving(command, port, environment(town.settings), "/readyz")


def empty_server() -> AbstractContextManager[Server]:
    """Flask with one route that answers nothing, behind the same server."""
    port = free_port()
    command = [
        jiamei()[0], "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws",
        "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "16",
        "--log-level", "critical", "benches.empty:application",
    ]  # fmt: skip
    return serving(command, port, None, "/")


def redeem(town: Town, server: Server, client: int, chance: Random, *, hot: bool) -> None:
    """What a till sends. Raises `Refused`."""
    card = town.cards[0 if hot else chance.randrange(len(town.cards))]
    lines = [{"sku": sku, "quantity": quantity} for sku, quantity in basket(chance)]
    body = {"card": card.token, "lines": lines, "collected_by": None}
    status, answer = server.ask(
        client,
        "POST",
        "/api/v1/redemptions",
        json.dumps(body).encode(),
        **{
            "Content-Type": "application/json",
            "Authorization": f"Bearer {town.tills[client % SHOPS].secret}",
            "Idempotency-Key": uuid4().hex,
        },
    )
    if status != 201:
        raise Refused(answer[:200])


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the server did not start")
