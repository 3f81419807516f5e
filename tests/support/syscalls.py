"""System calls that fail on purpose, by Debian's strace."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def injected(pids: Sequence[int], call: str, error: str, *options: str) -> Iterator[None]:
    """In these processes each such call fails with `error` (EIO, ENOSPC), while the block runs.

    `options`: `-P` names the only file that is meant, `-f` takes the threads along.
    """
    command = ["strace", "-o", "/dev/null", *options, "-e", f"inject={call}:error={error}"]
    command += ["-e", f"trace={call}", *(f"-p{pid}" for pid in pids)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        try:
            for pid in pids:
                said = tracer.stderr.readline()
                assert "attached" in said, f"{pid}: {said}"
            yield
        finally:
            tracer.terminate()
