"""Card on a serial line, platform, paper: the whole job in a process that cannot load Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from platform_process import PlatformProcess
from store_under_test import opened

from counter_app.devices.simulators.cards import resident_card

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "docs/api/vectors/sdt-frames.json").read_text("utf-8"))["frames"]
ITEM = "个体工商户设立登记"
RARE = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"


@pytest.fixture
def platform(tmp_path):
    running = PlatformProcess.start(tmp_path / "platform")
    yield running
    running.stop()


def serve(platform, folder, frame, item=ITEM):
    accounts = json.loads((platform.data_dir / "accounts.json").read_text("utf-8"))
    clerk = accounts["clerks"][0]
    device = next(one for one in accounts["devices"] if one["window"] == clerk["window"])
    told = {
        "url": platform.url,
        "device": device["device"],
        "secret": device["secret"],
        "window": clerk["window"],
        "username": clerk["username"],
        "password": clerk["password"],
        "folder": str(folder),
        "frame": frame,
        "item": item,
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("headless_visit.py")), json.dumps(told)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def paper_text(folder):
    (paper,) = (folder / "papers").glob("*.pdf")
    done = subprocess.run(
        ["pdftotext", "-raw", str(paper), "-"], capture_output=True, timeout=30, check=True
    )
    return "".join(done.stdout.decode("utf-8").split())


def test_a_card_becomes_a_case_and_a_paper_without_qt(platform, tmp_path):
    report = serve(platform, tmp_path / "counter", VECTORS["resident"]["hex"])
    assert report["qt_loaded"] is False
    assert (report["act"], report["paper"]) == ("confirmed", "printed")
    assert report["audit_intact"]
    assert report["met_at_once"] == 3
    with opened(platform.data_dir) as store:
        row = store.execute(
            "SELECT number, state, applicant_number, item_name FROM cases WHERE id = ?",
            (report["case"],),
        ).one()
    assert row == (report["number"], "accepted", "990302199001010016", ITEM)
    text = paper_text(tmp_path / "counter")
    for wanted in ("受理通知书", report["number"], "测试甲", ITEM, "9903**********0016"):
        assert wanted in text
    assert "990302199001010016" not in text, "the number on the paper is masked"


def test_rare_characters_reach_the_paper_from_the_card(platform, tmp_path):
    for part, name in enumerate((RARE[:6], RARE[6:])):
        card = resident_card(
            name=name,
            number="990302199001010016",
            sex="1",
            nation="01",
            born=date(1990, 1, 1),
            address="试验省试验市雨山区测试路1号",
            issuer="试验市公安局雨山分局",
            valid_from=date(2020, 1, 1),
            valid_to=date(2040, 1, 1),
        )
        folder = tmp_path / f"counter{part}"
        report = serve(platform, folder, card.hex(), "城乡居民基本医疗保险参保登记")
        assert report["act"] == "confirmed"
        assert name in paper_text(folder)
