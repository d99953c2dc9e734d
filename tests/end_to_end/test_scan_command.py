"""`hall-counter scan` as people and programs start it: files in, lines out, memory bounded."""

import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import cv2
import numpy
import pytest
import segno
from hard_pictures import hard_picture
from size import size

ROOT = Path(__file__).resolve().parents[2]
PEAK_MIB = 500  # the libraries alone are some 100
KEYS = ["file", "codes", "ms", "load_ms"]
CODE_KEYS = ["format", "text", "encoding", "bytes_hex", "corners", "engine", "step"]


def command(*arguments):
    return [sys.executable, "-m", "ui.commands", "scan", *map(str, arguments)]


# The system's own maximum would count what this process has, too: a child begins as its copy.
MEASURED = """
import re, runpy, sys
peak = sys.argv.pop(1)
try:
    runpy.run_module("ui.commands", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status, open(peak, "w") as told:
        told.write(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])
"""


def scan(*arguments, **options):
    """What the command printed, its end and its peak of memory in MiB."""
    with tempfile.NamedTemporaryFile("r") as peak:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, peak.name, "scan", *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            check=False,
            **options,
        )
        return done.stdout.decode(), done.stderr.decode(), done.returncode, int(peak.read()) / 1024


def records(out):
    return [json.loads(line) for line in out.splitlines()]


def symbol(payload, scale=5, **options):
    """A QR code on white as a grey picture."""
    file = io.BytesIO()
    segno.make_qr(payload, **options).save(file, kind="png", scale=scale, border=4)
    return cv2.imdecode(numpy.frombuffer(file.getvalue(), numpy.uint8), cv2.IMREAD_GRAYSCALE)


def test_one_object_a_line_with_what_was_read(tmp_path):
    cv2.imwrite(str(tmp_path / "utf8.png"), symbol("预约试验·甲".encode(), mode="byte"))
    cv2.imwrite(str(tmp_path / "gbk.png"), symbol("预约试验甲".encode("gbk"), mode="byte"))
    cv2.imwrite(str(tmp_path / "binary.png"), symbol(b"\xff\xfe\x00\x01\xff", mode="byte"))
    cv2.imwrite(str(tmp_path / "blank.png"), numpy.full((60, 80), 255, numpy.uint8))
    names = ["utf8.png", "gbk.png", "binary.png", "blank.png"]
    out, err, code, _ = scan("--json", *(tmp_path / name for name in names))
    answers = records(out)
    assert code == 0
    assert err == ""
    assert [answer["file"] for answer in answers] == [str(tmp_path / name) for name in names]
    assert all(list(answer) == KEYS for answer in answers)
    assert all(answer["ms"] >= 0 and answer["load_ms"] > 0 for answer in answers)
    (utf8,), (gbk,), (binary,), blank = (answer["codes"] for answer in answers)
    assert list(utf8) == CODE_KEYS
    assert (utf8["format"], utf8["text"], utf8["encoding"]) == ("QR Code", "预约试验·甲", "utf-8")
    assert bytes.fromhex(utf8["bytes_hex"]) == "预约试验·甲".encode()
    assert (gbk["text"], gbk["encoding"]) == ("预约试验甲", "gb18030")
    assert (binary["text"], binary["bytes_hex"]) == (None, "fffe0001ff")
    assert binary["encoding"] == "binary"
    assert utf8["engine"] == "zxing-cpp"
    assert numpy.array(utf8["corners"]).shape == (4, 2)
    assert numpy.abs(numpy.array(utf8["corners"][0]) - 20).max() <= 2.5
    assert blank == []


@pytest.mark.parametrize(
    "name",
    [
        "jpg",
        "png",
        "bmp",
        "webp",
        "tiff",
        "gif",
        "ppm",
        "pgm",
        "pam",
        "pfm",
        "jp2",
        "ras",
        "hdr",
        "avif",
    ],
)
def test_any_format_that_opencv_writes_is_read(tmp_path, name):
    picture = cv2.cvtColor(symbol("YY-0099"), cv2.COLOR_GRAY2BGR)
    if name in ("pfm", "hdr"):
        picture = picture.astype(numpy.float32) / 255
    if name == "pgm":
        picture = picture[..., 0]
    file = tmp_path / f"code.{name}"
    assert cv2.imwrite(str(file), picture)
    half = tmp_path / f"half.{name}"
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    out, _, code, _ = scan("--json", file, half)
    whole, broken = records(out)
    assert [one["text"] for one in whole["codes"]] == ["YY-0099"]
    assert code == 1
    assert list(broken) == ["file", "error"]
    assert broken["error"].endswith("[picture.unreadable]")


