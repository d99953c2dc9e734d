"""A kiosk that is nothing but requests: what taking a number costs without the program."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

import requests

_TIMEOUT_S = 20
_STREAMS = 4


class BareKiosk:
    """Signed in as a kiosk's device."""

    def __init__(self, url: str, device: Mapping[str, str]) -> None:
        self._url = url
        self.http = requests.Session()
        self.http.trust_env = False
        answer = self._sent(
            "/v1/device-sessions", {"device": device["device"], "secret": device["secret"]}
        )
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def take(self, service: str) -> dict[str, Any]:
        """A number without a card; the visit as the platform shows it."""
        return self._sent(
            "/v1/tickets",
            {"act": "take-ticket", "services": [service], "priority": "none"},
            uuid.uuid4().hex,
        )

    def services(self) -> list[str]:
        """The hall's services by code."""
        hall = self.http.get(f"{self._url}/v1/hall", timeout=_TIMEOUT_S).json()
        return [one["code"] for one in hall["services"] if not one["needs_holder"]]

    def _sent(self, path: str, body: Mapping[str, object], key: str = "") -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.http.post(self._url + path, json=body, headers=headers, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def stream(url: str, device: Mapping[str, str], a_second: float, seconds: float) -> int:
    """Take so many numbers a second; how many were taken in that time."""
    begins = time.monotonic() + 0.1
    count = int(a_second * seconds)
    taken = [0] * _STREAMS

    def one(place: int) -> None:
        kiosk = BareKiosk(url, device)
        services = kiosk.services()
        for number in range(place, count, _STREAMS):
            time.sleep(max(0.0, begins + number / a_second - time.monotonic()))
            if time.monotonic() > begins + seconds:
                return
            kiosk.take(services[number % len(services)])
            taken[place] += 1

    threads = [threading.Thread(target=one, args=(place,)) for place in range(_STREAMS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(taken)


if __name__ == "__main__":
    _url, _device, _secret, _rate, _for = sys.argv[1:]
    print(stream(_url, {"device": _device, "secret": _secret}, float(_rate), float(_for)))
