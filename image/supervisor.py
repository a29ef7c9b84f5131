#!/usr/bin/env python3
"""Runs a Prefect process worker in an ECS task, so that no flow run is killed by scaling in or by a deployment.

It protects its task before the worker polls for the first time, renews that while the worker lives, and gives it up once
the worker has ended. The worker is told to take no more work when somebody has protected the task for longer than a day,
which is how the scaler says so, when a deployment has replaced the task, and on SIGTERM; it then ends by itself as soon
as it is empty.

    supervisor.py --pool POOL --name-prefix dev-worker --limit 4

It answers the container's health check: whether supervisor and worker live, not whether Prefect does.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any

import ecs
from health import serve_health
from processes import adopt_orphans, children_of

PROTECTED_MINUTES = 60
RENEW_MINUTES = 5
#: A failed renewal is tried again.
RETRY_SECONDS = 10.0
ORDER_SECONDS = 5.0
DEPLOYMENT_SECONDS = 15.0
#: Before the end of the stop timeout, so that a flow run can say that it was ended.
LAST_WORDS_SECONDS = 15.0
#: How long a worker without flow runs may say nothing: it takes half a minute to start on a small task.
SILENCE_SECONDS = 300.0
TICK_SECONDS = 0.5
HERE = pathlib.Path(__file__).parent


class Supervisor:
    def __init__(self, options: argparse.Namespace, task: ecs.ThisTask | None) -> None:
        self.options = options
        self.task = task
        self.protects = task is not None and "ECS_AGENT_URI" in os.environ
        self.told_to_go = False
        self.may_look = True
        self.status: dict[str, Any] = {"busy": 0, "draining": False}
        self.heard = self.alive_at = time.monotonic()
        self.stop_at: float | None = None
        self.ended_flows = False
        self.due: dict[str, float] = {}
        self.troubles: set[str] = set()
        self.worker: subprocess.Popen[bytes] | None = None
        self.reading = -1
        self.half_line = b""

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self.on_sigterm)
        adopt_orphans()
        serve_health(lambda: time.monotonic() - self.alive_at)
        if not self.protect_first():
            return 1
        # Told to go, or stopped, before the worker was there: nothing to wait for.
        if self.stop_at is None and not self.told_to_go:
            self.start_worker()
            self.watch()
        # ECS may stop a task as soon as it is not protected: that is no failure of ours. Python keeps this one to its very end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.give_up_protection()
        code = self.worker.returncode if self.worker else 0
        return 128 - code if code < 0 else code

    def protect_first(self) -> bool:
        """No poll without protection: between a run's pick-up and its protection ECS could stop the task."""
        while self.protects and self.stop_at is None:
            try:
                self.look_at_protection()
                return True
            except ecs.Refused as refused:
                if refused.code == "TASK_NOT_VALID":
                    say("This task belongs to no service: nothing scales it in, and it needs no protection.")
                    self.protects = False
                elif refused.code == "AccessDeniedException":
                    say(f"ECS does not let this task protect itself. Allow its role ecs:GetTaskProtection and ecs:UpdateTaskProtection. ({refused})")
                    return False
                else:
                    self.trouble("protection", refused)
            except OSError as error:
                self.trouble("protection", error)
            self.alive_at = time.monotonic()
            time.sleep(TICK_SECONDS)
        return True

    def start_worker(self) -> None:
        """In a session of its own: the image's init hands SIGTERM to all of its process group, flow runs included."""
        identity = self.task.id if self.task else str(os.getpid())
        self.reading, writing = os.pipe()
        os.set_blocking(self.reading, False)
        queues = [part for queue in self.options.work_queue or [] for part in ("--work-queue", queue)]
        self.worker = subprocess.Popen(
            [
                *(sys.executable, str(HERE / "worker.py")),
                *("--name", f"{self.options.name_prefix}-{identity}", "--host", identity),
                *("--pool", self.options.pool, "--limit", str(self.options.limit), *queues),
                *("--status-fd", str(writing)),
            ],
            stdin=subprocess.PIPE,
            pass_fds=[writing],
            start_new_session=True,
        )
        os.close(writing)
        self.heard = time.monotonic()
        if self.stop_at is not None:
            self.order("drain ECS stops this task")

    def watch(self) -> None:
        """Until the worker has ended, and what it may have left running as well."""
        assert self.worker
        left = False
        while True:
            self.read_status()
            self.reap()
            if self.worker.poll() is not None:
                orphans = children_of(os.getpid())
                if not orphans:
                    return
                if not left:
                    say(f"The worker has ended and left {len(orphans)} processes, which are waited for.")
                left = True
            # A task that is being stopped can be protected no more.
            if self.protects and self.stop_at is None:
                self.every("protection", ORDER_SECONDS, self.look_at_protection)
            if not self.status["draining"]:
                self.every("deployment", DEPLOYMENT_SECONDS, self.look_for_deployment)
            self.end_flows_in_time()
            if self.lives(left):
                self.alive_at = time.monotonic()
            time.sleep(TICK_SECONDS)

    def lives(self, left: bool) -> bool:
        """A worker that says nothing is given up only when no flow run would go down with it."""
        assert self.worker
        spoke = time.monotonic() - self.heard < SILENCE_SECONDS
        return left or spoke or bool(children_of(self.worker.pid))

    def every(self, name: str, seconds: float, work: Any) -> None:
        """Network calls block this loop for some seconds at worst; the signal handler is not kept by them."""
        if time.monotonic() < self.due.get(name, 0.0):
            return
        try:
            work()
            self.due[name] = time.monotonic() + seconds
            self.troubles.discard(name)
        except (ecs.Refused, OSError, KeyError, ValueError) as error:
            self.due[name] = time.monotonic() + RETRY_SECONDS
            self.trouble(name, error)

    def trouble(self, name: str, error: Exception) -> None:
        if name not in self.troubles:
            self.troubles.add(name)
            say(f"ECS cannot be asked about this task's {name} ({error}); it is asked again.")

    def look_at_protection(self) -> None:
        """Renews it in time, and reads from it whether this worker is to go. An order is never written over."""
        minutes = ecs.protected_minutes()
        if minutes > ecs.TOLD_TO_GO_MINUTES:
            self.told_to_go = True
        if self.told_to_go:
            self.order("drain the scaler does not need it")
            if minutes < ecs.TOLD_TO_GO_MINUTES + PROTECTED_MINUTES:
                ecs.protect(ecs.LONGEST_MINUTES)
        elif minutes < PROTECTED_MINUTES - RENEW_MINUTES:
            ecs.protect(PROTECTED_MINUTES)

    def look_for_deployment(self) -> None:
        if self.task is None or not self.may_look:
            return
        try:
            if ecs.is_replaced(self.task):
                self.order("drain a deployment has replaced its task")
        except ecs.Refused as refused:
            if refused.code not in ("AccessDeniedException", "NO_TASK_ROLE"):
                raise
            say("This task may not look at its service: the scaler has to tell it when a deployment replaces it.")
            self.may_look = False

    def order(self, line: str) -> None:
        """Orders may come late or twice: the worker takes the first of each."""
        if self.worker is None or self.worker.stdin is None:
            return
        try:
            # Unbuffered: a signal handler may come in between.
            os.write(self.worker.stdin.fileno(), f"{line}\n".encode())
        except OSError:
            pass  # It has ended.

    def on_sigterm(self, *_: Any) -> None:
        """Protection keeps scaling in and deployments away, so this is Spot, a task retirement or StopTask."""
        if self.stop_at is None:
            self.stop_at = time.monotonic() + self.options.stop_timeout
            if self.worker:
                self.order("drain ECS stops this task")

    def end_flows_in_time(self) -> None:
        if self.ended_flows or self.stop_at is None or time.monotonic() < self.stop_at - LAST_WORDS_SECONDS:
            return
        self.ended_flows = True
        if self.status["busy"]:
            say(f"{self.status['busy']} flow runs are ended: ECS kills this task in {LAST_WORDS_SECONDS:.0f} s.")
            self.order("end")

    def read_status(self) -> None:
        try:
            while chunk := os.read(self.reading, 65536):
                *lines, self.half_line = (self.half_line + chunk).split(b"\n")
                if lines:
                    self.status, self.heard = json.loads(lines[-1]), time.monotonic()
        except BlockingIOError:
            pass

    def reap(self) -> None:
        """Takes leave of adopted processes that have ended; the worker's own end is left to Popen."""
        assert self.worker
        while self.worker.poll() is not None:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    return
            except ChildProcessError:
                return

    def give_up_protection(self) -> None:
        if not self.protects or self.stop_at is not None:
            return
        try:
            ecs.give_up_protection()
        except (ecs.Refused, OSError) as error:
            say(f"This task's protection was not given up ({error}); it ends with the task.")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pool", required=True, help="the work pool, of type process")
    parser.add_argument("--name-prefix", default="worker", help="the worker is called PREFIX-<id of the task>")
    parser.add_argument("--work-queue", action="append", help="default: all queues of the pool; may be repeated")
    parser.add_argument("--limit", type=int, default=4, help="flow runs at once (default: 4)")
    parser.add_argument("--stop-timeout", type=float, default=120.0, help="the container's stopTimeout in seconds (default: 120)")
    return parser.parse_args()


def find_task() -> ecs.ThisTask | None:
    """The metadata endpoint may need a moment after the container's start."""
    for attempt in range(10):
        try:
            return ecs.this_task()
        except (ecs.Refused, OSError):
            if attempt == 9:
                raise
            time.sleep(TICK_SECONDS)
    return None


if __name__ == "__main__":
    sys.exit(Supervisor(options(), find_task()).run())
