"""What IAM asks about a call that makes something which has no ARN yet: the thing by its name. And about those that tag load balancers.

ministack asks about "*" there.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions

from aws import seams

#: How the ARN of a load balancer's part begins; its last piece is known only afterwards.
BALANCER_PARTS = {"CreateLoadBalancer": "loadbalancer/app/{}/*", "CreateTargetGroup": "targetgroup/{}/*"}

_resource_before = iam_actions.extract_resource_arn


def install() -> None:
    global _resource_before
    _resource_before = seams.replace(iam_actions, "extract_resource_arn", _resource)


def _resource(service: str, method: str, path: str, headers: dict, body: bytes, params: dict[str, Any], region: str, account: str) -> str:
    asked = _resource_before(service, method, path, headers, body, params, region, account)
    if asked != "*":
        return asked
    if service == "elasticloadbalancing":
        part = BALANCER_PARTS.get(iam_actions._query_param(params, "Action"))
        if part:
            return f"arn:aws:elasticloadbalancing:{region}:{account}:{part.format(iam_actions._query_param(params, 'Name'))}"
        return iam_actions._query_param(params, "ResourceArns.member.1") or "*"
    if service == "lambda" and method == "POST" and path.rstrip("/").endswith("/functions"):
        return f"arn:aws:lambda:{region}:{account}:function:{json.loads(body)['FunctionName']}"
    return asked
