"""The service scheduler: it keeps each service at its desired count, rolls deployments forward, and replaces the dead.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from __future__ import annotations

import logging
import math
import threading
import time
from datetime import datetime, timezone

from ministack.core.responses import request_scope
from ministack.services import ecs

from aws import events
from aws.ecs import deployments, health, protection, store, tasks
from aws.ecs.store import Deployment, Service, Task

logger = logging.getLogger("ecs.scheduler")

#: Without news, services are looked at this often: throttled starts, expired protection, tasks old enough to forget.
TICK_SECONDS = 0.25
#: Without a health check, a task that has run this long counts as started well.
STEADY_SECONDS = 2.0


def start() -> None:
    threading.Thread(target=_loop, daemon=True, name="ecs-scheduler").start()


def _loop() -> None:
    seen = 0
    while True:
        seen = store.wait(seen, TICK_SECONDS)
        try:
            with store.lock:
                run_once()
        except Exception:
            logger.exception("The service scheduler stumbled.")
            time.sleep(TICK_SECONDS)


def run_once() -> None:
    """One look at everything. Called with the lock held."""
    tasks.place_waiting_tasks()
    for account, region, cluster, service in store.all_services():
        if service["status"] != "INACTIVE":
            with request_scope(account, region):
                _tend(cluster, service)
    _forget_old_tasks()


def _tend(cluster: str, service: Service) -> None:
    for task in _dead_unrecorded(service):
        task["_recorded"] = True
        deployments.say(service, f"has stopped 1 running tasks: (task {task['taskArn'].rsplit('/', 1)[-1]}).")
        if task.get("stopCode") in ("EssentialContainerExited", "TaskFailedToStart") or task.get("_failed_health"):
            deployments.record_failure(service, task)
    if service["status"] == "DRAINING":
        _drain(service)
        return
    _stop_unhealthy(service)
    primary = deployments.primary_of(service)
    _stop_excess(service, primary)
    _start_missing(cluster, service, primary)
    _judge(service, primary)
    deployments.drop_empty(service)
    deployments.recount(service)


def _dead_unrecorded(service: Service) -> list[Task]:
    group = f"service:{service['serviceName']}"
    return [
        task
        for task in ecs._tasks.values()
        if task["lastStatus"] == "STOPPED"
        and not task.get("_recorded")
        and task.get("group") == group
        and task["clusterArn"] == service["clusterArn"]
    ]


def _drain(service: Service) -> None:
    for task in store.tasks_of(service):
        _stop(service, task)
    if not store.tasks_of(service):
        service["status"] = "INACTIVE"
        deployments.recount(service)


def _stop_unhealthy(service: Service) -> None:
    for task in store.tasks_of(service):
        if task["healthStatus"] == "UNHEALTHY" and task["desiredStatus"] == "RUNNING":
            task["_failed_health"] = True
            identity = task["taskArn"].rsplit("/", 1)[-1]
            deployments.say(service, f"(task {identity}) failed container health checks.")
            tasks.ask_to_stop(task, "ServiceSchedulerInitiated", "Task failed container health checks")


def _stop_excess(service: Service, primary: Deployment) -> None:
    """Stops tasks beyond the desired count, and old ones as far as the new ones allow it."""
    wanted = [task for task in store.tasks_of(service) if task["desiredStatus"] == "RUNNING"]
    new = [task for task in wanted if task.get("_deployment_id") == primary["id"]]
    old = [task for task in wanted if task.get("_deployment_id") != primary["id"]]
    desired = service["desiredCount"]
    for task in _first_to_go(new)[: max(0, len(new) - desired)]:
        _stop(service, task)
    if primary["rolloutState"] == "FAILED":
        return
    healthy = sum(1 for task in wanted if health.is_healthy(task))
    spare = max(0, healthy - _least_healthy(service))
    for task in _first_to_go(old):
        counts = health.is_healthy(task)
        if counts and spare == 0:
            continue
        if counts and not _must_go(service, primary, len(new), desired):
            continue
        spare -= 1 if counts else 0
        _stop(service, task)


def _must_go(service: Service, primary: Deployment, new: int, desired: int) -> bool:
    """An old healthy task goes when its place is taken by a healthy new one, or when the new one needs its room."""
    live = store.tasks_of(service)
    healthy_new = sum(1 for task in live if task.get("_deployment_id") == primary["id"] and health.is_healthy(task))
    old = sum(1 for task in live if task.get("_deployment_id") != primary["id"] and task["desiredStatus"] == "RUNNING")
    if old > desired - healthy_new:
        return True
    return new < desired and len(live) >= _most_tasks(service)


def _first_to_go(candidates: list[Task]) -> list[Task]:
    """Those not yet running first, then the youngest; protected ones not at all."""
    free = [task for task in candidates if not protection.is_protected(task)]
    return sorted(free, key=lambda task: (task["lastStatus"] != "RUNNING", task["createdAt"]), reverse=True)


def _start_missing(cluster: str, service: Service, primary: Deployment) -> None:
    if primary["rolloutState"] == "FAILED" or time.monotonic() < primary["_not_before"]:
        return
    live = store.tasks_of(service)
    new = sum(1 for task in live if task.get("_deployment_id") == primary["id"] and task["desiredStatus"] == "RUNNING")
    room = max(0, _most_tasks(service) - len(live))
    for _ in range(min(service["desiredCount"] - new, room)):
        task = _start_task(cluster, service, primary)
        deployments.say(service, f"has started 1 tasks: (task {task['taskArn'].rsplit('/', 1)[-1]}).")


def _start_task(cluster: str, service: Service, primary: Deployment) -> Task:
    definition = ecs._task_defs[ecs._resolve_td_key(service["taskDefinition"])]
    kind, provider = ecs._task_capacity(service.get("launchType"), service.get("capacityProviderStrategy"))
    return tasks.new_task(
        ecs._clusters[cluster],
        definition,
        launch_type=kind,
        capacity_provider=provider,
        platform_version=service.get("platformVersion", ""),
        network_configuration=service.get("networkConfiguration"),
        group=f"service:{service['serviceName']}",
        started_by=primary["id"],
        tags=_tags(cluster, service, definition),
        enable_execute_command=service.get("enableExecuteCommand", False),
        deployment_id=primary["id"],
    )


def _tags(cluster: str, service: Service, definition: dict) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = []
    if service.get("enableECSManagedTags"):
        tags.append({"key": "aws:ecs:clusterName", "value": cluster})
        tags.append({"key": "aws:ecs:serviceName", "value": service["serviceName"]})
    source = {"SERVICE": service["serviceArn"], "TASK_DEFINITION": definition["taskDefinitionArn"]}
    return tags + list(ecs._tags.get(source.get(service.get("propagateTags", "NONE"), "")) or [])


def _judge(service: Service, primary: Deployment) -> None:
    """Completes a rollout once every new task is healthy and no old one is wanted."""
    if primary["rolloutState"] != "IN_PROGRESS":
        return
    live = store.tasks_of(service)
    new = [task for task in live if task.get("_deployment_id") == primary["id"] and _started_well(task)]
    if new:
        deployments.record_health(primary)
    old = [task for task in live if task.get("_deployment_id") != primary["id"]]
    if len(new) >= service["desiredCount"] and not old:
        service["_last_completed"] = primary
        deployments.complete(service, primary)


def _started_well(task: Task) -> bool:
    if not health.is_healthy(task):
        return False
    return task["healthStatus"] == "HEALTHY" or _age_seconds(task["startedAt"]) >= STEADY_SECONDS


def _stop(service: Service, task: Task) -> None:
    if task["desiredStatus"] == "RUNNING":
        identity = task.get("_deployment_id") or service["serviceName"]
        tasks.ask_to_stop(task, "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {identity})")


def _least_healthy(service: Service) -> int:
    percent = service["deploymentConfiguration"].get("minimumHealthyPercent", 100)
    return math.ceil(service["desiredCount"] * percent / 100)


def _most_tasks(service: Service) -> int:
    percent = service["deploymentConfiguration"].get("maximumPercent", 200)
    return service["desiredCount"] * percent // 100


def _forget_old_tasks() -> None:
    for account, region, task in store.all_tasks():
        if task["lastStatus"] == "STOPPED" and _age_seconds(task["stoppedAt"]) > tasks.KEPT_SECONDS:
            with request_scope(account, region):
                ecs._tasks.pop(task["taskArn"], None)
                ecs._tags.pop(task["taskArn"], None)


def _age_seconds(timestamp: str) -> float:
    then = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return (datetime.now(timezone.utc) - then).total_seconds()
