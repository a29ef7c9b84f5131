"""The network interface of an awsvpc task: in a subnet of its own, with its security groups, seen by EC2's API too."""

from __future__ import annotations

import ipaddress
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import ec2

from aws.ecs.refusal import invalid
from aws.ecs.store import Task

#: AWS keeps the first four addresses and the last one of every subnet.
#: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
RESERVED_AT_START = 4


@dataclass(frozen=True)
class Interface:
    """What a task says about its network interface."""

    id: str
    subnet_id: str
    zone: str
    address: str
    mac: str
    attachment_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def host_name(self) -> str:
        return f"ip-{self.address.replace('.', '-')}.ec2.internal"

    def attachment(self) -> dict[str, Any]:
        details = {
            "subnetId": self.subnet_id,
            "networkInterfaceId": self.id,
            "macAddress": self.mac,
            "privateDnsName": self.host_name,
            "privateIPv4Address": self.address,
        }
        return {
            "id": self.attachment_id,
            "type": "ElasticNetworkInterface",
            "status": "PRECREATED",
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }

    def of_container(self) -> dict[str, str]:
        return {"attachmentId": self.attachment_id, "privateIpv4Address": self.address}


def check(definition: dict[str, Any], configuration: dict[str, Any] | None) -> None:
    """Refuses a network configuration that cannot work, as AWS does."""
    vpc_configuration = (configuration or {}).get("awsvpcConfiguration") or {}
    subnets, groups = vpc_configuration.get("subnets") or [], vpc_configuration.get("securityGroups") or []
    if definition.get("networkMode") != "awsvpc":
        if vpc_configuration:
            raise invalid("Network Configuration is not valid for the given networkMode of this task definition.")
        return
    if not subnets:
        raise invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    for subnet in subnets:
        if subnet not in ec2._subnets:
            raise invalid(
                f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist "
                "(ErrorCode: InvalidSubnetID.NotFound)"
            )
    for group in groups:
        if group not in ec2._security_groups:
            raise invalid(
                f"Error retrieving security group information for [{group}]: The security group '{group}' does not exist "
                "(ErrorCode: InvalidGroup.NotFound)"
            )
    vpcs = {ec2._subnets[subnet]["VpcId"] for subnet in subnets} | {ec2._security_groups[group]["VpcId"] for group in groups}
    if len(vpcs) > 1:
        raise invalid("Security groups and subnets must belong to the same VPC.")


def attach(task_arn: str, configuration: dict[str, Any] | None) -> Interface:
    """Makes the interface in the subnet with the fewest of them, so that tasks spread over the zones."""
    vpc_configuration = (configuration or {})["awsvpcConfiguration"]
    interfaces = list(ec2._network_interfaces.values())
    subnet_id = min(vpc_configuration["subnets"], key=lambda subnet: sum(1 for item in interfaces if item["SubnetId"] == subnet))
    subnet = ec2._subnets[subnet_id]
    groups = vpc_configuration.get("securityGroups") or _default_groups(subnet["VpcId"])
    address = _free_address(subnet, {item.get("PrivateIpAddress") for item in interfaces if item["SubnetId"] == subnet_id})
    mac = "0a:" + ":".join(secrets.token_hex(1) for _ in range(5))
    interface = Interface(f"eni-{secrets.token_hex(9)[:17]}", subnet_id, subnet["AvailabilityZone"], address, mac)
    ec2._network_interfaces[interface.id] = {
        "NetworkInterfaceId": interface.id,
        "SubnetId": subnet_id,
        "VpcId": subnet["VpcId"],
        "AvailabilityZone": interface.zone,
        "Description": task_arn.replace(":task/", ":attachment/", 1).rsplit("/", 2)[0] + f"/{interface.attachment_id}",
        "OwnerId": get_account_id(),
        "Status": "in-use",
        "PrivateIpAddress": address,
        "InterfaceType": "interface",
        "SourceDestCheck": True,
        "MacAddress": mac,
        "Groups": [{"GroupId": group, "GroupName": ec2._security_groups[group]["GroupName"]} for group in groups],
        "Attachment": None,
        "TagSet": [],
    }
    return interface


def address(task: Task) -> str:
    """The task's private address; empty for a task without an interface of its own."""
    for attachment in task["attachments"]:
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return detail["value"]
    return ""


def mark(task: Task, status: str) -> None:
    for attachment in task["attachments"]:
        attachment["status"] = status


def detach(task: Task) -> None:
    ec2._network_interfaces.pop(task.get("_interface_id"), None)


def _default_groups(vpc_id: str) -> list[str]:
    return [
        group_id
        for group_id, group in ec2._security_groups.items()
        if group["VpcId"] == vpc_id and group["GroupName"] == "default"
    ]


def _free_address(subnet: dict[str, Any], taken: set[str | None]) -> str:
    block = ipaddress.ip_network(subnet["CidrBlock"])
    for offset in range(RESERVED_AT_START, block.num_addresses - 1):
        address = str(block[offset])
        if address not in taken:
            return address
    raise RuntimeError(f"Subnet {subnet['SubnetId']} has no free address.")
