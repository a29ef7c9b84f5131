"""CreateService, UpdateService, DeleteService: what a service is asked to be. The scheduler makes it so.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import ecs

from aws.ecs import deployments, network, store
from aws.ecs.lookup import active_cluster, active_definition, active_service, find_service, launch_choice
from aws.ecs.new_service import new_service, with_public_ip
from aws.ecs.refusal import invalid
from aws.ecs.store import Service

NAME_IN_USE = {
    "ACTIVE": "Creation of service was not idempotent.",
    "DRAINING": "Unable to Start a service that is still Draining.",
}

#: Changing one of these starts a new deployment; the other settings only change what the scheduler aims at.
STARTS_DEPLOYMENT = (
    "networkConfiguration",
    "platformVersion",
    "capacityProviderStrategy",
    "loadBalancers",
    "serviceRegistries",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
)
SETTINGS = (
    *STARTS_DEPLOYMENT,
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "availabilityZoneRebalancing",
    "placementConstraints",
    "placementStrategy",
)


def create(data: dict[str, Any]) -> tuple:
    cluster = active_cluster(data)
    key = f"{cluster['clusterName']}/{data.get('serviceName')}"
    existing = ecs._services.get(key)
    if existing and existing["status"] == "ACTIVE" and _is_repeated(data, existing):
        return _answer(existing)
    if existing and existing["status"] in NAME_IN_USE:
        raise invalid(NAME_IN_USE[existing["status"]])
    definition = active_definition(data.get("taskDefinition", ""))
    launch_type, strategy = launch_choice(data, definition, cluster)
    network.check(definition, data.get("networkConfiguration"))
    service = new_service(data, cluster, definition, launch_type, strategy)
    ecs._services[key] = service
    if data.get("tags"):
        ecs._tags[service["serviceArn"]] = list(data["tags"])
    deployments.begin(service)
    store.touch()
    return _answer(service)


def _is_repeated(data: dict[str, Any], service: Service) -> bool:
    """Whether this is the request that made the service, sent again: CreateService with one client token is idempotent."""
    return bool(data.get("clientToken")) and data["clientToken"] == service["_client_token"]


def update(data: dict[str, Any]) -> tuple:
    service = active_service(data)
    wanted = _wanted(data, service)
    renewed = bool(data.get("forceNewDeployment")) or any(
        name in wanted and wanted[name] != service.get(name) for name in STARTS_DEPLOYMENT
    )
    if data.get("taskDefinition"):
        definition = active_definition(data["taskDefinition"])
        network.check(definition, wanted.get("networkConfiguration", service["networkConfiguration"]))
        renewed = renewed or definition["taskDefinitionArn"] != service["taskDefinition"]
        service["taskDefinition"] = definition["taskDefinitionArn"]
    if "capacityProviderStrategy" in wanted:
        # A strategy takes the place of the launch type, and an empty one gives it back.
        service["launchType"] = None if wanted["capacityProviderStrategy"] else service.get("launchType") or "FARGATE"
    service.update(wanted)
    if data.get("desiredCount") is not None:
        service["desiredCount"] = data["desiredCount"]
        deployments.primary_of(service)["desiredCount"] = data["desiredCount"]
    if renewed:
        deployments.begin(service)
    store.touch()
    return _answer(service)


def _wanted(data: dict[str, Any], service: Service) -> dict[str, Any]:
    """The settings that a request names, in the shape in which the service keeps them."""
    wanted = {name: data[name] for name in SETTINGS if data.get(name) is not None}
    if "networkConfiguration" in wanted:
        wanted["networkConfiguration"] = with_public_ip(wanted["networkConfiguration"])
    if "deploymentConfiguration" in wanted:
        wanted["deploymentConfiguration"] = {**service["deploymentConfiguration"], **wanted["deploymentConfiguration"]}
    if "capacityProviderStrategy" in wanted:
        wanted["capacityProviderStrategy"] = wanted["capacityProviderStrategy"] or None
    return wanted


def delete(data: dict[str, Any]) -> tuple:
    service = active_service(data)
    if service["desiredCount"] > 0 and not data.get("force"):
        raise invalid("The service cannot be stopped while it is scaled above 0.")
    service["status"], service["desiredCount"] = "DRAINING", 0
    deployments.primary_of(service)["desiredCount"] = 0
    store.touch()
    return _answer(service)


def describe(data: dict[str, Any]) -> tuple:
    cluster = active_cluster(data)
    found, failures = [], []
    for reference in data.get("services") or []:
        service = find_service(reference, cluster)
        if service:
            found.append(_view(service, "TAGS" in (data.get("include") or [])))
        else:
            name = reference.rsplit("/", 1)[-1]
            arn = f"arn:aws:ecs:{get_region()}:{get_account_id()}:service/{cluster['clusterName']}/{name}"
            failures.append({"arn": arn, "reason": "MISSING"})
    return json_response({"services": found, "failures": failures})


def _view(service: Service, with_tags: bool) -> dict[str, Any]:
    view = deployments.view(service)
    view["tags"] = ecs._tags.get(service["serviceArn"]) or [] if with_tags else []
    return view


def _answer(service: Service) -> tuple:
    return json_response({"service": _view(service, with_tags=True)})
