"""CreateService, UpdateService, DeleteService: what a service is asked to be. The scheduler makes it so.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ecs

from aws.ecs import deployments, network, store
from aws.ecs.new_service import new_service, with_public_ip
from aws.ecs.run_task import active_cluster, active_definition, launch_refusal
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
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return refusal
    key = f"{cluster['clusterName']}/{data.get('serviceName')}"
    existing = ecs._services.get(key)
    if existing and existing["status"] != "INACTIVE":
        return _invalid(NAME_IN_USE[existing["status"]])
    definition, refusal = active_definition(data.get("taskDefinition", ""))
    if refusal:
        return refusal
    launch_type, strategy, refusal = ecs._launch_choice(data, cluster)
    refusal = (
        refusal
        or launch_refusal(definition, cluster, launch_type, strategy)
        or network.refusal(definition, data.get("networkConfiguration"))
    )
    if refusal:
        return refusal
    service = new_service(data, cluster, definition, launch_type, strategy)
    ecs._services[key] = service
    if data.get("tags"):
        ecs._tags[service["serviceArn"]] = list(data["tags"])
    deployments.begin(service)
    store.touch()
    return _answer(service)


def update(data: dict[str, Any]) -> tuple:
    service, refusal = _active_service(data)
    if refusal:
        return refusal
    wanted = {name: data[name] for name in SETTINGS if data.get(name) is not None}
    if "networkConfiguration" in wanted:
        wanted["networkConfiguration"] = with_public_ip(wanted["networkConfiguration"])
    if "deploymentConfiguration" in wanted:
        wanted["deploymentConfiguration"] = {**service["deploymentConfiguration"], **wanted["deploymentConfiguration"]}
    definition, refusal = active_definition(data.get("taskDefinition") or service["taskDefinition"])
    if refusal and data.get("taskDefinition"):
        return refusal
    if definition:
        refusal = network.refusal(definition, wanted.get("networkConfiguration", service["networkConfiguration"]))
        if refusal:
            return refusal
    renewed = bool(data.get("forceNewDeployment")) or any(
        name in wanted and wanted[name] != service.get(name) for name in STARTS_DEPLOYMENT
    )
    if definition and definition["taskDefinitionArn"] != service["taskDefinition"]:
        service["taskDefinition"], renewed = definition["taskDefinitionArn"], True
    if "capacityProviderStrategy" in wanted:
        # A strategy takes the place of the launch type, and an empty one gives it back.
        wanted["capacityProviderStrategy"] = wanted["capacityProviderStrategy"] or None
        service["launchType"] = None if wanted["capacityProviderStrategy"] else service.get("launchType") or "FARGATE"
    service.update(wanted)
    if data.get("desiredCount") is not None:
        service["desiredCount"] = data["desiredCount"]
        deployments.primary_of(service)["desiredCount"] = data["desiredCount"]
    if renewed:
        deployments.begin(service)
    store.touch()
    return _answer(service)


def delete(data: dict[str, Any]) -> tuple:
    service, refusal = _active_service(data)
    if refusal:
        return refusal
    if service["desiredCount"] > 0 and not data.get("force"):
        return _invalid("The service cannot be stopped while it is scaled above 0.")
    service["status"], service["desiredCount"] = "DRAINING", 0
    deployments.primary_of(service)["desiredCount"] = 0
    store.touch()
    return _answer(service)


def describe(data: dict[str, Any]) -> tuple:
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return refusal
    found, failures = [], []
    for reference in data.get("services") or []:
        service = _find(reference, cluster["clusterName"])
        if service:
            found.append(_view(service, "TAGS" in (data.get("include") or [])))
        else:
            name = reference.rsplit("/", 1)[-1]
            arn = f"arn:aws:ecs:{get_region()}:{get_account_id()}:service/{cluster['clusterName']}/{name}"
            failures.append({"arn": arn, "reason": "MISSING"})
    return json_response({"services": found, "failures": failures})


def _active_service(data: dict[str, Any]) -> tuple[Service, None] | tuple[None, tuple]:
    cluster, refusal = active_cluster(data.get("cluster"))
    if refusal:
        return None, refusal
    service = _find(data.get("service", ""), cluster["clusterName"])
    if not service:
        return None, error_response_json("ServiceNotFoundException", "Service not found.", 400)
    if service["status"] != "ACTIVE":
        return None, error_response_json("ServiceNotActiveException", "Service was not ACTIVE.", 400)
    return service, None


def _find(reference: str, cluster: str) -> Service | None:
    name, its_cluster = ecs._resolve_service_ref(reference) or ("", None)
    if its_cluster not in (None, cluster):
        return None
    return ecs._services.get(f"{cluster}/{name}")


def _view(service: Service, with_tags: bool) -> dict[str, Any]:
    view = deployments.view(service)
    view["tags"] = ecs._tags.get(service["serviceArn"]) or [] if with_tags else []
    return view


def _answer(service: Service) -> tuple:
    return json_response({"service": _view(service, with_tags=True)})


def _invalid(message: str) -> tuple:
    return error_response_json("InvalidParameterException", message, 400)
