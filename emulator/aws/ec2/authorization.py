"""What IAM asks about an EC2 call: each resource that it touches or makes, with its tags, and whether what is made may be tagged.

ministack asks about one resource of a call, or about "*", and knows no tags of EC2 resources, neither those that they have
nor those that a call gives them: EC2's calls have them in tag specifications.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import ec2, tagging

from aws import seams

#: What is made, and the parameters that name what else is touched, by kind of resource.
TOUCHES: dict[str, tuple[str | None, dict[str, str]]] = {
    "AllocateAddress": ("elastic-ip", {}),
    "AssociateRouteTable": (None, {"route-table": "RouteTableId", "subnet": "SubnetId"}),
    "AttachInternetGateway": (None, {"internet-gateway": "InternetGatewayId", "vpc": "VpcId"}),
    "AuthorizeSecurityGroupEgress": ("security-group-rule", {"security-group": "GroupId"}),
    "AuthorizeSecurityGroupIngress": ("security-group-rule", {"security-group": "GroupId"}),
    "CreateFlowLogs": ("vpc-flow-log", {"vpc": "ResourceId.1"}),
    "CreateInternetGateway": ("internet-gateway", {}),
    "CreateNatGateway": ("natgateway", {"subnet": "SubnetId", "elastic-ip": "AllocationId"}),
    "CreateRoute": (None, {"route-table": "RouteTableId"}),
    "CreateRouteTable": ("route-table", {"vpc": "VpcId"}),
    "CreateSecurityGroup": ("security-group", {"vpc": "VpcId"}),
    "CreateSubnet": ("subnet", {"vpc": "VpcId"}),
    "CreateVpc": ("vpc", {}),
    "CreateVpcEndpoint": ("vpc-endpoint", {"vpc": "VpcId"}),
    "DeleteFlowLogs": (None, {"vpc-flow-log": "FlowLogId.1"}),
    "DeleteInternetGateway": (None, {"internet-gateway": "InternetGatewayId"}),
    "DeleteNatGateway": (None, {"natgateway": "NatGatewayId"}),
    "DeleteRoute": (None, {"route-table": "RouteTableId"}),
    "DeleteRouteTable": (None, {"route-table": "RouteTableId"}),
    "DeleteSecurityGroup": (None, {"security-group": "GroupId"}),
    "DeleteSubnet": (None, {"subnet": "SubnetId"}),
    "DeleteVpc": (None, {"vpc": "VpcId"}),
    "DeleteVpcEndpoints": (None, {"vpc-endpoint": "VpcEndpointId.1"}),
    "DetachInternetGateway": (None, {"internet-gateway": "InternetGatewayId", "vpc": "VpcId"}),
    "DisassociateRouteTable": (None, {"route-table": "AssociationId"}),
    "ModifySubnetAttribute": (None, {"subnet": "SubnetId"}),
    "ModifyVpcAttribute": (None, {"vpc": "VpcId"}),
    "ModifyVpcEndpoint": (None, {"vpc-endpoint": "VpcEndpointId"}),
    "ReleaseAddress": (None, {"elastic-ip": "AllocationId"}),
    "ReplaceRoute": (None, {"route-table": "RouteTableId"}),
    "RevokeSecurityGroupEgress": (None, {"security-group": "GroupId"}),
    "RevokeSecurityGroupIngress": (None, {"security-group": "GroupId"}),
}

#: Kinds by how the ids of their resources begin, for calls that tag anything.
KINDS = {
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}

#: Calls whose request may tag what they make.
MAKES = frozenset(action for action, (made, _) in TOUCHES.items() if made)

_access_key: contextvars.ContextVar[str] = contextvars.ContextVar("ec2_access_key", default="")

_resource_before = iam_actions.extract_resource_arn
_tags_before = tagging.resource_tags
_tag_operations_before = iam_actions._tag_operations


class Denied(Exception):
    """A call that IAM does not allow."""

    def __init__(self, action: str, resource: str, verdict: iam_evaluator.EvalResult) -> None:
        super().__init__(action)
        self.answer = iam_actions.access_denied_response(
            "ec2", action, verdict.principal_arn, "", resource_arn=resource, explicit_deny=verdict.decision == "Deny"
        )


def install() -> None:
    seams.replace(tagging, "resource_tags", resource_tags)
    global _resource_before, _tag_operations_before
    _tag_operations_before = seams.replace(iam_actions, "_tag_operations", _tag_operations)
    _resource_before = seams.replace(iam_actions, "extract_resource_arn", _resource)
    before = app.SERVICE_HANDLERS["ec2"]

    async def handle(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        if app.AUTH:
            params = app._routing_params(method, path, headers, body, query)
            _access_key.set(extract_access_key_id(headers, query))
            try:
                check(ec2._p(params, "Action"), params)
            except Denied as denied:
                return denied.answer
        return await before(method, path, headers, body, query)

    app.SERVICE_HANDLERS["ec2"] = handle


def _tag_operations(service: str) -> frozenset[str]:
    """The calls of which conditions may ask for tags of the request."""
    operations = _tag_operations_before(service)
    return operations | MAKES if service == "ec2" else operations


def resource_tags(arn: str) -> dict[str, str] | None:
    """Also of EC2 resources."""
    if arn.split(":")[2:3] != ["ec2"]:
        return _tags_before(arn)
    return {tag["Key"]: tag["Value"] for tag in ec2._tags.get(arn.rsplit("/", 1)[-1], [])}


def _resource(service: str, method: str, path: str, headers: dict, body: bytes, params: dict, region: str, account: str) -> str:
    """The one resource that ministack itself asks about: what is made, or else what is named first."""
    if service == "ec2":
        touched = list(_touched(ec2._p(params, "Action"), params))
        return touched[0] if touched else "*"
    return _resource_before(service, method, path, headers, body, params, region, account)


def _touched(action: str, params: dict[str, Any]) -> Iterator[str]:
    if action in ("CreateTags", "DeleteTags"):
        for identity in ec2._parse_member_list(params, "ResourceId"):
            yield _arn(KINDS.get(identity.split("-")[0], "*"), identity)
        return
    made, others = TOUCHES.get(action, (None, {}))
    if made:
        yield _arn(made, "*")
    for kind, parameter in others.items():
        identity = ec2._p(params, parameter)
        if identity:
            yield _arn(kind, _table_of(identity) if parameter == "AssociationId" else identity)


def check(action: str, params: dict[str, Any]) -> None:
    """Asks about all that ministack does not ask about."""
    made, _ = TOUCHES.get(action, (None, {}))
    for resource in list(_touched(action, params))[1:]:
        _demand(f"ec2:{action}", resource, {})
    if made and any(name.startswith("TagSpecification.") for name in params):
        tags = iam_actions.request_tag_context("ec2", f"ec2:{action}", b"", params)
        _demand("ec2:CreateTags", _arn(made, "*"), {**tags, "ec2:CreateAction": action})


def _demand(action: str, resource: str, context: dict[str, Any]) -> None:
    verdict = iam_evaluator.enforce(_access_key.get(), action, "ec2", get_region(), resource, context)
    if isinstance(verdict, iam_evaluator.EvalResult):
        raise Denied(action, resource, verdict)


def _table_of(association: str) -> str:
    for identity, table in ec2._route_tables.items():
        if any(item.get("RouteTableAssociationId") == association for item in table.get("Associations", [])):
            return identity
    return association


def _arn(kind: str, identity: str) -> str:
    return f"arn:aws:ec2:{get_region()}:{get_account_id()}:{kind}/{identity}"