def test_alpha_and_deep_pictures_are_read(tmp_path):
    code = symbol("YY-0099")
    nothing = numpy.zeros_like(code)
    pictures = {
        "black on nothing": numpy.dstack([nothing, nothing, nothing, 255 - code]),
        "white on nothing": numpy.dstack([255 - nothing] * 3 + [255 - code]),
        "sixteen bits": code.astype(numpy.uint16) * 257,
        "twelve bits in sixteen": code.astype(numpy.uint16) * 16,
        "deep and clear": numpy.dstack([nothing] * 3 + [255 - code]).astype(numpy.uint16) * 257,
    }
    for name, picture in pictures.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    out, _, status, _ = scan("--json", *(tmp_path / f"{name}.png" for name in pictures))
    assert status == 0
    read = {Path(one["file"]).stem: [code["text"] for code in one["codes"]] for one in records(out)}
    assert read == {name: ["YY-0099"] for name in pictures}


def png(width, height, rows):
    """A grey PNG of one bit a pixel that claims this size and holds so many white rows."""

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    packed = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    data = b"".join(packed.compress(row) for _ in range(rows)) + packed.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_what_would_fill_the_memory_gets_a_sentence(tmp_path):
    (tmp_path / "huge.png").write_bytes(png(20_000, 20_000, 20_000))
    (tmp_path / "bomb.png").write_bytes(png(2_000_000, 2_000_000, 3))
    jpeg = cv2.imencode(".jpg", numpy.full((16, 16), 255, numpy.uint8))[1].tobytes()
    at = jpeg.index(b"\xff\xc0") + 5
    (tmp_path / "bomb.jpg").write_bytes(jpeg[:at] + b"\xff\xdc\xff\xdc" + jpeg[at + 4 :])
    (tmp_path / "bomb.tiff").write_bytes(tiff(100_000, 100_000))
    (tmp_path / "bomb.webp").write_bytes(
        b"RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f" + struct.pack("<I", 0x0FFFFFFF) + bytes(15)
    )
    names = ["huge.png", "bomb.png", "bomb.jpg", "bomb.tiff", "bomb.webp"]
    out, _, code, peak = scan("--json", *(tmp_path / name for name in names), "--language", "en")
    answers = records(out)
    assert code == 1
    assert [one["error"].split("[")[1] for one in answers] == ["picture.too_large]"] * len(names)
    assert answers[0]["error"].startswith("The picture is too large")
    assert peak < PEAK_MIB


def tiff(width, height):
    """The head of a TIFF that claims this size."""
    entries = [(256, 4, width), (257, 4, height), (258, 3, 8), (277, 3, 1)]
    packed = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + bytes(64)


def test_a_large_photograph_is_read_in_bounded_memory(tmp_path):
    page = numpy.full((9_000, 12_000), 255, numpy.uint8)
    code = symbol("YY-0099", scale=40)
    page[3000 : 3000 + len(code), 5000 : 5000 + len(code)] = code
    for name in ("large.jpg", "large.png"):
        cv2.imwrite(str(tmp_path / name), page)
    out, _, status, peak = scan("--json", tmp_path / "large.jpg", tmp_path / "large.png")
    assert status == 0
    for answer in records(out):
        (found,) = answer["codes"]
        assert found["text"] == "YY-0099"
        assert numpy.abs(numpy.array(found["corners"][0]) - [5160, 3160]).max() < 12
    assert peak < PEAK_MIB


