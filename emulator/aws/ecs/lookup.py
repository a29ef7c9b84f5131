"""What a request names, found or refused."""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from aws.ecs.refusal import Refusal, invalid
from aws.ecs.store import Service, Task


def active_cluster(data: dict[str, Any]) -> dict[str, Any]:
    name = ecs._resolve_cluster_name(data.get("cluster") or "default")
    cluster = ecs._clusters.get(name) if name else None
    if not cluster or cluster["status"] != "ACTIVE":
        raise Refusal("ClusterNotFoundException", "Cluster not found.")
    return cluster


def active_definition(reference: str) -> dict[str, Any]:
    definition = ecs._task_defs.get(ecs._resolve_td_key(reference))
    if not definition:
        raise Refusal("ClientException", "TaskDefinition not found.")
    if definition["status"] != "ACTIVE":
        raise Refusal("ClientException", "TaskDefinition is inactive")
    return definition


def active_service(data: dict[str, Any]) -> Service:
    service = find_service(data.get("service", ""), active_cluster(data))
    if not service:
        raise Refusal("ServiceNotFoundException", "Service not found.")
    if service["status"] != "ACTIVE":
        raise Refusal("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def find_service(reference: str, cluster: dict[str, Any]) -> Service | None:
    name, its_cluster = ecs._resolve_service_ref(reference) or ("", None)
    if its_cluster not in (None, cluster["clusterName"]):
        return None
    return ecs._services.get(f"{cluster['clusterName']}/{name}")


def task_of(data: dict[str, Any]) -> Task:
    task = ecs._resolve_task(data.get("task", ""), active_cluster(data)["clusterName"])
    if not task:
        raise invalid("The referenced task was not found.")
    return task


def launch_choice(data: dict[str, Any], definition: dict[str, Any], cluster: dict[str, Any]) -> tuple[str | None, list | None]:
    """Launch type or capacity provider strategy, if the definition is made for the one and the cluster has the others."""
    launch_type, strategy, refused = ecs._launch_choice(data, cluster)
    if refused:
        raise invalid(ecs._BOTH_LAUNCH_CHOICES)
    if launch_type == "FARGATE" and "FARGATE" not in definition.get("compatibilities", []):
        raise invalid("Task definition does not support launch_type FARGATE.")
    for item in strategy or []:
        if item["capacityProvider"] not in cluster.get("capacityProviders", []):
            raise invalid(
                "The specified capacity provider strategy contains a capacity provider that is not associated with the cluster: "
                f"{item['capacityProvider']}."
            )
    return launch_type, strategy
