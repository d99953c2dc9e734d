"""The stand-in as a server: envelopes in, answers and troubles out, a way to tell it things."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hall_platform.clock import Clock
from hall_platform.links.envelope import NotGenuine, SignedEnvelope
from hall_platform.stand_in.province import Province, Trouble

MOST_BYTES = 4 * 1024 * 1024


class StandIn:
    """A running stand-in. Without a clock envelopes of any age are taken."""

    def __init__(
        self,
        province: Province,
        envelope: SignedEnvelope,
        port: int = 0,
        clock: Clock | None = None,
    ) -> None:
        self.province = province
        self._envelope = envelope
        self._clock = clock
        self.ending = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End; answers under way are dropped."""
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def opened(self, message: Any) -> dict[str, Any]:
        """The parameters of a genuine message. Raises NotGenuine."""
        now: datetime | None = self._clock.now() if self._clock is not None else None
        return self._envelope.opened(message, now)

    def told(self, path: str, message: Any) -> tuple[int, dict[str, Any]]:
        """What whoever runs it tells it: troubles, publications, losses."""
        try:
            if path == "/control/troubles":
                fields = tuple(message.pop("fields", ()))
                self.province.add_trouble(Trouble(**message, fields=fields))
            elif path == "/control/items":
                version = self.province.publish(
                    message["code"], message.get("item"), message.get("name", "")
                )
                return 200, {"version": version}
            elif path == "/control/losses":
                return 200, {"lost": self.province.forget(message["key"])}
            else:
                return 404, {"code": "unknown-path"}
        except (TypeError, KeyError, AttributeError):
            return 422, {"code": "field-wrong"}
        return 200, {"code": "ok"}


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        def do_GET(self) -> None:
            if self.path == "/control/state":
                self._answer(200, stand_in.province.state())
            else:
                self._answer(404, {"code": "unknown-path"})

        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", "0"))
                message = json.loads(self.rfile.read(min(length, MOST_BYTES)))
            except ValueError:
                self._answer(400, {"code": "not-json"})
                return
            if self.path.startswith("/control/"):
                self._answer(*stand_in.told(self.path, message))
                return
            try:
                parameters = stand_in.opened(message)
            except NotGenuine:
                self._answer(401, {"code": "not-genuine"})
                return
            self._serve(parameters)

        def _serve(self, parameters: dict[str, Any]) -> None:
            trouble = stand_in.province.trouble(self.path)
            if trouble is not None and trouble.kind == "slow":
                stand_in.ending.wait(trouble.seconds)
            if trouble is not None and trouble.kind == "refuse":
                headers = (
                    {} if trouble.retry_after is None else {"Retry-After": trouble.retry_after}
                )
                self._answer(trouble.status, {"code": "away"}, headers)
                return
            if trouble is not None and trouble.kind == "reject":
                self._answer(422, {"code": trouble.code, "fields": list(trouble.fields)})
                return
            status, body = stand_in.province.answer(self.path, parameters)
            if trouble is not None and trouble.kind == "lose":
                self.close_connection = True
                return
            self._answer(status, body)

        def _answer(
            self, status: int, body: dict[str, Any], headers: dict[str, Any] | None = None
        ) -> None:
            content = json.dumps(body, ensure_ascii=False).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in (headers or {}).items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # who asked has gone

        def log_message(self, *_arguments: Any) -> None:
            """Nothing of what it was sent goes to a log."""

    return Handler
