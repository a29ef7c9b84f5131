"""RunTask and StopTask, with AWS's refusals.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from aws.ecs import network, tasks
from aws.ecs.new_task import new_task
from aws.ecs.store import Task

MOST_TASKS_PER_CALL = 10

#: RunTask answers a repeated client token with the tasks it started then.
_started: dict[tuple[str, str], list[str]] = {}


def run_task(data: dict[str, Any]) -> tuple:
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return refusal
    definition, refusal = active_definition(data.get("taskDefinition", ""))
    if refusal:
        return refusal
    refusal = _refusal(data, definition)
    if refusal:
        return refusal
    launch_type, strategy, refusal = ecs._launch_choice(data, cluster)
    refusal = refusal or launch_refusal(definition, cluster, launch_type, strategy)
    if refusal:
        return refusal
    token = (cluster["clusterArn"], data.get("clientToken") or "")
    arns = _started.get(token) if token[1] else None
    if arns is None:
        arns = [_start(data, cluster, definition, launch_type, strategy)["taskArn"] for _ in range(data.get("count") or 1)]
        if token[1]:
            _started[token] = arns
    return json_response({"tasks": [_view(ecs._tasks[arn]) for arn in arns if arn in ecs._tasks], "failures": []})


def _start(data: dict, cluster: dict, definition: dict, launch_type: str | None, strategy: list | None) -> Task:
    kind, provider = ecs._task_capacity(launch_type, strategy)
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


def _view(task: Task) -> dict[str, Any]:
    return {**ecs._sanitize(task), "tags": ecs._tags.get(task["taskArn"]) or []}


def stop_task(data: dict[str, Any]) -> tuple:
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return refusal
    task = ecs._resolve_task(data.get("task", ""), cluster["clusterName"])
    if not task:
        return _invalid("The referenced task was not found.")
    tasks.ask_to_stop(task, "UserInitiated", data.get("reason") or "Task stopped by user")
    return json_response({"task": _view(task)})


def active_cluster(reference: str | None) -> tuple[dict[str, Any], None] | tuple[None, tuple]:
    name = ecs._resolve_cluster_name(reference or "default")
    cluster = ecs._clusters.get(name) if name else None
    if not cluster or cluster["status"] != "ACTIVE":
        return None, error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
    return cluster, None


def active_definition(reference: str) -> tuple[dict[str, Any], None] | tuple[None, tuple]:
    definition = ecs._task_defs.get(ecs._resolve_td_key(reference))
    if not definition:
        return None, error_response_json("ClientException", "TaskDefinition not found.", 400)
    if definition["status"] != "ACTIVE":
        return None, error_response_json("ClientException", "TaskDefinition is inactive", 400)
    return definition, None


def _refusal(data: dict[str, Any], definition: dict[str, Any]) -> tuple | None:
    if (data.get("count") or 1) > MOST_TASKS_PER_CALL:
        return _invalid(f"count should be less than or equal to {MOST_TASKS_PER_CALL}.")
    names = {container["name"] for container in definition["containerDefinitions"]}
    for override in (data.get("overrides") or {}).get("containerOverrides") or []:
        if override.get("name") not in names:
            return _invalid(f"Override for container named {override.get('name')} is not a container in the TaskDefinition.")
    return network.refusal(definition, data.get("networkConfiguration"))


def launch_refusal(definition: dict, cluster: dict, launch_type: str | None, strategy: list | None) -> tuple | None:
    """A launch type the definition is not made for, or a capacity provider that the cluster does not have."""
    if launch_type == "FARGATE" and "FARGATE" not in definition.get("compatibilities", []):
        return _invalid("Task definition does not support launch_type FARGATE.")
    for item in strategy or []:
        if item["capacityProvider"] not in cluster.get("capacityProviders", []):
            return _invalid(
                f"The specified capacity provider strategy contains a capacity provider that is not associated with the cluster: "
                f"{item['capacityProvider']}."
            )
    return None


def _invalid(message: str) -> tuple:
    return error_response_json("InvalidParameterException", message, 400)
