"""A real CUPS server of a test's own: private configuration, socket, spool and a scripted printer.

The printer is a backend script that obeys files in a folder, so that a test can stop it in the
middle of a job, take its paper, or make it fail, without waiting for anything but the server.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

CUPSD = shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
HOW_TO_INSTALL = "no cupsd here: apt-get install cups cups-client"
DEADLINE_S = 20.0
_LIBRARY = Path("/usr/lib/cups")

_BACKEND = """#!/bin/sh
# A printer that obeys the files in {control}.
[ $# -eq 0 ] && {{ echo 'direct hall "Unknown" "Scripted printer"'; exit 0; }}
: > {control}/started-$1
if [ -e {control}/paper-out ]; then
    echo 'STATE: +media-empty-error' >&2
    while [ -e {control}/paper-out ]; do sleep 0.05; done
    echo 'STATE: -media-empty-error' >&2
fi
while [ -e {control}/hold ]; do sleep 0.05; done
[ -e {control}/fail ] && exit 1
cat "${{6:--}}" > {printed}/$1.part && mv {printed}/$1.part {printed}/$1.pdf
"""

_CONFIGURATION = """
Listen {socket}
Listen 127.0.0.1:{port}
LogLevel warn
Browsing Off
DefaultAuthType None
WebInterface No
MaxLogSize 0
DirtyCleanInterval 0
PreserveJobHistory {history}
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""

_FILES = """
ServerRoot {root}/etc
ServerBin {root}/lib
DataDir /usr/share/cups
CacheDir {root}/cache
StateDir {root}/state
RequestRoot {root}/spool
TempDir {root}/spool/tmp
AccessLog {root}/access_log
ErrorLog {root}/error_log
PageLog {root}/page_log
DocumentRoot /usr/share/cups/doc-root
SyncOnClose No
Sandboxing relaxed
FatalErrors config
"""


def wait_until(condition: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Poll until the condition holds; fail the test naming `what` when it does not in time."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not in {deadline_s} s: {what}")
        time.sleep(0.02)


class CupsServer:
    """A running cupsd; a context manager that leaves nothing behind.

    `socket` and `port` are its addresses for `CupsPrinter`; `printed` holds what came out, one
    file a job. Without `keeps_history` it forgets a job as soon as it ended.
    """

    def __init__(self, *, keeps_history: bool = True) -> None:
        # Not under tmp_path: its long name does not fit a Unix socket's, and the server's own
        # user may not enter it.
        self._root = Path(tempfile.mkdtemp(prefix="cups-"))
        self._root.chmod(0o755)
        for name in ("etc", "lib", "cache", "state", "spool", "spool/tmp", "control", "printed"):
            (self._root / name).mkdir()
        self.socket = str(self._root / "sock")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.control = self._root / "control"
        self.printed = self._root / "printed"
        self._process: subprocess.Popen[bytes] | None = None
        self._configure(keeps_history)

    def __enter__(self) -> CupsServer:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start, or start again with the same queues and spool."""
        assert CUPSD, HOW_TO_INSTALL
        with (self._root / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [CUPSD, "-f", "-c", f"{self._root}/cupsd.conf", "-s", f"{self._root}/files.conf"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._answers, f"cupsd answers; it said: {self.log()}")

    def kill(self) -> None:
        """End it at once, as a crash would; a backend at work is orphaned and obeys on."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(timeout=DEADLINE_S)
        self._process = None
        (self._root / "state" / "cupsd.pid").unlink(missing_ok=True)
        Path(self.socket).unlink(missing_ok=True)

    def close(self) -> None:
        """End it and remove everything."""
        for name in ("paper-out", "hold"):  # lets a waiting backend go even if it was orphaned
            (self.control / name).unlink(missing_ok=True)
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=DEADLINE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=DEADLINE_S)
            self._process = None
        shutil.rmtree(self._root, ignore_errors=True)

    def add_queue(self, name: str, *, error_policy: str = "abort-job") -> None:
        """A raw queue to the scripted printer, on and accepting."""
        self.run("lpadmin", "-p", name, "-E", "-v", "hall:/printer", "-m", "raw",
                 "-o", f"printer-error-policy={error_policy}")  # fmt: skip

    def set(self, name: str, *, on: bool) -> None:
        """Make the printer `hold`, be out of paper (`paper-out`) or `fail`, or let it go on."""
        if on:
            (self.control / name).touch()
        else:
            (self.control / name).unlink(missing_ok=True)

    def started(self, job_number: str) -> bool:
        """Whether the printer has begun that job."""
        return (self.control / f"started-{job_number}").exists()

    def run(self, command: str, *arguments: str) -> str:
        """One of CUPS' own commands against this server."""
        found = shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert found, HOW_TO_INSTALL
        done = subprocess.run(
            [found, "-h", self.socket, *arguments],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}\n{self.log()}"
        return done.stdout

    def log(self) -> str:
        """What the server said so far, for a failing test's message."""
        texts = []
        for name in ("output", "error_log"):
            path = self._root / name
            if path.exists():
                texts.append(path.read_text(errors="replace")[-2000:])
        return "\n".join(texts)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"cupsd ended: {self.log()}")
        if not Path(self.socket).exists():
            return False
        lpstat = shutil.which("lpstat")
        assert lpstat, HOW_TO_INSTALL
        done = subprocess.run(
            [lpstat, "-h", self.socket, "-r"], capture_output=True, timeout=10, check=False
        )
        return b"not" not in done.stdout and done.returncode == 0

    def _configure(self, keeps_history: bool) -> None:
        (self._root / "cupsd.conf").write_text(
            _CONFIGURATION.format(
                socket=self.socket, port=self.port, history="Yes" if keeps_history else "No"
            )
        )
        (self._root / "files.conf").write_text(_FILES.format(root=self._root))
        for part in ("filter", "daemon", "notifier", "cgi-bin"):
            (self._root / "lib" / part).symlink_to(_LIBRARY / part)
        backends = self._root / "lib" / "backend"
        backends.mkdir()
        script = backends / "hall"
        script.write_text(_BACKEND.format(control=self.control, printed=self.printed))
        # cupsd runs a backend that only its owner may execute as root where it is root itself, and
        # as itself otherwise: in both cases as somebody who may write here.
        script.chmod(0o700)
