"""The session that AWS gives a task for its role, or ECS for the execution role: nobody but the ECS service can assume these.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

from __future__ import annotations

import json
import secrets
import string
import time
from datetime import datetime, timezone
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam, sts

from aws.ecs import store
from aws.ecs.store import Task

ECS_TASKS = "ecs-tasks.amazonaws.com"
#: AWS renews a task's credentials every few hours; a session lasts six.
LIFETIME_SECONDS = 6 * 3600

_OVERRIDE = {"task": "taskRoleArn", "execution": "executionRoleArn"}


def for_task(task_arn: str, kind: str) -> tuple[int, dict[str, Any]]:
    """HTTP status and body, in the shape of the container credentials endpoint."""
    task = store.find_task(task_arn)
    if task is None or kind not in _OVERRIDE:
        return 404, {"code": "NotFound", "message": f"There is no task {task_arn}, or {kind} is not task or execution."}
    with store.scope_of(task_arn):
        return _for_role(task, _role_arn(task, kind), kind)


def _role_arn(task: Task, kind: str) -> str:
    field = _OVERRIDE[kind]
    return task["overrides"].get(field) or store.definition_of(task).get(field) or ""


def _for_role(task: Task, role_arn: str, kind: str) -> tuple[int, dict[str, Any]]:
    if not role_arn:
        return 404, {"code": "NoRole", "message": f"The task has no {kind} role."}
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    if role is None or role["Arn"] != role_arn:
        return 404, {"code": "RoleNotFound", "message": f"The role {role_arn} does not exist."}
    if not _trusts_ecs(role, task["taskArn"]):
        message = (
            f"ECS was unable to assume the role '{role_arn}' that was provided for this task. Please verify that the role being "
            "passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
        )
        return 403, {"code": "AccessDenied", "message": message}
    return 200, _session(task, role, role_arn)


def _trusts_ecs(role: dict[str, Any], task_arn: str) -> bool:
    account = task_arn.split(":")[4]
    context = iam_evaluator.EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region="",
        # The evaluator looks condition keys up in lower case.
        service_context={"aws:sourceaccount": account},
    )
    verdict = iam_evaluator.evaluate_resource_policy(_with_resource(role["AssumeRolePolicyDocument"]), context, ECS_TASKS)
    return verdict.decision == "Allow"


def _with_resource(document: Any) -> dict[str, Any]:
    """A trust policy names no resource, as it stands on the role itself; the policy evaluator wants one."""
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy.get("Statement", [])
    statements = [statements] if isinstance(statements, dict) else statements
    return {**policy, "Statement": [{"Resource": "*", **statement} for statement in statements]}


def _session(task: Task, role: dict[str, Any], role_arn: str) -> dict[str, Any]:
    name = task["taskArn"].rsplit("/", 1)[-1]
    account = role_arn.split(":")[4]
    expires = time.time() + LIFETIME_SECONDS
    access_key = "ASIA" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(16))
    secret, token = secrets.token_urlsafe(30), secrets.token_urlsafe(96)
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/{name}",
            "UserId": f"{role['RoleId']}:{name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": expires,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            "SourcePrincipalArn": ECS_TASKS,
        },
    )
    return {
        "RoleArn": role_arn,
        "AccessKeyId": access_key,
        "SecretAccessKey": secret,
        "Token": token,
        "Expiration": datetime.fromtimestamp(expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
