"""CreateService, UpdateService, DeleteService: what a service is asked to be. The scheduler makes it so.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, now_iso
from ministack.services import ecs

from aws.ecs import deployments, network, store
from aws.ecs.run_task import active_cluster, active_definition, launch_refusal
from aws.ecs.store import Service

DEFAULT_DEPLOYMENT = {
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
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
        message = "Creation of service was not idempotent." if existing["status"] == "ACTIVE" else "Unable to Start a service that is still Draining."
        return _invalid(message)
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
    service = _record(data, cluster, definition, launch_type, strategy)
    ecs._services[key] = service
    if data.get("tags"):
        ecs._tags[service["serviceArn"]] = list(data["tags"])
    deployments.begin(service)
    store.touch()
    return _answer(service)


def _record(data: dict, cluster: dict, definition: dict, launch_type: str | None, strategy: list | None) -> Service:
    account = get_account_id()
    configuration = {**DEFAULT_DEPLOYMENT, **(data.get("deploymentConfiguration") or {})}
    fargate = launch_type == "FARGATE"
    return {
        "serviceArn": f"arn:aws:ecs:{get_region()}:{account}:service/{cluster['clusterName']}/{data['serviceName']}",
        "serviceName": data["serviceName"],
        "clusterArn": cluster["clusterArn"],
        "status": "ACTIVE",
        "taskDefinition": definition["taskDefinitionArn"],
        "desiredCount": data.get("desiredCount", 1),
        "runningCount": 0,
        "pendingCount": 0,
        "launchType": launch_type,
        "capacityProviderStrategy": strategy,
        "platformVersion": data.get("platformVersion") or ("LATEST" if fargate else None),
        "platformFamily": "Linux" if fargate else None,
        "networkConfiguration": _with_public_ip(data.get("networkConfiguration")),
        "loadBalancers": data.get("loadBalancers") or [],
        "serviceRegistries": data.get("serviceRegistries") or [],
        "healthCheckGracePeriodSeconds": data.get("healthCheckGracePeriodSeconds", 0),
        "schedulingStrategy": data.get("schedulingStrategy", "REPLICA"),
        "deploymentController": data.get("deploymentController") or {"type": "ECS"},
        "deploymentConfiguration": configuration,
        "availabilityZoneRebalancing": data.get("availabilityZoneRebalancing") or _default_rebalancing(configuration),
        "placementConstraints": data.get("placementConstraints") or [],
        "placementStrategy": data.get("placementStrategy") or [],
        "deployments": [],
        "events": [],
        "roleArn": f"arn:aws:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "createdAt": now_iso(),
        "createdBy": f"arn:aws:iam::{account}:root",
        "enableECSManagedTags": data.get("enableECSManagedTags", False),
        "propagateTags": data.get("propagateTags", "NONE"),
        "enableExecuteCommand": data.get("enableExecuteCommand", False),
        "tags": data.get("tags") or [],
        "_last_completed": None,
    }


def _default_rebalancing(configuration: dict[str, Any]) -> str:
    """AWS turns it on by itself where a deployment may run more than the desired count."""
    return "ENABLED" if configuration["maximumPercent"] > 100 else "DISABLED"


def _with_public_ip(configuration: dict[str, Any] | None) -> dict[str, Any]:
    vpc_configuration = (configuration or {}).get("awsvpcConfiguration")
    if not vpc_configuration:
        return configuration or {}
    return {"awsvpcConfiguration": {"assignPublicIp": "DISABLED", "securityGroups": [], **vpc_configuration}}


def update(data: dict[str, Any]) -> tuple:
    service, refusal = _active_service(data)
    if refusal:
        return refusal
    wanted = {name: data[name] for name in SETTINGS if data.get(name) is not None}
    if "networkConfiguration" in wanted:
        wanted["networkConfiguration"] = _with_public_ip(wanted["networkConfiguration"])
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
