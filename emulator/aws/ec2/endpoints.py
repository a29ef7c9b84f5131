"""VPC endpoints with their security groups and private DNS, which ministack forgets."""

from __future__ import annotations

from typing import Any, Callable
from xml.sax.saxutils import escape

from ministack.core.responses import now_iso
from ministack.services import ec2

from aws import seams
from aws.ec2.wrapping import wrap

#: Where DescribeVpcEndpoints keeps what was asked for; ministack's own record has the rest.
GROUPS, PRIVATE_DNS, CREATED = "_SecurityGroupIds", "_PrivateDnsEnabled", "_CreationTimestamp"

ALLOW_ALL_POLICY = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'


def install() -> None:
    seams.replace(ec2, "_vpce_fields_xml", endpoint_xml)
    wrap("CreateVpcEndpoint", _created_endpoint)
    wrap("ModifyVpcEndpoint", _modified_endpoint)


def _created_endpoint(create: Callable, params: dict[str, Any]) -> tuple:
    known = set(ec2._vpc_endpoints)
    create(params)
    (identity,) = set(ec2._vpc_endpoints) - known
    endpoint = ec2._vpc_endpoints[identity]
    interface = endpoint["VpcEndpointType"] == "Interface"
    endpoint[GROUPS] = ec2._parse_member_list(params, "SecurityGroupId")
    # AWS turns private DNS on unless told otherwise.
    endpoint[PRIVATE_DNS] = interface and ec2._p(params, "PrivateDnsEnabled") != "false"
    endpoint[CREATED] = now_iso()
    endpoint["PolicyDocument"] = ec2._p(params, "PolicyDocument") or ALLOW_ALL_POLICY
    return ec2._xml(200, "CreateVpcEndpointResponse", endpoint_xml(endpoint, tag="vpcEndpoint"))


def _modified_endpoint(modify: Callable, params: dict[str, Any]) -> tuple:
    answer = modify(params)
    endpoint = ec2._vpc_endpoints.get(ec2._p(params, "VpcEndpointId"))
    if endpoint:
        gone = set(ec2._parse_member_list(params, "RemoveSecurityGroupId"))
        added = ec2._parse_member_list(params, "AddSecurityGroupId")
        endpoint[GROUPS] = [group for group in endpoint.get(GROUPS, []) if group not in gone] + added
        wanted = ec2._p(params, "PrivateDnsEnabled")
        if wanted:
            endpoint[PRIVATE_DNS] = wanted == "true"
    return answer


def endpoint_xml(endpoint: dict[str, Any], tag: str = "item") -> str:
    """One endpoint as DescribeVpcEndpoints shows it."""
    groups = "".join(
        f"<item><groupId>{group}</groupId><groupName>{escape(ec2._security_groups[group]['GroupName'])}</groupName></item>"
        for group in endpoint.get(GROUPS, [])
        if group in ec2._security_groups
    )
    return f"""<{tag}>
        <vpcEndpointId>{endpoint["VpcEndpointId"]}</vpcEndpointId>
        <vpcEndpointType>{endpoint["VpcEndpointType"]}</vpcEndpointType>
        <vpcId>{endpoint["VpcId"]}</vpcId>
        <serviceName>{endpoint["ServiceName"]}</serviceName>
        <state>{endpoint["State"]}</state>
        <ownerId>{endpoint["OwnerId"]}</ownerId>
        <creationTimestamp>{endpoint.get(CREATED, "")}</creationTimestamp>
        <policyDocument>{escape(endpoint.get("PolicyDocument", ALLOW_ALL_POLICY))}</policyDocument>
        <privateDnsEnabled>{str(endpoint.get(PRIVATE_DNS, False)).lower()}</privateDnsEnabled>
        <requesterManaged>false</requesterManaged>
        <ipAddressType>ipv4</ipAddressType>
        <dnsOptions><dnsRecordIpType>{"ipv4" if endpoint["VpcEndpointType"] == "Interface" else "service-defined"}</dnsRecordIpType></dnsOptions>
        <routeTableIdSet>{_items(endpoint.get("RouteTableIds", []))}</routeTableIdSet>
        <subnetIdSet>{_items(endpoint.get("SubnetIds", []))}</subnetIdSet>
        <groupSet>{groups}</groupSet>
        {ec2._tag_set_xml(endpoint["VpcEndpointId"])}
    </{tag}>"""


def _items(values: list[str]) -> str:
    return "".join(f"<item>{value}</item>" for value in values)
