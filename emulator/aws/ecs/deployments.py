"""A service's deployments: how one begins, completes, fails and is rolled back.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

from __future__ import annotations

import math
import secrets
import time
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import ecs

from aws import events
from aws.ecs import store
from aws.ecs.store import Deployment, Service, Task

#: The circuit breaker's threshold is half the desired count, within these bounds.
THRESHOLD_PERCENT, THRESHOLD_LEAST, THRESHOLD_MOST = 50, 3, 200

#: A task that never ran is started again after this long, then after twice as long, and so on.
#: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 1.0, 27 * 60.0
#: A task that ran and died is replaced without that throttling; AWS takes some seconds over it.
REPLACEMENT_SECONDS = 0.5


def begin(service: Service, reason: str | None = None) -> Deployment:
    """Makes a new PRIMARY deployment from what the service says now; the one before becomes ACTIVE."""
    for deployment in service["deployments"]:
        deployment["status"] = "ACTIVE"
    now = now_iso()
    identity = f"ecs-svc/{secrets.randbelow(10**19):019d}"
    deployment: Deployment = {
        "id": identity,
        "status": "PRIMARY",
        "taskDefinition": service["taskDefinition"],
        "desiredCount": service["desiredCount"],
        "pendingCount": 0,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": now,
        "updatedAt": now,
        "launchType": service.get("launchType"),
        "capacityProviderStrategy": service.get("capacityProviderStrategy"),
        "platformVersion": "1.4.0" if service.get("launchType") == "FARGATE" else None,
        "platformFamily": "Linux" if service.get("launchType") == "FARGATE" else None,
        "networkConfiguration": service.get("networkConfiguration") or None,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {identity} in progress.",
        "_start_failures": 0,
        "_not_before": 0.0,
    }
    service["deployments"].insert(0, deployment)
    events.deployment_changed(service, deployment, "SERVICE_DEPLOYMENT_IN_PROGRESS")
    return deployment


def primary_of(service: Service) -> Deployment:
    return next(deployment for deployment in service["deployments"] if deployment["status"] == "PRIMARY")


def of_task(service: Service, task: Task) -> Deployment | None:
    return next((item for item in service["deployments"] if item["id"] == task.get("_deployment_id")), None)


def say(service: Service, sentence: str) -> None:
    """Adds to the service's events, newest first; AWS keeps a hundred."""
    message = f"(service {service['serviceName']}) {sentence}"
    service["events"].insert(0, {"id": secrets.token_hex(16), "createdAt": now_iso(), "message": message})
    del service["events"][100:]


def complete(service: Service, deployment: Deployment) -> None:
    deployment["rolloutState"] = "COMPLETED"
    deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} completed."
    deployment["updatedAt"] = now_iso()
    say(service, f"(deployment {deployment['id']}) deployment completed.")
    say(service, "has reached a steady state.")
    events.deployment_changed(service, deployment, "SERVICE_DEPLOYMENT_COMPLETED")
    events.service_action(service, "SERVICE_STEADY_STATE")


def drop_empty(service: Service) -> None:
    """Forgets old deployments whose tasks are gone; a failed one stays until what replaced it is complete."""
    busy = {task.get("_deployment_id") for task in store.tasks_of(service)}
    done = primary_of(service)["rolloutState"] == "COMPLETED"
    service["deployments"] = [
        item
        for item in service["deployments"]
        if item["status"] == "PRIMARY" or item["id"] in busy or (item["rolloutState"] == "FAILED" and not done)
    ]


def record_failure(service: Service, task: Task) -> None:
    """Counts a task that died by itself: when its next one may start, and whether its deployment has failed."""
    deployment = of_task(service, task)
    if not deployment or deployment["status"] != "PRIMARY":
        return
    _throttle(service, deployment, ran=task["_reached_running"])
    if deployment["rolloutState"] != "IN_PROGRESS":
        return
    deployment["failedTasks"] += 1
    deployment["updatedAt"] = now_iso()
    breaker = service["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    if breaker.get("enable") and deployment["failedTasks"] >= threshold(service):
        _fail(service, deployment, rollback=bool(breaker.get("rollback")))


def record_health(deployment: Deployment) -> None:
    """A healthy task ends the row of failures: the breaker counts consecutive ones."""
    deployment["failedTasks"] = 0
    deployment["_start_failures"] = 0


def threshold(service: Service) -> int:
    share = math.ceil(service["desiredCount"] * THRESHOLD_PERCENT / 100)
    return min(THRESHOLD_MOST, max(THRESHOLD_LEAST, share))


def _throttle(service: Service, deployment: Deployment, ran: bool) -> None:
    if ran:
        deployment["_not_before"] = time.monotonic() + REPLACEMENT_SECONDS
        return
    deployment["_start_failures"] += 1
    delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (deployment["_start_failures"] - 1))
    deployment["_not_before"] = time.monotonic() + delay
    if deployment["_start_failures"] == 2:
        say(
            service,
            "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of "
            "the Amazon ECS Developer Guide.",
        )
        events.service_action(service, "SERVICE_TASK_START_IMPAIRED", "WARN")


def _fail(service: Service, deployment: Deployment, rollback: bool) -> None:
    deployment["rolloutState"] = "FAILED"
    deployment["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
    deployment["desiredCount"] = 0
    deployment["updatedAt"] = now_iso()
    say(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
    events.deployment_changed(service, deployment, "SERVICE_DEPLOYMENT_FAILED", "ERROR")
    target = service.get("_last_completed")
    if rollback and target:
        _roll_back(service, deployment, target)


def _roll_back(service: Service, failed: Deployment, target: Deployment) -> None:
    """Makes the last completed deployment PRIMARY again, under its own id, with the settings it had."""
    failed["status"] = "ACTIVE"
    service["deployments"] = [item for item in service["deployments"] if item["id"] != target["id"]]
    target.update(
        status="PRIMARY",
        desiredCount=service["desiredCount"],
        failedTasks=0,
        rolloutState="IN_PROGRESS",
        rolloutStateReason=f"ECS deployment circuit breaker: rolling back to deploymentId {target['id']}.",
        updatedAt=now_iso(),
        _start_failures=0,
        _not_before=0.0,
    )
    service["deployments"].insert(0, target)
    service["taskDefinition"] = target["taskDefinition"]
    for key in ("launchType", "capacityProviderStrategy", "networkConfiguration"):
        service[key] = target.get(key)
    say(service, f"rolling back to deployment {target['id']}.")
    events.deployment_changed(service, target, "SERVICE_DEPLOYMENT_IN_PROGRESS")


def recount(service: Service) -> None:
    """Brings the counts of a service and its deployments up to date; a stopping task still counts as running."""
    live = store.tasks_of(service)
    counted = {"runningCount": _is_running, "pendingCount": _is_pending}
    for field, belongs in counted.items():
        service[field] = sum(1 for task in live if belongs(task))
        for deployment in service["deployments"]:
            deployment[field] = sum(1 for task in live if task.get("_deployment_id") == deployment["id"] and belongs(task))
    ecs._recount_cluster(service["clusterArn"].rsplit("/", 1)[-1])


def _is_running(task: Task) -> bool:
    return task["lastStatus"] == "RUNNING"


def _is_pending(task: Task) -> bool:
    return task["lastStatus"] in ("PROVISIONING", "PENDING", "ACTIVATING")


def view(service: Service) -> dict[str, Any]:
    """A service as the API shows it, freshly counted."""
    recount(service)
    return ecs._sanitize(service)
