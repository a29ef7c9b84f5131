"""What the container host says: the ECS agent's own API, and the same with the fields that AWS's public model lacks.

See the README beside `main.py` for the contract.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from aws.ecs import health, store, tasks
from aws.ecs.store import Task

CONTAINER_FIELDS = ("runtimeId", "exitCode", "reason", "networkBindings", "imageDigest", "healthStatus")


def report(data: dict[str, Any]) -> tuple:
    """SubmitTaskStateChange, and `POST /_prefect_fargate/task-state`."""
    task = _find(data)
    if task is None:
        return error_response_json("InvalidParameterException", "The referenced task was not found.", 404)
    status = data.get("status")
    if status is not None and status not in tasks.LIFE:
        return error_response_json("InvalidParameterException", f"{status} is no task status.", 400)
    if not tasks.is_stopped(task):
        with store.scope_of(task["taskArn"]):
            _apply(task, status, data)
    answer = {"acknowledgment": "ACCEPT", "desiredStatus": task["desiredStatus"], "lastStatus": task["lastStatus"]}
    return json_response(answer)


def report_container(data: dict[str, Any]) -> tuple:
    """SubmitContainerStateChange: one container, the task's status left to the task's own report."""
    container = {key: data[key] for key in ("containerName", "status", *CONTAINER_FIELDS) if key in data}
    return report({"cluster": data.get("cluster"), "task": data.get("task"), "containers": [container]})


def _apply(task: Task, status: str | None, data: dict[str, Any]) -> None:
    if status:
        task["_claimed"] = True
    for item in data.get("containers") or []:
        _apply_container(task, item)
    health.refresh(task)
    if status == "STOPPED":
        tasks.finish(task, data.get("stopCode"), data.get("reason"))
    elif status:
        tasks.advance(task, status)
    store.touch()


def _apply_container(task: Task, item: dict[str, Any]) -> None:
    name = item.get("name") or item.get("containerName")
    for container in task["containers"]:
        if container["name"] == name:
            if item.get("status"):
                container["lastStatus"] = item["status"]
            container.update({key: item[key] for key in CONTAINER_FIELDS if item.get(key) is not None})


def _find(data: dict[str, Any]) -> Task | None:
    reference = data.get("task") or ""
    if reference.startswith("arn:"):
        return store.find_task(reference)
    cluster = ecs._resolve_cluster_name(data.get("cluster") or "default")
    return ecs._resolve_task(reference, cluster)


def live_tasks() -> dict[str, Any]:
    """Everything that is not yet STOPPED, with what is needed to run it: `GET /_prefect_fargate/tasks`."""
    with store.lock:
        found = []
        for _account, region, task in store.all_tasks():
            if not tasks.is_stopped(task):
                with store.scope_of(task["taskArn"]):
                    view = ecs._normalize_ecs_timestamps(ecs._sanitize(task))
                    definition = ecs._normalize_ecs_timestamps(ecs._sanitize(store.definition_of(task)))
                    tags = ecs._tags.get(task["taskArn"]) or []
                found.append({**view, "region": region, "definition": definition, "tags": tags})
        return {"serial": store.serial(), "tasks": found}
