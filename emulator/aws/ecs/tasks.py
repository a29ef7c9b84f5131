"""The life of a task: PROVISIONING, PENDING, ACTIVATING, RUNNING, and down again to STOPPED.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

from ministack.core.responses import now_iso, request_scope
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
