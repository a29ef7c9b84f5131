"""RunTask and StopTask, with AWS's refusals.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import json_response
from ministack.services import ecs

from aws.ecs import network, tasks
from aws.ecs.lookup import active_cluster, active_definition, launch_choice, task_of
from aws.ecs.new_task import new_task
from aws.ecs.refusal import invalid
from aws.ecs.store import Task

MOST_TASKS_PER_CALL = 10

#: RunTask answers a repeated client token with the tasks it started then.
_started: dict[tuple[str, str], list[str]] = {}


def run_task(data: dict[str, Any]) -> tuple:
    cluster = active_cluster(data)
    definition = active_definition(data.get("taskDefinition", ""))
    _check(data, definition)
    launch_type, strategy = launch_choice(data, definition, cluster)
    kind, provider = ecs._task_capacity(launch_type, strategy)
    token = (cluster["clusterArn"], data.get("clientToken") or "")
    arns = _started.get(token) if token[1] else None
    if arns is None:
        arns = [_start(data, cluster, definition, kind, provider)["taskArn"] for _ in range(data.get("count") or 1)]
        if token[1]:
            _started[token] = arns
    return json_response({"tasks": [_view(ecs._tasks[arn]) for arn in arns if arn in ecs._tasks], "failures": []})


def _check(data: dict[str, Any], definition: dict[str, Any]) -> None:
    if (data.get("count") or 1) > MOST_TASKS_PER_CALL:
        raise invalid(f"count should be less than or equal to {MOST_TASKS_PER_CALL}.")
    names = {container["name"] for container in definition["containerDefinitions"]}
    for override in (data.get("overrides") or {}).get("containerOverrides") or []:
        if override.get("name") not in names:
            raise invalid(f"Override for container named {override.get('name')} is not a container in the TaskDefinition.")
    network.check(definition, data.get("networkConfiguration"))


def _start(data: dict, cluster: dict, definition: dict, kind: str, provider: str | None) -> Task:
    tags = list(data.get("tags") or [])
    if data.get("propagateTags") == "TASK_DEFINITION":
        tags = _merged(ecs._tags.get(definition["taskDefinitionArn"]) or [], tags)
    if data.get("enableECSManagedTags"):
        tags = _merged(tags, [{"key": "aws:ecs:clusterName", "value": cluster["clusterName"]}])
    return new_task(
        cluster,
        definition,
        launch_type=kind,
        capacity_provider=provider,
        platform_version=data.get("platformVersion", ""),
        overrides=data.get("overrides"),
        network_configuration=data.get("networkConfiguration"),
        group=data.get("group", ""),
        started_by=data.get("startedBy", ""),
        tags=tags,
        enable_execute_command=data.get("enableExecuteCommand", False),
    )


def _merged(first: list[dict], second: list[dict]) -> list[dict]:
    return list({tag["key"]: tag for tag in [*first, *second]}.values())


def stop_task(data: dict[str, Any]) -> tuple:
    task = task_of(data)
    tasks.ask_to_stop(task, "UserInitiated", data.get("reason") or "Task stopped by user")
    return json_response({"task": _view(task)})


def _view(task: Task) -> dict[str, Any]:
    return {**ecs._sanitize(task), "tags": ecs._tags.get(task["taskArn"]) or []}
