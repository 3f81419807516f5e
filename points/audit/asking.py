"""Asking other machines by HTTP: no redirects, no proxies, answers of limited size and time."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit


class Unanswered(Exception):
    """There was no answer that may be read; the text says why."""


@dataclass(frozen=True)
class Reply:
    """`kind`: the Content-Type."""

    status: int
    kind: str
    body: bytes


class Caller:
    """One connection to `url`, used for one request after another. Raises `Unanswered`."""

    def __init__(self, url: str, *, timeout_s: float) -> None:
        kinds = {"http": HTTPConnection, "https": HTTPSConnection}
        try:
            parts = urlsplit(url)
            made, host = kinds[parts.scheme], parts.hostname
            if not host:
                raise ValueError(url)
            self._line = made(host, parts.port, timeout=timeout_s)
        except (KeyError, ValueError, HTTPException) as error:
            raise Unanswered(f"{url} is no address") from error
        self._path = parts.path.rstrip("/")
        self._cut = False

    def get(self, path: str, *, bytes_max: int) -> Reply:
        return self._ask("GET", path, None, bytes_max)

    def post(self, path: str, body: bytes, *, bytes_max: int) -> Reply:
        return self._ask("POST", path, body, bytes_max)

    def cut(self) -> None:
        """End what is under way, from another thread: whoever waits for it hears `Unanswered`."""
        self._cut = True
        line = self._line.sock
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._line.close()

    def _ask(self, method: str, path: str, body: bytes | None, bytes_max: int) -> Reply:
        headers = {"User-Agent": "jiamei", "Content-Type": "text/plain; charset=utf-8"}
        try:
            self._line.request(method, self._path + path, body, headers)
            answer = self._line.getresponse()
            content = answer.read(bytes_max + 1)
            if len(content) > bytes_max:
                raise ValueError(f"more than {bytes_max} bytes")
            if self._cut or answer.length:
                raise ValueError("broken off")
        except (OSError, HTTPException, ValueError) as error:
            self._line.close()
            raise Unanswered(str(error) or type(error).__name__) from error
        return Reply(answer.status, answer.headers.get("Content-Type", ""), content)
