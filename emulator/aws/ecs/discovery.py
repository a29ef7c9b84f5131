"""Cloud Map: a service's running tasks are instances of the discovery services it names.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_region
from ministack.services import servicediscovery

from aws.ecs import network, store
from aws.ecs.store import Task


def register(task: Task) -> None:
    for registry_id in _registries(task):
        servicediscovery._register_instance(
            {"ServiceId": registry_id, "InstanceId": _instance_id(task), "Attributes": _attributes(task)}
        )


def deregister(task: Task) -> None:
    for registry_id in _registries(task):
        servicediscovery._deregister_instance({"ServiceId": registry_id, "InstanceId": _instance_id(task)})


def set_health(task: Task) -> None:
    """A task's container health is its instance's custom health. UNKNOWN leaves it as it is, as nothing checks."""
    if task["healthStatus"] == "UNKNOWN":
        return
    for registry_id in _registries(task):
        known = servicediscovery._instance_health_status.get(registry_id) or {}
        if _instance_id(task) in known:
            known[_instance_id(task)] = task["healthStatus"]


def _registries(task: Task) -> list[str]:
    service = store.service_of(task)
    if not service:
        return []
    return [registry["registryArn"].rsplit("/", 1)[-1] for registry in service.get("serviceRegistries") or []]


def _instance_id(task: Task) -> str:
    return task["taskArn"].rsplit("/", 1)[-1]


def _attributes(task: Task) -> dict[str, Any]:
    return {
        "AVAILABILITY_ZONE": task["availabilityZone"],
        "AWS_INIT_HEALTH_STATUS": "HEALTHY",
        "AWS_INSTANCE_IPV4": network.address(task),
        "ECS_CLUSTER_NAME": store.cluster_of(task),
        "ECS_SERVICE_NAME": task["group"].removeprefix("service:"),
        "ECS_TASK_DEFINITION_FAMILY": task["taskDefinitionArn"].rsplit("/", 1)[-1].split(":")[0],
        "REGION": get_region(),
    }
