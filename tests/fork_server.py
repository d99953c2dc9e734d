"""A `hall-platform` that has imported everything and forks itself for each command of the tests.

A platform spends two seconds of processor on its imports and routes before it serves. Tests start
hundreds; here the imports are paid once for a worker. What is forked is a process like any other:
its own standard streams, its own signals, its own end. Whoever wants the real start of the program
runs it (`test_platform_commands`).

One message of the control socket is one command: {"arguments", "folder", "environment"}, and
beside it the file descriptors of standard input, output and error and of a socket that is told the
pid and, when the command has ended, its status as `subprocess` has it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys

LONGEST = 1 << 17


def commands(control: socket.socket) -> list[str] | None:
    """Fork for each command. Returns its arguments in the fork, None here when nobody asks more."""
    watched: dict[int, socket.socket] = {}
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            os.read(woken, 1024)
            _tell_of_the_ended(watched)
        if control not in ready:
            continue
        message, descriptors, _, _ = socket.recv_fds(control, LONGEST, 4)
        if not message:
            return None
        told = json.loads(message)
        *streams, line = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (woken, wakes, line):
                os.close(one)
            control.close()
            for other in watched.values():
                other.close()
            return _become(told, streams)
        for one in streams:
            os.close(one)
        watched[pid] = socket.socket(fileno=line)
        _say(watched[pid], pid)


def _tell_of_the_ended(watched: dict[int, socket.socket]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            line = watched.pop(pid)
            _say(line, os.waitstatus_to_exitcode(status))
            line.close()


def _say(line: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        line.send(str(number).encode())


def _become(told: dict[str, object], streams: list[int]) -> list[str]:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(told["folder"]))
    os.environ.clear()
    os.environ.update(told["environment"])  # type: ignore[call-overload]
    arguments = list(map(str, told["arguments"]))  # type: ignore[call-overload]
    sys.argv[1:] = arguments
    return arguments


if __name__ == "__main__":
    from hall_platform import app
    from hall_platform.cli import main
    from hall_platform.serving import serve  # noqa: F401 - imported before the forks

    app.openapi_document()
    gc.collect()
    gc.freeze()
    found = commands(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(0 if found is None else main(found))
