"""Service Quotas, which ministack has not: the values that AWS documents for a new account.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/Welcome.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response

TARGET_PREFIX = "ServiceQuotasV20190624"

#: https://docs.aws.amazon.com/general/latest/gr/vpc-service.html, .../ec2-service.html, .../ecs-service.html
QUOTAS: dict[tuple[str, str], tuple[str, float]] = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5.0),
    ("vpc", "L-A4707A72"): ("Internet gateways per Region", 5.0),
    ("vpc", "L-FE5A380F"): ("NAT gateways per Availability Zone", 5.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 6.0),
}

ACTIONS = frozenset({"GetServiceQuota", "GetAWSDefaultServiceQuota"})


def install() -> None:
    router.SERVICE_PATTERNS["servicequotas"] = {"target_prefixes": [TARGET_PREFIX]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["servicequotas"] = "servicequotas"
    app.SERVICE_HANDLERS["servicequotas"] = handle


async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> tuple:
    action = headers.get("x-amz-target", "").split(".")[-1]
    if action not in ACTIONS:
        return error_response_json("UnknownOperationException", f"Unknown operation: {action}", 400)
    data = json.loads(body or b"{}")
    key = (data.get("ServiceCode", ""), data.get("QuotaCode", ""))
    if key not in QUOTAS:
        return error_response_json("NoSuchResourceException", f"There is no quota {key[1]} of {key[0]}.", 400)
    return json_response({"Quota": _quota(*key)})


def _quota(service: str, code: str) -> dict[str, Any]:
    name, value = QUOTAS[service, code]
    return {
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaArn": f"arn:aws:servicequotas:{get_region()}:{get_account_id()}:{service}/{code}",
        "QuotaName": name,
        "Value": value,
        "Adjustable": True,
        "GlobalQuota": False,
    }
