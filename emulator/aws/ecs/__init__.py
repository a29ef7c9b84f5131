"""ECS whose tasks are run by an agent outside, and whose services are kept alive, rolled forward and rolled back.

ministack keeps the records; who changes them, and when, is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from aws import seams
from aws.ecs import (
    agent_api,
    authorization,
    clusters,
    protection,
    run_task,
    scheduler,
    services,
    store,
    task_definitions,
    timestamps,
)
from aws.ecs.refusal import Refusal

ACTIONS: dict[str, Callable[[dict[str, Any]], tuple]] = {
    "RunTask": run_task.run_task,
    "StopTask": run_task.stop_task,
    "CreateService": services.create,
    "UpdateService": services.update,
    "DeleteService": services.delete,
    "DescribeServices": services.describe,
    "SubmitTaskStateChange": agent_api.report,
    "SubmitContainerStateChange": agent_api.report_container,
    "UpdateTaskProtection": protection.update,
    "GetTaskProtection": protection.get,
    "DeleteCluster": clusters.delete,
    "RegisterTaskDefinition": task_definitions.register,
}


def install() -> None:
    for action, handler in ACTIONS.items():
        seams.replace_action(ecs._ACTION_MAP, action, handler)
    seams.replace(ecs, "_dispatch_action", _alone(ecs._dispatch_action))
    authorization.install()
    seams.replace(ecs, "_resolve_td_key", task_definitions.resolve_key)
    seams.replace(ecs, "_ts_to_epoch", timestamps.to_epoch)
    # Tasks are looked after by the agent's reports; there is no Docker to ask.
    seams.replace(ecs, "_maybe_mark_stopped", lambda task, docker_client=None: None)


def start() -> None:
    scheduler.start()


def _alone(dispatch: Callable) -> Callable:
    """One ECS call at a time, asked by IAM first; a refusal raised anywhere below is its answer."""

    def dispatch_alone(action: str, data: dict[str, Any]) -> tuple:
        with store.lock:
            try:
                authorization.check(action, data)
                return dispatch(action, data)
            except Refusal as refusal:
                return refusal.answer

    return dispatch_alone
