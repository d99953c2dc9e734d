"""Runs in the frozen program before anything else: whose native libraries are found where.

- pyzbar asks `ctypes.util.find_library` for zbar, which on Linux asks the machine's own tools; the
  folder must work on a machine that has no zbar, so the answer is the library in the folder.
- The boot loader sets LD_LIBRARY_PATH to the folder. Our own libraries are found by it, but others'
  programs that we start, such as a vendor's photo decoder, must not get ours. The dynamic loader
  has read it by now, so it is taken back; programs of ours are told to set it anew.
"""

import ctypes.util
import os
import sys
from pathlib import Path

_search = ctypes.util.find_library
_ZBAR = Path(sys._MEIPASS) / "libzbar.so.0"  # type: ignore[attr-defined]  # set by the boot loader


def _find_library(name: str) -> str | None:
    return str(_ZBAR) if name == "zbar" and _ZBAR.exists() else _search(name)


ctypes.util.find_library = _find_library

if sys.platform == "linux":
    _before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if _before is not None:
        os.environ["LD_LIBRARY_PATH"] = _before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
