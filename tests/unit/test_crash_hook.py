"""An error nobody expected: its trace is kept, what it was about is not."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERSON = "测试甲"
NUMBER = "990302199001010016"
PROGRAM = """
    import os, sys, threading
    from pathlib import Path
    os.umask(0)
    from counter_app import logs
    from ui import crash

    data = Path(sys.argv[1])
    logs.install(data)
    crash.install(data, quiet=True)

    def serve(name, number):
        {fault}

    serve(sys.argv[2], sys.argv[3])
"""
FAULTS = {
    "a value in the message": "raise ValueError(f'no such person: {name} {number}')",
    "a key": "{}[name]",
    "a cause": """
        try:
            raise KeyError(name)
        except KeyError as error:
            raise RuntimeError(number) from error
    """,
    "a note": """
        error = RuntimeError('x')
        error.add_note(name)
        raise error
    """,
    "a group": "raise ExceptionGroup(name, [ValueError(name), KeyError(number)])",
    "two errors on the way": """
        try:
            int(number + name)
        except ValueError:
            {}[number]
    """,
    "another thread": """
        thread = threading.Thread(target=lambda: {}[name])
        thread.start()
        thread.join()
        sys.exit(70)
    """,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_trace_is_kept_and_the_person_is_not(tmp_path, fault):
    body = textwrap.indent(textwrap.dedent(FAULTS[fault]).strip(), " " * 8).lstrip()
    text = textwrap.dedent(PROGRAM).format(
        fault="\n    ".join(body.replace("\n        ", "\n").splitlines()),
    )
    script = tmp_path / "program.py"
    script.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), PERSON, NUMBER],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70, done.stderr
    written = "".join(file.read_text("utf-8") for file in tmp_path.rglob("*.log"))
    assert "program.py" in written, "the trace is there"
    assert " in serve" in written or "in <lambda>" in written
    assert "CRITICAL ui.crash" in written
    for text in (written, done.stderr):
        assert PERSON not in text
        assert NUMBER not in text
    assert "see the log" in done.stderr
    for file in tmp_path.rglob("*.log"):
        assert file.stat().st_mode & 0o777 == 0o600, file.name
