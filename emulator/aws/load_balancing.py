"""What IAM asks about a call to Elastic Load Balancing: the thing that is made, by its name, or those that are tagged.

ministack asks about "*" there.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

from aws import seams

#: How an ARN begins to say what is made; the last part is known only afterwards.
MAKES = {"CreateLoadBalancer": "loadbalancer/app/{}/*", "CreateTargetGroup": "targetgroup/{}/*"}

_resource_before = iam_actions.extract_resource_arn


def install() -> None:
    global _resource_before
    _resource_before = seams.replace(iam_actions, "extract_resource_arn", _resource)


def _resource(service: str, method: str, path: str, headers: dict, body: bytes, params: dict[str, Any], region: str, account: str) -> str:
    asked = _resource_before(service, method, path, headers, body, params, region, account)
    if service != "elasticloadbalancing" or asked != "*":
        return asked
    made = MAKES.get(iam_actions._query_param(params, "Action"))
    if made:
        name = iam_actions._query_param(params, "Name")
        return f"arn:aws:elasticloadbalancing:{region}:{account}:{made.format(name)}"
    return iam_actions._query_param(params, "ResourceArns.member.1") or "*"
