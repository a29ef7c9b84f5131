"""Cloud Map as Terraform's provider and ECS use it."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import servicediscovery

from aws import seams

_create = servicediscovery._create_service
_delete = servicediscovery._delete_service
_update = servicediscovery._update_service


def install() -> None:
    seams.replace(servicediscovery, "_create_service", create_service)
    seams.replace(servicediscovery, "_delete_service", delete_service)
    seams.replace(servicediscovery, "_update_service", update_service)


def create_service(data: dict[str, Any]) -> tuple:
    """The namespace may be named in the DNS settings alone, as Terraform does it; a name is used once per namespace."""
    namespace = data.get("NamespaceId") or (data.get("DnsConfig") or {}).get("NamespaceId")
    for service in servicediscovery._services.values():
        if (service["NamespaceId"], service["Name"]) == (namespace, data.get("Name")):
            return error_response_json("ServiceAlreadyExists", f"Service already exists: {service['Id']}", 400)
    return _create({**data, "NamespaceId": namespace})


def delete_service(data: dict[str, Any]) -> tuple:
    if servicediscovery._instances.get(data.get("Id")):
        return error_response_json(
            "ResourceInUse", "Service contains registered instances; delete the instances before deleting the service", 400
        )
    return _delete(data)


def update_service(data: dict[str, Any]) -> tuple:
    """Only the records of the DNS settings can be changed: namespace and routing policy stay as they were created."""
    change = dict(data.get("Service") or {})
    service = servicediscovery._services.get(data.get("Id"))
    if service and "DnsConfig" in change:
        change["DnsConfig"] = {**(service.get("DnsConfig") or {}), **change["DnsConfig"]}
    return _update({**data, "Service": change})
