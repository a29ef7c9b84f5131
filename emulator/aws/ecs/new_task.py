"""A task as RunTask and the service scheduler place it."""

from __future__ import annotations

import secrets
from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso
from ministack.services import ecs

from aws import events
from aws.ecs import network, store
from aws.ecs.store import Task


def new_task(
    cluster: dict[str, Any],
    definition: dict[str, Any],
    *,
    launch_type: str,
    capacity_provider: str | None = None,
    platform_version: str = "",
    overrides: dict[str, Any] | None = None,
    network_configuration: dict[str, Any] | None = None,
    group: str = "",
    started_by: str = "",
    tags: list[dict[str, str]] | None = None,
    enable_execute_command: bool = False,
    deployment_id: str | None = None,
) -> Task:
    """Stores a task as PROVISIONING, with its network interface, as RunTask and the service scheduler place it."""
    task_id = secrets.token_hex(16)
    arn = f"arn:aws:ecs:{get_region()}:{get_account_id()}:task/{cluster['clusterName']}/{task_id}"
    overrides = dict(overrides or {})
    given = {item.get("name"): item for item in overrides.get("containerOverrides") or []}
    names = [container["name"] for container in definition["containerDefinitions"]]
    overrides["containerOverrides"] = [given.get(name, {"name": name}) for name in names]
    overrides.setdefault("inferenceAcceleratorOverrides", [])
    interface = network.attach(arn, network_configuration) if definition.get("networkMode") == "awsvpc" else None
    now = now_iso()
    fargate = launch_type == "FARGATE"
    task: Task = {
        "taskArn": arn,
        "clusterArn": cluster["clusterArn"],
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "overrides": overrides,
        "lastStatus": "PROVISIONING",
        "desiredStatus": "RUNNING",
        "launchType": launch_type,
        "capacityProviderName": capacity_provider,
        "cpu": overrides.get("cpu") or definition.get("cpu", "256"),
        "memory": overrides.get("memory") or definition.get("memory", "512"),
        "platformVersion": ("1.4.0" if platform_version in ("", "LATEST", None) else platform_version) if fargate else None,
        "platformFamily": "Linux" if fargate else None,
        "connectivity": None,
        "connectivityAt": None,
        "createdAt": now,
        "group": group or f"family:{definition['family']}",
        "startedBy": started_by or None,
        "version": 1,
        "containers": [_new_container(arn, container, interface) for container in definition["containerDefinitions"]],
        "attachments": [interface.attachment()] if interface else [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(definition)}],
        "availabilityZone": interface.zone if interface else f"{get_region()}a",
        "enableExecuteCommand": enable_execute_command,
        "healthStatus": "UNKNOWN",
        "ephemeralStorage": overrides.get("ephemeralStorage") or definition.get("ephemeralStorage") or {"sizeInGiB": 20},
        "tags": [],
        "_deployment_id": deployment_id,
        "_interface_id": interface.id if interface else None,
        "_claimed": False,
        "_reached_running": False,
    }
    ecs._tasks[arn] = task
    if tags:
        ecs._tags[arn] = list(tags)
    events.task_changed(task)
    ecs._recount_cluster(cluster["clusterName"])
    store.touch()
    return task


def _new_container(task_arn: str, definition: dict[str, Any], interface: network.Interface | None) -> dict[str, Any]:
    return {
        "containerArn": f"{task_arn.replace(':task/', ':container/')}/{secrets.token_hex(18)}",
        "taskArn": task_arn,
        "name": definition["name"],
        "image": definition["image"],
        "lastStatus": "PENDING",
        "networkBindings": [],
        "networkInterfaces": [interface.of_container()] if interface else [],
        "healthStatus": "UNKNOWN",
        "cpu": str(definition.get("cpu", 0)),
        "memory": str(definition["memory"]) if definition.get("memory") else None,
        "memoryReservation": str(definition["memoryReservation"]) if definition.get("memoryReservation") else None,
    }


def _architecture(definition: dict[str, Any]) -> str:
    return ((definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64").lower()
