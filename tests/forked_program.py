"""A `hall-platform` command as a process forked from one that is warm; see fork_server.py."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SERVER = Path(__file__).with_name("fork_server.py")


class ForkedProgram:
    """A running command, with as much of `subprocess.Popen`'s manners as tests use.

    `stdin` and `stdout` are pipes; standard error goes to the open file `errors`.
    """

    def __init__(self, arguments: Sequence[str], errors: int, folder: Path = ROOT) -> None:
        self.args = ["hall-platform", *arguments]
        self.returncode: int | None = None
        its_input, our_input = os.pipe()
        our_output, its_output = os.pipe()
        self._line, its_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(os.environ),
        }
        theirs = [its_input, its_output, errors, its_line.fileno()]
        socket.send_fds(_server(), [json.dumps(told).encode()], theirs)
        os.close(its_input)
        os.close(its_output)
        its_line.close()
        self.stdin: IO[str] = os.fdopen(our_input, "w")
        self.stdout: IO[str] = os.fdopen(our_output)
        self.pid = int(self._line.recv(32))

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = int(self._line.recv(32))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def run(arguments: Sequence[str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run one command to its end with nothing to read, as `subprocess.run` does."""
    with tempfile.TemporaryFile("w+") as errors:
        program = ForkedProgram(arguments, errors.fileno())
        program.stdin.close()
        with program.stdout:
            end = Timer(timeout, program.kill)
            end.start()
            output = program.stdout.read()
            status = program.wait()
            end.cancel()
        if status == -signal.SIGKILL:
            raise subprocess.TimeoutExpired(program.args, timeout, output)
        errors.seek(0)
        return subprocess.CompletedProcess(program.args, status, output, errors.read())


@cache
def _server() -> socket.socket:
    """This process's fork server; it ends when this process does, however that is."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(
        [sys.executable, str(SERVER), str(theirs.fileno())],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def leave() -> None:
        ours.close()
        server.wait(15)

    atexit.register(leave)
    return ours
