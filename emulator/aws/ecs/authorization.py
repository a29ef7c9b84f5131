"""What IAM asks about an ECS call: which resource, under which conditions, and whether the caller may pass the roles.

ministack asks about the cluster whatever the action is, knows no condition keys of ECS and never asks for iam:PassRole.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Iterator
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import ecs

from aws import seams
from aws.ecs.refusal import Refusal

TASK_ACTIONS = frozenset({"DescribeTasks", "StopTask", "UpdateTaskProtection", "GetTaskProtection", "ExecuteCommand"})
SERVICE_ACTIONS = frozenset({"CreateService", "UpdateService", "DeleteService", "DescribeServices"})
CLUSTER_ACTIONS = frozenset(
    {
        "CreateCluster",
        "DescribeClusters",
        "DeleteCluster",
        "UpdateCluster",
        "UpdateClusterSettings",
        "PutClusterCapacityProviders",
    }
)
#: Actions that hand roles to a task.
PASSES_ROLES = frozenset({"RegisterTaskDefinition", "RunTask", "CreateService", "UpdateService"})

TAGS_WHAT_IT_MAKES = frozenset({"RunTask", "CreateService", "RegisterTaskDefinition", "CreateCluster"})

_access_key: contextvars.ContextVar[str] = contextvars.ContextVar("ecs_access_key", default="")

_resource_before = iam_actions.extract_resource_arn
_context_before = iam_actions.request_tag_context


def install() -> None:
    global _resource_before, _context_before
    _resource_before = seams.replace(iam_actions, "extract_resource_arn", _resource)
    _context_before = seams.replace(iam_actions, "request_tag_context", _context)
    before = app.SERVICE_HANDLERS["ecs"]

    async def handle(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        _access_key.set(extract_access_key_id(headers, query))
        return await before(method, path, headers, body, query)

    app.SERVICE_HANDLERS["ecs"] = handle


def _resource(service: str, method: str, path: str, headers: dict, body: bytes, params: dict, region: str, account: str) -> str:
    if service != "ecs":
        return _resource_before(service, method, path, headers, body, params, region, account)
    return resource_of(headers.get("x-amz-target", "").split(".")[-1], _json(body))


def _context(service: str, iam_action: str, body: bytes, params: dict) -> dict[str, Any]:
    context = _context_before(service, iam_action, body, params)
    if service == "ecs":
        data = _json(body)
        if "cluster" in data or iam_action == "ecs:RunTask":
            context["ecs:cluster"] = _arn("cluster", _cluster(data))
        if data.get("taskDefinition"):
            context["ecs:task-definition"] = _definition_arn(data["taskDefinition"])
    return context


def resource_of(action: str, data: dict[str, Any]) -> str:
    """The resource that a statement must name to allow the action; "*" where AWS knows no finer one."""
    cluster = _cluster(data)
    if action == "RunTask":
        return _definition_arn(data.get("taskDefinition", ""))
    if action in TASK_ACTIONS:
        task = data.get("task") or next(iter(data.get("tasks") or []), "*")
        return task if task.startswith("arn:") else _arn("task", f"{cluster}/{task}")
    if action in SERVICE_ACTIONS:
        name = data.get("service") or data.get("serviceName") or next(iter(data.get("services") or []), "*")
        return name if name.startswith("arn:") else _arn("service", f"{cluster}/{name}")
    if action in CLUSTER_ACTIONS:
        name = data.get("clusterName") or next(iter(data.get("clusters") or []), cluster)
        return name if name.startswith("arn:") else _arn("cluster", name)
    if action == "RegisterTaskDefinition":
        return _arn("task-definition", f"{data.get('family', '')}:*")
    return data.get("resourceArn") or "*"


def check(action: str, data: dict[str, Any]) -> None:
    """Asks what AWS asks beside the action itself: to pass each role on, and to tag what is being started."""
    if not app.AUTH:
        return
    for role in _roles(action, data) if action in PASSES_ROLES else ():
        if role:
            _demand("iam:PassRole", "iam", role, {"iam:PassedToService": "ecs-tasks.amazonaws.com"})
    if data.get("tags") and action in TAGS_WHAT_IT_MAKES:
        made = _arn("task", f"{_cluster(data)}/*") if action == "RunTask" else resource_of(action, data)
        _demand("ecs:TagResource", "ecs", made, {"ecs:CreateAction": action})


def _roles(action: str, data: dict[str, Any]) -> Iterator[str]:
    definition = data
    if action != "RegisterTaskDefinition":
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition") or "")) or {}
    overrides = data.get("overrides") or {}
    for field in ("taskRoleArn", "executionRoleArn"):
        yield overrides.get(field) or definition.get(field) or ""


def _demand(action: str, service: str, resource: str, context: dict[str, str]) -> None:
    verdict = iam_evaluator.enforce(_access_key.get(), action, service, get_region(), resource, context)
    if verdict is None or isinstance(verdict, iam_evaluator.AuthError):
        return
    raise Refusal(
        "AccessDeniedException",
        iam_actions.identity_denial_message(action, verdict.principal_arn, resource, verdict.decision == "Deny"),
    )


def _cluster(data: dict[str, Any]) -> str:
    return ecs._resolve_cluster_name(data.get("cluster") or "default") or "default"


def _definition_arn(reference: str) -> str:
    return reference if reference.startswith("arn:") else _arn("task-definition", ecs._resolve_td_key(reference) or reference)


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:ecs:{get_region()}:{get_account_id()}:{kind}/{name}"


def _json(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
