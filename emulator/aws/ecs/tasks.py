"""The life of a task: PROVISIONING, PENDING, ACTIVATING, RUNNING, and down again to STOPPED.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

import secrets
from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso, request_scope
from ministack.services import ecs

from aws import events
from aws.ecs import discovery, network, store
from aws.ecs.store import Task

LIFE = ("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED")

#: States that raise the task's version and an event. A polled Fargate task passes through the others without either.
COUNTED = frozenset({"PENDING", "RUNNING", "DEPROVISIONING", "STOPPED"})

#: AWS's words. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
ESSENTIAL_CONTAINER_EXITED = ("EssentialContainerExited", "Essential container in task exited")

#: Stopped tasks can be described for an hour.
KEPT_SECONDS = 3600


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
        "networkInterfaces": [interface.of_container()] if interface else [],
        "healthStatus": "UNKNOWN",
        "cpu": str(definition.get("cpu", 0)),
        "memory": str(definition["memory"]) if definition.get("memory") else None,
        "memoryReservation": str(definition["memoryReservation"]) if definition.get("memoryReservation") else None,
    }


def _architecture(definition: dict[str, Any]) -> str:
    return ((definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64").lower()


def is_stopped(task: Task) -> bool:
    return task["lastStatus"] == "STOPPED"


def advance(task: Task, status: str) -> None:
    """Moves a task forward in its life; what lies behind it, or STOPPED, is left as it is."""
    if LIFE.index(status) <= LIFE.index(task["lastStatus"]):
        return
    now = now_iso()
    task["lastStatus"] = status
    if status == "PENDING":
        task["connectivity"], task["connectivityAt"] = "CONNECTED", now
    if status == "ACTIVATING":
        task.setdefault("pullStartedAt", now)
    if status == "RUNNING":
        task.setdefault("pullStartedAt", now)
        task.setdefault("pullStoppedAt", now)
        task.setdefault("startedAt", now)
        task["_reached_running"] = True
        network.mark(task, "ATTACHED")
        for container in task["containers"]:
            if container["lastStatus"] == "PENDING":
                container["lastStatus"] = "RUNNING"
        discovery.register(task)
    if LIFE.index(status) > LIFE.index("RUNNING"):
        discovery.deregister(task)
    if status in COUNTED:
        _count(task)
    store.touch()


def ask_to_stop(task: Task, stop_code: str, reason: str) -> None:
    """Sets what the agent reads as its cue. A task that no agent holds is over at once."""
    if task["desiredStatus"] == "STOPPED":
        return
    task["desiredStatus"] = "STOPPED"
    task["stopCode"], task["stoppedReason"] = stop_code, reason
    task["stoppingAt"] = now_iso()
    discovery.deregister(task)
    _count(task)
    if not task["_claimed"]:
        finish(task, None, None)
    store.touch()


def finish(task: Task, stop_code: str | None, reason: str | None) -> None:
    """Ends a task. What its stop was asked for with stays; else the agent's words, else "an essential container exited"."""
    if is_stopped(task):
        return
    now = now_iso()
    default_code, default_reason = ESSENTIAL_CONTAINER_EXITED
    task["stopCode"] = task.get("stopCode") or stop_code or default_code
    task["stoppedReason"] = task.get("stoppedReason") or reason or default_reason
    task["desiredStatus"] = "STOPPED"
    task.setdefault("stoppingAt", now)
    task["executionStoppedAt"] = now
    network.mark(task, "DELETED")
    advance(task, "DEPROVISIONING")
    task["stoppedAt"] = now_iso()
    for container in task["containers"]:
        container["lastStatus"] = "STOPPED"
    network.detach(task)
    advance(task, "STOPPED")


def _count(task: Task) -> None:
    task["version"] += 1
    ecs._recount_cluster(store.cluster_of(task))
    events.task_changed(task)


def place_waiting_tasks() -> None:
    """PROVISIONING is over once the network interface is there, which is at once: the agent's turn."""
    for account, region, task in store.all_tasks():
        if task["lastStatus"] == "PROVISIONING":
            with request_scope(account, region):
                advance(task, "PENDING")
