"""ministack's ECS records, one lock around them, and the counter by which others learn that something changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs

Task = dict[str, Any]
Service = dict[str, Any]
Deployment = dict[str, Any]

#: Every ECS request and the scheduler hold this: a service's tasks, deployments and counts change together.
lock = threading.RLock()

_changed = threading.Condition(lock)
_serial = 0
_closing = False


def touch() -> None:
    """Wakes the scheduler and everybody who waits for a change. Called with the lock held or not."""
    global _serial
    with _changed:
        _serial += 1
        _changed.notify_all()


def serial() -> int:
    return _serial


def wait(since: int, timeout_seconds: float) -> int:
    """Returns the current serial as soon as it differs from `since`, or after the timeout."""
    deadline = time.monotonic() + timeout_seconds
    with _changed:
        while _serial == since and not _closing:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            _changed.wait(left)
        return _serial


def close() -> None:
    """Lets everybody who waits go, so that the server can end at once."""
    global _closing
    with _changed:
        _closing = True
        _changed.notify_all()


def all_tasks() -> Iterator[tuple[str, str, Task]]:
    """Every task of every account and region, with both."""
    for (account, region, _arn), task in list(ecs._tasks.all_items()):
        yield account, region, task


def all_services() -> Iterator[tuple[str, str, str, Service]]:
    """Every service of every account and region, with both and its cluster's name."""
    for (account, region, key), service in list(ecs._services.all_items()):
        yield account, region, key.split("/", 1)[0], service


def scope_of(arn: str) -> Any:
    """The account and region that an ARN names, as ministack's request scope."""
    parts = arn.split(":")
    return request_scope(parts[4], parts[3])


def find_task(arn: str) -> Task | None:
    """A task by its full ARN, whatever region or account the caller is in."""
    parts = arn.split(":")
    return ecs._tasks.get_scoped(parts[4], parts[3], arn) if len(parts) > 5 else None


def definition_of(task: Task) -> dict[str, Any]:
    """The task definition a task was started from, in the current scope."""
    return ecs._task_defs.get(task["taskDefinitionArn"].rsplit("/", 1)[-1]) or {}


def service_of(task: Task) -> Service | None:
    """The service a task belongs to, in the current scope; None for a task of its own."""
    group = task.get("group", "")
    if not group.startswith("service:"):
        return None
    return ecs._services.get(f"{cluster_of(task)}/{group[len('service:') :]}")


def cluster_of(task: Task) -> str:
    return task["clusterArn"].rsplit("/", 1)[-1]


def tasks_of(service: Service) -> list[Task]:
    """A service's tasks that are not yet STOPPED, oldest first, in the current scope."""
    group = f"service:{service['serviceName']}"
    return [
        task
        for task in ecs._tasks.values()
        if task["clusterArn"] == service["clusterArn"] and task.get("group") == group and task["lastStatus"] != "STOPPED"
    ]
