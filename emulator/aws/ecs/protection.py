"""Task scale-in protection: a service never stops a protected task, neither to scale in nor to deploy.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from ministack.core.responses import json_response
from ministack.services import ecs

from aws.ecs import store
from aws.ecs.lookup import active_cluster
from aws.ecs.refusal import invalid
from aws.ecs.store import Task

DEFAULT_MINUTES, LONGEST_MINUTES = 120, 2880


def is_protected(task: Task) -> bool:
    return task.get("_protected_until", 0.0) > time.time()


def update(data: dict[str, Any]) -> tuple:
    minutes = data.get("expiresInMinutes", DEFAULT_MINUTES)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise invalid(f"expiresInMinutes must be between 1 and {LONGEST_MINUTES}.")

    def change(task: Task) -> None:
        task["_protected_until"] = time.time() + minutes * 60 if data.get("protectionEnabled") else 0.0

    answer = _for_each(data, change)
    store.touch()
    return answer


def get(data: dict[str, Any]) -> tuple:
    return _for_each(data, lambda task: None)


def _for_each(data: dict[str, Any], change: Callable[[Task], None]) -> tuple:
    cluster = active_cluster(data)
    described, failures = [], []
    for reference in data.get("tasks") or []:
        task = ecs._resolve_task(reference, cluster["clusterName"])
        if not task:
            failures.append({"arn": reference, "reason": "MISSING"})
        elif not store.service_of(task) or task["desiredStatus"] == "STOPPED":
            failures.append({"arn": task["taskArn"], "reason": "TASK_NOT_VALID"})
        else:
            change(task)
            described.append(_view(task))
    return json_response({"protectedTasks": described, "failures": failures})


def _view(task: Task) -> dict[str, Any]:
    view: dict[str, Any] = {"taskArn": task["taskArn"], "protectionEnabled": is_protected(task)}
    if is_protected(task):
        view["expirationDate"] = datetime.fromtimestamp(task["_protected_until"], timezone.utc).timestamp()
    return view
