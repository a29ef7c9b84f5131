"""Events that AWS services put on the default event bus by themselves; ministack puts none for ECS.

Delivery happens on one thread, in order and outside any lock, as a rule's target may be a function that calls back.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
"""

from __future__ import annotations

import copy
import json
import queue
import threading
from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso, request_scope
from ministack.services import eventbridge

_waiting: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = queue.SimpleQueue()

#: Members of a task that DescribeTasks has and the event has not, or in another form.
NOT_IN_EVENTS = frozenset({"tags", "attributes", "inferenceAccelerators", "healthStatus"})


def emit(detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
    """Puts one event of ECS on the default bus of the current account and region."""
    entry = {
        "Source": "aws.ecs",
        "DetailType": detail_type,
        "Resources": resources,
        "Detail": json.dumps(detail),
        "EventBusName": "default",
    }
    _waiting.put((get_account_id(), get_region(), entry))


def task_changed(task: dict[str, Any]) -> None:
    """ECS Task State Change: the task as it is now, with what changes later copied."""
    emit("ECS Task State Change", [task["taskArn"]], _task_detail(task))


def deployment_changed(service: dict[str, Any], deployment: dict[str, Any], name: str, kind: str = "INFO") -> None:
    """ECS Deployment State Change: SERVICE_DEPLOYMENT_IN_PROGRESS, _COMPLETED or _FAILED."""
    emit(
        "ECS Deployment State Change",
        [service["serviceArn"]],
        {
            "eventType": kind,
            "eventName": name,
            "deploymentId": deployment["id"],
            "updatedAt": deployment["updatedAt"],
            "reason": deployment["rolloutStateReason"],
        },
    )


def service_action(service: dict[str, Any], name: str, kind: str = "INFO", reason: str | None = None) -> None:
    """ECS Service Action: SERVICE_STEADY_STATE, SERVICE_TASK_START_IMPAIRED and the like."""
    detail = {"eventType": kind, "eventName": name, "clusterArn": service["clusterArn"], "createdAt": now_iso()}
    emit("ECS Service Action", [service["serviceArn"]], {**detail, "reason": reason} if reason else detail)


def _task_detail(task: dict[str, Any]) -> dict[str, Any]:
    detail = {
        key: copy.deepcopy(value)
        for key, value in task.items()
        if not key.startswith("_") and key not in NOT_IN_EVENTS and value is not None
    }
    for attachment in detail["attachments"]:
        attachment["type"] = "eni"
    for container in detail["containers"]:
        container.pop("healthStatus", None)
        for key in [key for key, value in container.items() if value is None]:
            del container[key]
    detail["updatedAt"] = now_iso()
    return detail


def start() -> None:
    threading.Thread(target=_deliver, daemon=True, name="ecs-events").start()


def _deliver() -> None:
    while True:
        account, region, entry = _waiting.get()
        with request_scope(account, region):
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