@pytest.mark.full
def test_thousands_of_files_take_steady_memory(tmp_path):
    for number in range(20):
        picture = numpy.full((240, 320), 230, numpy.uint8)
        if number % 2:
            code = symbol(f"YY-{number:04}", scale=4)
            picture[20 : 20 + len(code), 20 : 20 + len(code)] = code
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture)
    for number, kind in enumerate(("curled", "blur", "damaged", "moire", "no_code")):
        cv2.imwrite(str(tmp_path / f"hard{number}.jpg"), hard_picture(kind, number).picture)
    (tmp_path / "half.png").write_bytes((tmp_path / "1.png").read_bytes()[:200])
    clear = cv2.cvtColor(symbol("YY-0099"), cv2.COLOR_GRAY2BGRA)
    cv2.imwrite(str(tmp_path / "clear.png"), clear)
    files = sorted(tmp_path.iterdir()) * size(short=15, full=120)
    easy = {tmp_path / f"{number}.png": number % 2 == 1 for number in range(20)}
    with subprocess.Popen(command("--json", *files), cwd=ROOT, stdout=subprocess.PIPE) as started:
        resident = []
        for number, line in enumerate(started.stdout, 1):
            answer = json.loads(line)
            assert answer["file"] == str(files[number - 1])
            if files[number - 1] in easy:
                assert bool(answer["codes"]) == easy[files[number - 1]]
            if number % (len(files) // 4) == 0 and number < len(files):
                status = Path(f"/proc/{started.pid}/status").read_text()
                resident.append(int(status.split("VmRSS:")[1].split()[0]))
    assert started.returncode == 1, "half a file was among them"
    assert number == len(files)
    assert resident[-1] < resident[0] * 1.05 + 1024


def test_what_is_no_file_or_no_picture_is_said_and_the_rest_is_read(tmp_path):
    cv2.imwrite(str(tmp_path / "code.png"), symbol("YY-0099\x1b[31m"))
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    names = ["missing.png", "text.png", "empty.png", "pipe.png", "code.png"]
    out, err, code, _ = scan(*(tmp_path / name for name in names))
    lines = out.splitlines()
    assert code == 1
    assert err == ""
    assert [line.rpartition("[")[2] for line in lines[:4]] == [
        "picture.missing]",
        "picture.unreadable]",
        "picture.unreadable]",
        "picture.no_file]",
    ]
    assert lines[4] == f"{tmp_path}/code.png: QR Code: YY-0099\\x1b[31m", "a terminal obeys nothing"


def test_names_that_are_no_text_and_readers_that_leave_do_no_harm(tmp_path):
    odd = os.fsencode(tmp_path) + b"/\xff.png"
    Path(os.fsdecode(odd)).write_bytes(cv2.imencode(".png", symbol("YY-0099"))[1].tobytes())
    started = [sys.executable, "-m", "ui.commands", "scan", "--json", odd]
    done = subprocess.run(started, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert os.fsencode(json.loads(done.stdout)["file"]) == odd
    many = " ".join(command("--json", *["/nowhere"] * 5000))
    started = ["bash", "-c", many + " | head -n 1; echo ${PIPESTATUS[0]}"]
    done = subprocess.run(started, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert done.stdout.splitlines()[1:] == [b"1"]


def test_a_line_is_json_whatever_the_name_and_the_code_are(tmp_path):
    """A name that is no UTF-8 is escaped, and what stands beside it stays JSON."""
    folder = tmp_path / "café𠮷"
    folder.mkdir()
    odd = os.fsencode(folder) + b"/\xff\xe9.png"
    picture = symbol("窗口𠮷é", encoding="utf-8")
    Path(os.fsdecode(odd)).write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    started = [sys.executable, "-m", "ui.commands", "scan", "--json", odd]
    done = subprocess.run(started, cwd=ROOT, capture_output=True, timeout=60, check=False)
    said = json.loads(done.stdout)
    assert os.fsencode(said["file"]) == odd
    assert [code["text"] for code in said["codes"]] == ["窗口𠮷é"]


@pytest.mark.parametrize(
    ("streams", "status", "told"),
    [
        ("<&-", 0, ""),
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("<&- >&- 2>&-", 0, ""),
        (">/dev/full", 1, "[output.unwritable]"),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_fault(tmp_path, streams, status, told):
    cv2.imwrite(str(tmp_path / "code.png"), symbol("YY-0099"))
    line = f"{' '.join(command('--json', tmp_path / 'code.png'))} {streams}"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == status
    assert done.stderr.decode().strip().endswith(told)
    assert b"Traceback" not in done.stderr
    if streams == "2>&-":
        assert json.loads(done.stdout)["codes"][0]["text"] == "YY-0099"


def test_scanning_never_loads_qt(tmp_path):
    cv2.imwrite(str(tmp_path / "code.png"), symbol("YY-0099"))
    program = (
        "import sys; sys.modules['PySide6'] = None; from ui.commands import main; "
        f"sys.exit(main(['scan', {str(tmp_path / 'code.png')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"YY-0099" in done.stdout
