"""Scaling policies. Target tracking makes its own alarms, as AWS does.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import cloudwatch

from aws.application_autoscaling import store, targets

#: How AWS sets up the two alarms of a target tracking policy for ECS: out after three minutes, in after fifteen.
PERIOD_SECONDS = 60
HIGH_PERIODS, LOW_PERIODS = 3, 15
#: Scaling in waits until the metric is this far below the target.
LOW_SHARE = 0.9

PREDEFINED_METRICS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}


def put(data: dict[str, Any]) -> tuple:
    if not targets.exists(data):
        return targets.missing(data)
    key = (*store.target_key(data), data.get("PolicyName"))
    known = store.policies.get(key) or {}
    policy = {
        "PolicyARN": known.get("PolicyARN") or _arn(data),
        "PolicyName": data["PolicyName"],
        "ServiceNamespace": data["ServiceNamespace"],
        "ResourceId": data["ResourceId"],
        "ScalableDimension": data["ScalableDimension"],
        "PolicyType": data.get("PolicyType") or known.get("PolicyType") or "StepScaling",
        "CreationTime": known.get("CreationTime") or time.time(),
        "Alarms": known.get("Alarms") or [],
    }
    for name in ("StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration"):
        configuration = data.get(name) or known.get(name)
        if configuration:
            policy[name] = configuration
    if policy["PolicyType"] == "TargetTrackingScaling":
        policy["Alarms"] = _make_alarms(policy)
    store.policies[key] = policy
    return json_response({"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]})


def _arn(data: dict[str, Any]) -> str:
    return (
        f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{uuid.uuid4()}:"
        f"resource/{data['ServiceNamespace']}/{data['ResourceId']}:policyName/{data['PolicyName']}"
    )


def describe(data: dict[str, Any]) -> tuple:
    found = store.of_target(store.policies, data)
    if data.get("PolicyNames"):
        found = [policy for policy in found if policy["PolicyName"] in data["PolicyNames"]]
    return json_response({"ScalingPolicies": [{**policy, "Alarms": _alarms_of(policy)} for policy in found]})


def _alarms_of(policy: dict[str, Any]) -> list[dict[str, str]]:
    """The alarms that name the policy: its own, or those somebody else has attached to a step policy."""
    return [
        {"AlarmName": alarm["AlarmName"], "AlarmARN": alarm["AlarmArn"]}
        for alarm in cloudwatch._alarms.values()
        if policy["PolicyARN"] in (alarm.get("AlarmActions") or [])
    ]


def delete(data: dict[str, Any]) -> tuple:
    policy = store.policies.get((*store.target_key(data), data.get("PolicyName")))
    if not policy:
        return store.not_found(f"No scaling policy found for {data.get('ResourceId')}: {data.get('PolicyName')}")
    remove(policy)
    return json_response({})


def remove(policy: dict[str, Any]) -> None:
    store.policies.pop((*store.target_key(policy), policy["PolicyName"]), None)
    if policy["PolicyType"] == "TargetTrackingScaling":
        for alarm in policy["Alarms"]:
            cloudwatch._alarms.pop(alarm["AlarmName"], None)


def _make_alarms(policy: dict[str, Any]) -> list[dict[str, str]]:
    configuration = policy["TargetTrackingScalingPolicyConfiguration"]
    names = [alarm["AlarmName"] for alarm in policy["Alarms"]] or [
        f"TargetTracking-{policy['ResourceId']}-Alarm{side}-{uuid.uuid4()}" for side in ("High", "Low")
    ]
    value = float(configuration["TargetValue"])
    sides = [("GreaterThanThreshold", value, HIGH_PERIODS), ("LessThanThreshold", value * LOW_SHARE, LOW_PERIODS)]
    if configuration.get("DisableScaleIn"):
        sides = sides[:1]
    for name, (operator, threshold, periods) in zip(names, sides):
        request = {
            **_metric(policy, configuration),
            "AlarmName": name,
            "AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy['PolicyARN']}.",
            "ComparisonOperator": operator,
            "Threshold": threshold,
            "EvaluationPeriods": periods,
            "Period": PERIOD_SECONDS,
            "AlarmActions": [policy["PolicyARN"]],
        }
        cloudwatch._put_metric_alarm({}, request, False, True)
    return [{"AlarmName": name, "AlarmARN": cloudwatch._alarms[name]["AlarmArn"]} for name in names[: len(sides)]]


def _metric(policy: dict[str, Any], configuration: dict[str, Any]) -> dict[str, Any]:
    custom = configuration.get("CustomizedMetricSpecification")
    if custom:
        return {name: custom[name] for name in ("Namespace", "MetricName", "Statistic", "Dimensions", "Unit") if custom.get(name)}
    _, cluster, service = policy["ResourceId"].split("/")
    kind = configuration["PredefinedMetricSpecification"]["PredefinedMetricType"]
    return {
        "Namespace": "AWS/ECS",
        "MetricName": PREDEFINED_METRICS.get(kind, kind),
        "Statistic": "Average",
        "Dimensions": [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}],
    }
