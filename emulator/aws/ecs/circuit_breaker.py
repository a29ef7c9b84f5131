"""What follows from tasks that die by themselves: the next one waits, and the deployment may fail and be rolled back.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

from __future__ import annotations

import math
import time

from ministack.core.responses import now_iso

from aws import events
from aws.ecs import deployments
from aws.ecs.store import Deployment, Service, Task

#: The circuit breaker's threshold is half the desired count, within these bounds.
THRESHOLD_PERCENT, THRESHOLD_LEAST, THRESHOLD_MOST = 50, 3, 200

#: A task that never ran is started again after this long, then after twice as long, and so on.
#: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 1.0, 27 * 60.0
#: A task that ran and died is replaced without that throttling; AWS takes some seconds over it.
REPLACEMENT_SECONDS = 0.5


def record_failure(service: Service, task: Task) -> None:
    """Counts a task that died by itself: when its next one may start, and whether its deployment has failed."""
    deployment = deployments.of_task(service, task)
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
        deployments.say(
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
    deployments.say(service, f"(deployment {deployment['id']}) deployment failed: tasks failed to start.")
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
    deployments.say(service, f"rolling back to deployment {target['id']}.")
    events.deployment_changed(service, target, "SERVICE_DEPLOYMENT_IN_PROGRESS")
