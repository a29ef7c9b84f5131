"""How a deployment rolls: which tasks go, in which order, and when it is complete.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from __future__ import annotations

import math

from aws.ecs import circuit_breaker, deployments, health, protection, store, tasks
from aws.ecs.store import Deployment, Service, Task
from aws.ecs.timestamps import age_seconds

#: Without a health check, a task that has run this long counts as started well.
STEADY_SECONDS = 2.0


def stop_excess(service: Service, primary: Deployment) -> None:
    """Stops tasks beyond the desired count, and old ones as far as the new ones allow it."""
    wanted = [task for task in store.tasks_of(service) if task["desiredStatus"] == "RUNNING"]
    new = [task for task in wanted if task.get("_deployment_id") == primary["id"]]
    old = [task for task in wanted if task.get("_deployment_id") != primary["id"]]
    desired = service["desiredCount"]
    for task in _first_to_go(new)[: max(0, len(new) - desired)]:
        stop(service, task)
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
        stop(service, task)


def _must_go(service: Service, primary: Deployment, new: int, desired: int) -> bool:
    """An old healthy task goes when its place is taken by a healthy new one, or when the new one needs its room."""
    live = store.tasks_of(service)
    healthy_new = sum(1 for task in live if task.get("_deployment_id") == primary["id"] and health.is_healthy(task))
    old = sum(1 for task in live if task.get("_deployment_id") != primary["id"] and task["desiredStatus"] == "RUNNING")
    if old > desired - healthy_new:
        return True
    return new < desired and len(live) >= most_tasks(service)


def _first_to_go(candidates: list[Task]) -> list[Task]:
    """Those not yet running first, then the youngest; protected ones not at all."""
    free = [task for task in candidates if not protection.is_protected(task)]
    return sorted(free, key=lambda task: (task["lastStatus"] != "RUNNING", task["createdAt"]), reverse=True)


def judge(service: Service, primary: Deployment) -> None:
    """Completes a rollout once every new task is healthy and no old one is wanted."""
    if primary["rolloutState"] != "IN_PROGRESS":
        return
    live = store.tasks_of(service)
    new = [task for task in live if task.get("_deployment_id") == primary["id"] and _started_well(task)]
    if new:
        circuit_breaker.record_health(primary)
    old = [task for task in live if task.get("_deployment_id") != primary["id"]]
    if len(new) >= service["desiredCount"] and not old:
        service["_last_completed"] = primary
        deployments.complete(service, primary)


def _started_well(task: Task) -> bool:
    if not health.is_healthy(task):
        return False
    return task["healthStatus"] == "HEALTHY" or age_seconds(task["startedAt"]) >= STEADY_SECONDS


def stop(service: Service, task: Task) -> None:
    if task["desiredStatus"] == "RUNNING":
        identity = task.get("_deployment_id") or service["serviceName"]
        tasks.ask_to_stop(task, "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {identity})")


def _least_healthy(service: Service) -> int:
    percent = service["deploymentConfiguration"].get("minimumHealthyPercent", 100)
    return math.ceil(service["desiredCount"] * percent / 100)


def most_tasks(service: Service) -> int:
    percent = service["deploymentConfiguration"].get("maximumPercent", 200)
    return service["desiredCount"] * percent // 100
