"""Examples of deliveries."""

from __future__ import annotations

from hall_platform.business.examples import RECEIPT
from hall_platform.examples import DIGEST, KEY, MOMENT, WINDOW, Example
from hall_platform.problems import Problem

_LEASE = {"act": "lease-numbers", "window": WINDOW, "count": 1}

EXAMPLES = {
    "POST /v1/sync/batches": Example(
        request={
            "acts": [
                {"key": KEY, "act": "lease-numbers", "body": _LEASE},
                {"key": "another", "act": "lease-numbers", "body": {**_LEASE, "window": "04"}},
            ]
        },
        answer={
            "answers": [
                {
                    "key": KEY,
                    "status": 201,
                    "replayed": False,
                    "body": {
                        "block": "2c4f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02",
                        "window": WINDOW,
                        "numbers": ["990302202611240300002"],
                    },
                    "problem": None,
                },
                {
                    "key": "another",
                    "status": 403,
                    "replayed": False,
                    "body": None,
                    "problem": Problem("other-window", window=WINDOW).document(),
                },
            ]
        },
    ),
    "GET /v1/sync/receipts": Example(
        parameters={"keys": f"{KEY},never-sent"},
        answer={
            "done": [
                {
                    "key": KEY,
                    "act": "accept",
                    "status": 201,
                    "body_sha256": DIGEST,
                    "at": MOMENT,
                }
            ],
            "receipts": [RECEIPT],
            "unknown": ["never-sent"],
        },
    ),
}
