"""Faults in the log: what and where, never the words, which may hold what people sent."""

from __future__ import annotations

import logging
from typing import Any

fault_log = logging.getLogger("hall_platform.faults")


def log_fault(fault: BaseException) -> None:
    """Type and place of a fault; its text may hold what people sent."""
    places = []
    trace: Any = fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    fault_log.error("%s at %s", type(fault).__name__, " < ".join(reversed(places[-6:])))
