"""A stand-in province for tests: its process, and how it is told to misbehave.

with StandInProvince(tmp_path / "province") as province:
    PlatformProcess.start(data_dir, links=province.links)
    province.trouble("refuse", "/cases", times=2)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from forked_program import ForkedProgram

DEADLINE = 40


class StandInProvince:
    """A running `hall-platform stand-in-province`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.links = folder / "links.toml"
        self._process = ForkedProgram(
            ["stand-in-province", "--data-dir", str(folder)]
            + ["--stop-with-stdin", "--any-time", *options],
            sys.stderr.fileno(),
        )
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.removeprefix("listening on ").strip()
        self._http = requests.Session()
        self._http.trust_env = False

    def __enter__(self) -> StandInProvince:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()
        self.stop()

    def stop(self) -> None:
        """End it. Fine to call twice."""
        self._process.stdin.close()
        self._process.wait(15)
        self._process.stdout.close()

    def trouble(self, kind: str, path: str, times: int = 1, **more: Any) -> None:
        self._tell("/control/troubles", {"kind": kind, "path": path, "times": times, **more})

    def publish(self, code: str, item: dict[str, Any] | None, name: str = "") -> int:
        told = self._tell("/control/items", {"code": code, "item": item, "name": name})
        return int(told["version"])

    def lose(self, key: str) -> bool:
        return bool(self._tell("/control/losses", {"key": key})["lost"])

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self._http.get(self.url + "/control/state", timeout=10).json()
        return found

    def _tell(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(self.url + path, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def until(condition: Callable[[], Any], what: str = "it") -> Any:
    """What the condition gives once it gives something; fails after a deadline."""
    ends = time.monotonic() + DEADLINE
    while time.monotonic() < ends:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {DEADLINE} seconds")
