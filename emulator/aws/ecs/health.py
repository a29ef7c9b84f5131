"""Health as the agent reports it per container, and what follows for the task.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
"""

from __future__ import annotations

from typing import Any

from aws.ecs import discovery, store
from aws.ecs.store import Task


def checked_names(definition: dict[str, Any]) -> list[str]:
    """The essential containers with a health check: they alone decide the task's health."""
    return [
        container["name"]
        for container in definition.get("containerDefinitions", [])
        if container.get("essential", True) and container.get("healthCheck")
    ]


def refresh(task: Task) -> None:
    """Works the task's health out from its containers: one UNHEALTHY is enough, and all must be HEALTHY."""
    checked = checked_names(store.definition_of(task))
    seen = {container["healthStatus"] for container in task["containers"] if container["name"] in checked}
    if "UNHEALTHY" in seen:
        task["healthStatus"] = "UNHEALTHY"
    else:
        task["healthStatus"] = "HEALTHY" if seen == {"HEALTHY"} else "UNKNOWN"
    discovery.set_health(task)


def is_healthy(task: Task) -> bool:
    """RUNNING, and HEALTHY where something checks it: what a deployment counts on."""
    if task["lastStatus"] != "RUNNING" or task["desiredStatus"] != "RUNNING":
        return False
    return task["healthStatus"] == "HEALTHY" if checked_names(store.definition_of(task)) else True
