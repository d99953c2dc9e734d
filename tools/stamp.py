"""What was measured and when: figures are written with the commit and the date they belong to."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"


def commit() -> str:
    """The commit at hand, with a plus sign when files differ from it; "" without git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def stamped(figures: Mapping[str, object]) -> dict[str, object]:
    """The figures with commit and date."""
    return {
        "commit": commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **figures,
    }


def write(path: Path, figures: Mapping[str, object]) -> None:
    """Write the figures with their stamp, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        half.write_text(
            json.dumps(stamped(figures), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
