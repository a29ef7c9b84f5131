"""SimulatePrincipalPolicy with what it is asked about: ministack leaves out the context that is given and the principal's boundary.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

from aws import seams

DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny"}


def install() -> None:
    seams.replace_action(iam._IAM_HANDLERS, "SimulatePrincipalPolicy", simulate)


def simulate(p: dict[str, Any]) -> tuple:
    principal = iam._p(p, "PolicySourceArn")
    if not principal:
        return iam._error(400, "ValidationError", "PolicySourceArn is required.", ns="iam")
    policies, limits = _policies_of(principal)
    context = _context(p)
    resources = _members(p, "ResourceArns") or ["*"]
    results = "".join(
        _result(action, resource, iam_evaluator.evaluate(_question(principal, action, resource, context), policies, *limits))
        for action in _members(p, "ActionNames")
        for resource in resources
    )
    return iam._xml(
        200,
        "SimulatePrincipalPolicyResponse",
        f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults>"
        "<IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>",
        ns="iam",
    )


def _policies_of(principal: str) -> tuple[list, list]:
    kind, _, path = principal.split(":")[5].partition("/")
    name, account = path.rsplit("/", 1)[-1], get_account_id()
    if kind == "user":
        return iam_evaluator._gather_user_policies(name, account), iam_evaluator._permissions_boundary(iam._users, name, account)
    if kind == "role":
        return iam_evaluator._gather_role_policies(name, account), iam_evaluator._permissions_boundary(iam._roles, name, account)
    return [], []


def _question(principal: str, action: str, resource: str, context: dict[str, Any]) -> iam_evaluator.EvalContext:
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="User",
        principal_account=get_account_id(),
        action=action,
        resource_arn=resource,
        region=get_region(),
        source_ip="127.0.0.1",
        secure_transport=False,
        service_context={"aws:requestedregion": get_region(), **context},
    )


def _context(p: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index in range(1, 100):
        entry = f"ContextEntries.member.{index}"
        key = iam._p(p, f"{entry}.ContextKeyName")
        if not key:
            break
        values = _members(p, f"{entry}.ContextKeyValues")
        found[key.lower()] = values[0] if len(values) == 1 else values
    return found


def _members(p: dict[str, Any], name: str) -> list[str]:
    found = []
    while value := iam._p(p, f"{name}.member.{len(found) + 1}"):
        found.append(value)
    return found


def _result(action: str, resource: str, verdict: iam_evaluator.EvalResult) -> str:
    return (
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>"
        f"<EvalDecision>{DECISIONS.get(verdict.decision, 'implicitDeny')}</EvalDecision>"
        "<MatchedStatements></MatchedStatements><MissingContextValues></MissingContextValues></member>"
    )
