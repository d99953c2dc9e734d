"""`hall-counter scan`: the codes in picture files, a line a file for programs, more for people."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.errors import OutputError, PictureError
from ui.messages import message_of
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.vision.code_reader import Code


def scan(files: Sequence[str], *, as_json: bool) -> int:
    """Read each file and print what is in it; 0 when each could be read as a picture, else 1."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")  # it is asked for when OpenCV is loaded
    import cv2

    from counter_app.vision import code_engines

    cv2.setNumThreads(1)  # as the figures are measured; a counter has other work for its cores
    code_engines.load()  # or the first file's milliseconds would tell of imports
    unread = 0
    try:
        for file in files:
            answer = _answer(file)
            unread += "error" in answer
            _write(_json(answer) if as_json else _for_people(answer))
    except BrokenPipeError:  # nobody listens any more, as with `| head`
        _write_no_more()
        return 1
    except OSError as error:  # a full disk
        _write_no_more()
        raise OutputError("output.unwritable") from error
    return 1 if unread else 0


def _write_no_more() -> None:
    """What Python still writes at its end must not fail as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _json(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # a file's name that is no text in UTF-8
        return json.dumps(answer)
    return line


def _answer(file: str) -> dict[str, Any]:
    from counter_app.vision.code_reader import read_codes
    from counter_app.vision.picture_file import load_picture

    began = time.perf_counter()
    try:
        with _libraries_silent():
            picture = load_picture(Path(file))
    except PictureError as error:
        said = message_of(error)
        line = tr("{what}。{do} [{code}]", what=said.what, do=said.do, code=said.code)
        return {"file": file, "error": line}
    loaded = time.perf_counter()
    codes = read_codes(picture.grey)
    done = time.perf_counter()
    return {
        "file": file,
        "codes": [_record(code.moved(*picture.scale, 0, 0)) for code in codes],
        "ms": round((done - loaded) * 1000, 3),
        "load_ms": round((loaded - began) * 1000, 3),
    }


def _record(code: Code) -> dict[str, Any]:
    return {
        "format": code.format,
        "text": code.text,
        "encoding": code.encoding,
        "bytes_hex": code.payload.hex(),
        "corners": [[round(x, 1), round(y, 1)] for x, y in code.corners],
        "engine": code.engine,
        "step": code.step,
    }


def _for_people(answer: dict[str, Any]) -> str:
    name = _printable(answer["file"])
    if "error" in answer:
        return f"{name}: {answer['error']}"
    if not answer["codes"]:
        return tr("{file}: 没有找到码", file=name)
    return "\n".join(
        f"{name}: {code['format']}: "
        + (
            tr("二进制 {hexadecimal}", hexadecimal=code["bytes_hex"])
            if code["text"] is None
            else _printable(code["text"])
        )
        for code in answer["codes"]
    )


def _printable(text: str) -> str:
    """A stranger's text without what a terminal would obey."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode()
        for one in text
    )


def _write(line: str) -> None:
    """One line, at once; in UTF-8 whatever the place's own encoding is."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(line + "\n")
    else:
        stream.write(line.encode() + b"\n")
    sys.stdout.flush()


@contextlib.contextmanager
def _libraries_silent() -> Iterator[None]:
    """Without what the picture libraries write to standard error by themselves."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
