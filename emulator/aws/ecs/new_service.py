"""A service as CreateService stores it.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso

from aws.ecs.store import Service

DEFAULT_DEPLOYMENT = {
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}


def new_service(data: dict, cluster: dict, definition: dict, launch_type: str | None, strategy: list | None) -> Service:
    """The record of a service that CreateService asks for, with AWS's defaults for what it leaves out."""
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
        "networkConfiguration": with_public_ip(data.get("networkConfiguration")),
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
        "_client_token": data.get("clientToken"),
    }


def _default_rebalancing(configuration: dict[str, Any]) -> str:
    """AWS turns it on by itself where a deployment may run more than the desired count."""
    return "ENABLED" if configuration["maximumPercent"] > 100 else "DISABLED"


def with_public_ip(configuration: dict[str, Any] | None) -> dict[str, Any]:
    """A network configuration as AWS gives it back, with what was left out."""
    vpc_configuration = (configuration or {}).get("awsvpcConfiguration")
    if not vpc_configuration:
        return configuration or {}
    return {"awsvpcConfiguration": {"assignPublicIp": "DISABLED", "securityGroups": [], **vpc_configuration}}
