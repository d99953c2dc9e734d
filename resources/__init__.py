"""Files that come with the program: fonts, icons, calendars. Works frozen by PyInstaller too."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Where the bundled file `name` (such as "fonts/HallCounterHei-Regular.ttf") is.

    Raises FileNotFoundError when the installation lacks it.
    """
    found = _ROOT / name
    if not found.exists():
        raise FileNotFoundError(f"bundled file missing: {name}")
    return found
