"""A task that the scheduler starts for a service."""

from __future__ import annotations

from ministack.services import ecs

from aws.ecs.new_task import new_task
from aws.ecs.store import Deployment, Service, Task


def start_task(cluster: str, service: Service, primary: Deployment) -> Task:
    """Starts one task of the service's PRIMARY deployment."""
    definition = ecs._task_defs[ecs._resolve_td_key(service["taskDefinition"])]
    kind, provider = ecs._task_capacity(service.get("launchType"), service.get("capacityProviderStrategy"))
    return new_task(
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
