"""A service's deployments: how one begins, completes and is forgotten, and how they are counted.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
"""

from __future__ import annotations

import secrets
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import ecs

from aws import events
from aws.ecs import store
from aws.ecs.store import Deployment, Service, Task


def begin(service: Service) -> Deployment:
    """Makes a new PRIMARY deployment from what the service says now; the one before becomes ACTIVE."""
    for previous in service["deployments"]:
        previous["status"] = "ACTIVE"
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
