"""The service scheduler: it keeps each service at its desired count, rolls deployments forward, and replaces the dead.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

from __future__ import annotations

import logging
import threading
import time

from ministack.core.responses import request_scope
from ministack.services import ecs

from aws.ecs import circuit_breaker, deployments, rolling, store, tasks
from aws.ecs.service_task import start_task
from aws.ecs.store import Deployment, Service, Task
from aws.ecs.timestamps import age_seconds

logger = logging.getLogger("ecs.scheduler")

#: Without news, services are looked at this often: throttled starts, expired protection, tasks old enough to forget.
TICK_SECONDS = 0.25


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
            circuit_breaker.record_failure(service, task)
    if service["status"] == "DRAINING":
        _drain(service)
        return
    _stop_unhealthy(service)
    primary = deployments.primary_of(service)
    rolling.stop_excess(service, primary)
    _start_missing(cluster, service, primary)
    rolling.judge(service, primary)
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
        rolling.stop(service, task)
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


def _start_missing(cluster: str, service: Service, primary: Deployment) -> None:
    if primary["rolloutState"] == "FAILED" or time.monotonic() < primary["_not_before"]:
        return
    live = store.tasks_of(service)
    new = sum(1 for task in live if task.get("_deployment_id") == primary["id"] and task["desiredStatus"] == "RUNNING")
    room = max(0, rolling.most_tasks(service) - len(live))
    for _ in range(min(service["desiredCount"] - new, room)):
        task = start_task(cluster, service, primary)
        deployments.say(service, f"has started 1 tasks: (task {task['taskArn'].rsplit('/', 1)[-1]}).")


def _forget_old_tasks() -> None:
    for account, region, task in store.all_tasks():
        if task["lastStatus"] == "STOPPED" and age_seconds(task["stoppedAt"]) > tasks.KEPT_SECONDS:
            with request_scope(account, region):
                ecs._tasks.pop(task["taskArn"], None)
                ecs._tags.pop(task["taskArn"], None)
