"""The city's peak, and how many times of it this machine holds."""

from __future__ import annotations

import asyncio
import time

from hall_platform.serving import may_open_many_files
from hall_platform.simulation.report import Report, report
from hall_platform.simulation.running import Running, running_city

WARM_UP_SECONDS = 5.0  # no longer than what is measured
STEP_SECONDS = 20.0
FIRST_STEP = 2.0
FINEST_STEP = 0.5
MOST = 64.0


def peak(seconds: float, multiple: float, subscribers: int, db: str | None = None) -> Report:
    """That many times the peak for so long, on a platform of its own. Raises StoreUnusable."""
    may_open_many_files()
    with running_city(subscribers, db) as running:
        return asyncio.run(_play(running, seconds, multiple))


def largest_multiple(held: float, subscribers: int, db: str | None = None) -> list[Report]:
    """Reports on the way to the largest multiple that holds, from one that does."""
    reports = []
    best, beyond = held, MOST
    while beyond - best > FINEST_STEP:
        tried = best * FIRST_STEP if beyond == MOST else (best + beyond) / 2
        if tried >= MOST:
            break
        reports.append(peak(STEP_SECONDS, tried, subscribers, db))
        if reports[-1].holds:
            best = tried
        else:
            beyond = tried
    return reports


async def _play(running: Running, seconds: float, multiple: float) -> Report:
    load = running.load
    try:
        listening = await load.listen()
        await load.play(min(WARM_UP_SECONDS, seconds), multiple)
        began, used = time.perf_counter(), running.cpu_seconds()
        measured = await load.play(seconds, multiple)
        passed = time.perf_counter() - began
        cpu = (running.cpu_seconds() - used) / passed
    finally:
        load.close()
    return report(
        measured, multiple=multiple, seconds=seconds, subscribers=listening, server_cpu=cpu
    )
