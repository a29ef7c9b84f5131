"""A Prefect process worker (2.20 or 3.8) that outlives outages of its API and can be drained.

The `prefect worker start` of both majors ends its flow runs on SIGTERM and when its poll loop has failed twelve times in
a row. So the worker class is run here, in loops of our own that never give up while flows run. Of the class it uses
`get_and_submit_flow_runs`, `sync_with_backend` and, in Prefect 2, `check_for_cancelled_flow_runs`; that leaving its context
waits for the flow runs; and, privately, `_submit_run` with what it starts, to keep one run's error from ending all.

Started by supervisor.py: orders come on standard input, a line each; what it does goes to `--status-fd`, a line of JSON a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx
import prefect
from prefect.settings import PREFECT_WORKER_HEARTBEAT_SECONDS, PREFECT_WORKER_QUERY_SECONDS
from prefect.workers.process import ProcessWorker
from processes import children_of, end

STATUS_SECONDS = 1.0
#: A poll is tried again after at most this long.
LONGEST_PAUSE_SECONDS = 60.0
#: How long the API may refuse our key before a new task, with the key of then, takes over.
REFUSED_SECONDS = 300.0
REFUSALS = (401, 403)


class Draining:
    """Whether work is still taken, and why not."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.over = asyncio.Event()
        self.exit_code = 0

    def begin(self, why: str) -> None:
        if not self.begun.is_set():
            say(f"This worker takes no more work: {why}.")
            self.begun.set()


class Runs:
    """The flow runs in this worker's hands, from being taken until their process has ended."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._taken: set[Any] = set()
        self._executing: set[Any] = set()
        self._wrap("_submit_run", self._taken, self._release)
        self._wrap("_submit_run_and_capture_errors", self._executing)
        for name in ("cancel_run", "_cancel_run"):
            self._wrap(name)

    @property
    def count(self) -> int:
        limiter = self._worker._limiter
        return max(limiter.borrowed_tokens if limiter else 0, len(self._taken | self._executing))

    def _wrap(self, name: str, running: set[Any] | None = None, then: Callable[[Any], None] | None = None) -> None:
        """An error that leaves one of these would cancel the task group in which all flow runs are."""
        original = getattr(self._worker, name, None)
        if original is None:
            return

        async def guarded(flow_run: Any, *args: Any, **kwargs: Any) -> Any:
            identity = getattr(flow_run, "id", flow_run)
            if running is not None:
                running.add(identity)
            try:
                return await original(flow_run, *args, **kwargs)
            except Exception as error:
                say(f"Flow run {identity}: {name} failed with {describe(error)}.")
                return None
            finally:
                if running is not None:
                    running.discard(identity)
                if then:
                    then(identity)

        setattr(self._worker, name, guarded)

    def _release(self, identity: Any) -> None:
        """A run that did not start keeps no slot, whatever went wrong; the next poll may take it again."""
        if identity in self._executing:
            return
        self._worker._submitting_flow_run_ids.discard(identity)
        try:
            self._worker._limiter.release_on_behalf_of(identity)
        except RuntimeError:
            pass


async def serve(options: argparse.Namespace) -> int:
    draining = Draining()
    listen(draining)
    worker = ProcessWorker(
        name=options.name, work_pool_name=options.pool, work_queues=options.work_queue or None, limit=options.limit
    )
    async with worker:
        runs = Runs(worker)
        if prefect.__version__.startswith("2."):
            await worker.sync_with_backend()
        say(f"Worker {options.name} started: {options.limit} slots, Prefect {prefect.__version__}.")
        poll_seconds = PREFECT_WORKER_QUERY_SECONDS.value()
        async with anyio.create_task_group() as loops:
            loops.start_soon(report, options.status_fd, runs, draining)
            loops.start_soon(repeat, worker.sync_with_backend, PREFECT_WORKER_HEARTBEAT_SECONDS.value(), draining, draining.over)
            if hasattr(worker, "check_for_cancelled_flow_runs"):
                loops.start_soon(repeat, worker.check_for_cancelled_flow_runs, poll_seconds * 2, draining, draining.over)
            await repeat(worker.get_and_submit_flow_runs, poll_seconds, draining, draining.begun)
            # Heartbeats and cancellations go on while flows run.
            while runs.count:
                await asyncio.sleep(0.2)
            draining.over.set()
        # Leaving the context waits for the last words about each run.
    say("This worker is empty and ends.")
    return draining.exit_code


async def repeat(work: Callable[[], Awaitable[Any]], seconds: float, draining: Draining, until: asyncio.Event) -> None:
    """Does something again and again until an event. Failing, it waits longer and goes on: flows may be running."""
    failures, since, refused_since = 0, 0.0, 0.0
    while not until.is_set():
        try:
            await work()
        except Exception as error:
            failures += 1
            if failures == 1:
                since = time.monotonic()
                say(f"Prefect does not answer {work.__name__} ({describe(error)}). Flow runs go on; it is asked again.")
            refused_since = (refused_since or time.monotonic()) if is_refusal(error) else 0.0
            if refused_since and time.monotonic() - refused_since > REFUSED_SECONDS:
                draining.exit_code = 1
                draining.begin(f"Prefect has refused its key for {REFUSED_SECONDS / 60:.0f} minutes, and a new task reads it anew")
        else:
            if failures:
                say(f"Prefect answers {work.__name__} again after {time.monotonic() - since:.0f} s.")
            failures, refused_since = 0, 0.0
        pause = min(seconds * 2 ** min(failures, 6), max(seconds, LONGEST_PAUSE_SECONDS))
        await wait(until, pause * random.uniform(0.7, 1.3))


async def wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        pass


async def report(status_fd: int, runs: Runs, draining: Draining) -> None:
    while not draining.over.is_set():
        line = json.dumps({"busy": runs.count, "draining": draining.begun.is_set()})
        os.write(status_fd, f"{line}\n".encode())
        await wait(draining.over, STATUS_SECONDS)


def listen(draining: Draining) -> None:
    """Orders: `drain`, and `end` for what is left at the end of the time that ECS gives. No supervisor means drain."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            order, _, why = line.strip().partition(" ")
            if order == "drain":
                loop.call_soon_threadsafe(draining.begin, why)
            elif order == "end":
                end(children_of(os.getpid()), signal.SIGTERM)
        loop.call_soon_threadsafe(draining.begin, "its supervisor is gone")

    threading.Thread(target=read, daemon=True, name="orders").start()


def is_refusal(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in REFUSALS


def describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0].rstrip(". :")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--pool", required=True)
    parser.add_argument("--work-queue", action="append")
    parser.add_argument("--limit", type=int, required=True)
    parser.add_argument("--status-fd", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = options()
    # Prefect 2 notes on a run where it is by host and process: the task's id tells that better than an address.
    socket.gethostname = lambda: chosen.host
    sys.exit(asyncio.run(serve(chosen)))
