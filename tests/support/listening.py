"""Servers on this machine that live as long as a `with`: a WSGI application, or raw bytes."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import ThreadingMixIn
from threading import Event, Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Its address."""
    with make_server("127.0.0.1", 0, application, _Threads, _Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


Talk = Callable[[socket.socket, Event], None]


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """Each caller gets `talk(socket, over)`; `over` is set when the test is."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    Thread(target=one, args=(caller,), daemon=True).start()

        def one(caller: socket.socket) -> None:
            with caller, suppress(OSError):
                talk(caller, over)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
