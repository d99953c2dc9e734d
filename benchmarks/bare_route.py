"""One bare FastAPI route that runs recorded statements in a transaction and checks nothing."""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Body, FastAPI

from hall_platform.engines import sqlite_engine
from hall_platform.serving import listening_socket


def application(database: Path, recording: Path) -> FastAPI:
    """The route over a copy of the store, with what was recorded on another."""
    recorded = pickle.loads(recording.read_bytes())
    engine = sqlite_engine(database, "BEGIN IMMEDIATE")
    writer = threading.Lock()
    app = FastAPI()

    @app.post("/bare/{kind}/{place}")
    def bare(kind: str, place: int, body: dict[str, Any] = Body()) -> Any:  # noqa: B008
        statements, answer = recorded[kind][place]
        with writer, engine.begin() as connection:
            for statement, parameters, many in statements:
                if many:
                    connection.exec_driver_sql(statement, list(parameters))
                else:
                    result = connection.exec_driver_sql(statement, parameters)
                    if result.returns_rows:
                        result.fetchall()
        return answer

    return app


def main() -> None:
    """Serve until standard input closes."""
    listener = listening_socket("127.0.0.1", 0)
    app = application(Path(sys.argv[1]), Path(sys.argv[2]))
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", log_config=None, ws="none", access_log=False)
    )

    def end() -> None:
        while os.read(0, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
