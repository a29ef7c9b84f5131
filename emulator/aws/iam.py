"""What IAM asks about calls to itself, to Cloud Map and to EventBridge: conditions of IAM's own, and resources by their ARNs.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import iam, servicediscovery, tagging

from aws import seams

#: Actions that say the boundary themselves; of the others it is the one that the role has.
GIVES_BOUNDARY = frozenset({"CreateRole", "PutRolePermissionsBoundary"})

#: EventBridge's calls on one rule.
RULE_ACTIONS = frozenset(
    {
        "PutRule",
        "DeleteRule",
        "DescribeRule",
        "EnableRule",
        "DisableRule",
        "PutTargets",
        "RemoveTargets",
        "ListTargetsByRule",
    }
)

_resource_before = iam_actions.extract_resource_arn
_context_before = iam_actions.request_tag_context
_tags_before = tagging.resource_tags


def install() -> None:
    global _resource_before, _context_before, _tags_before
    _resource_before = seams.replace(iam_actions, "extract_resource_arn", _resource)
    _context_before = seams.replace(iam_actions, "request_tag_context", _context)
    _tags_before = seams.replace(tagging, "resource_tags", _tags)


def _resource(service: str, method: str, path: str, headers: dict, body: bytes, params: dict, region: str, account: str) -> str:
    if service == "servicediscovery":
        return _discovery_resource(_json(body), region, account)
    if service == "iam" and iam._p(params, "RoleName"):
        name = iam._p(params, "RoleName")
        role = iam._roles.get(name) or {}
        return role.get("Arn") or f"arn:aws:iam::{account}:role{iam._p(params, 'Path') or '/'}{name}"
    if service == "iam" and iam._p(params, "PolicyName") and not iam._p(params, "UserName") and not iam._p(params, "GroupName"):
        return f"arn:aws:iam::{account}:policy{iam._p(params, 'Path') or '/'}{iam._p(params, 'PolicyName')}"
    if service == "events" and headers.get("x-amz-target", "").split(".")[-1] in RULE_ACTIONS:
        return _rule(_json(body), region, account)
    if service == "events" and _json(body).get("ResourceARN"):
        return _json(body)["ResourceARN"]
    return _resource_before(service, method, path, headers, body, params, region, account)


def _rule(data: dict[str, Any], region: str, account: str) -> str:
    """A rule of the default bus is named without the bus; calls on its targets call it `Rule`, those on itself `Name`."""
    name = data.get("Rule") or data.get("Name") or "*"
    bus = (data.get("EventBusName") or "default").rsplit("/", 1)[-1]
    return f"arn:aws:events:{region}:{account}:rule/{name if bus == 'default' else f'{bus}/{name}'}"


def _discovery_resource(data: dict[str, Any], region: str, account: str) -> str:
    arn = data.get("ResourceARN")
    if arn:
        return arn
    identity = data.get("Id") or data.get("ServiceId") or data.get("NamespaceId") or (data.get("DnsConfig") or {}).get("NamespaceId")
    if not identity:
        return "*"
    kind = "namespace" if identity.startswith("ns-") else "service"
    return f"arn:aws:servicediscovery:{region}:{account}:{kind}/{identity}"


def _context(service: str, iam_action: str, body: bytes, params: dict) -> dict[str, Any]:
    context = _context_before(service, iam_action, body, params)
    if service != "iam":
        return context
    action = iam_action.split(":")[-1]
    role = iam._roles.get(iam._p(params, "RoleName")) or {}
    boundary = iam._p(params, "PermissionsBoundary") if action in GIVES_BOUNDARY else role.get("PermissionsBoundary")
    known = {
        "iam:PermissionsBoundary": boundary,
        "iam:PolicyARN": iam._p(params, "PolicyArn"),
        "iam:AWSServiceName": iam._p(params, "AWSServiceName"),
    }
    return {**context, **{key: value for key, value in known.items() if value}}


def _tags(arn: str) -> dict[str, str] | None:
    if arn.split(":")[2:3] != ["servicediscovery"]:
        return _tags_before(arn)
    return {tag["Key"]: tag["Value"] for tag in servicediscovery._resource_tags.get(arn, [])}


def _json(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
