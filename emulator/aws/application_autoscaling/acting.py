"""What a policy does when its alarm fires: it changes an ECS service's desired count, within the target's bounds.

https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
"""

from __future__ import annotations

import math
import time
import uuid
from typing import Any

from ministack.services import cloudwatch, ecs

from aws.application_autoscaling import store
from aws.ecs import services
from aws.ecs import store as ecs_store

#: AWS's default for target tracking on ECS.
DEFAULT_COOLDOWN_SECONDS = 300

_last_change: dict[str, tuple[float, int]] = {}


def alarm_changed(alarm: dict[str, Any], state: str) -> None:
    """Listens to CloudWatch: runs the policies that the alarm's actions for its new state name."""
    actions = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}[state]
    for policy in list(store.policies.values()):
        if policy["PolicyARN"] in (alarm.get(actions) or []):
            with ecs_store.lock:
                _run(policy, alarm)


def _run(policy: dict[str, Any], alarm: dict[str, Any]) -> None:
    target = store.targets.get(store.target_key(policy))
    _, cluster, name = policy["ResourceId"].split("/")
    service = ecs._services.get(f"{cluster}/{name}")
    if not target or not service or service["status"] != "ACTIVE":
        return
    current = service["desiredCount"]
    wanted = _stepped(policy, alarm, current) if policy["PolicyType"] == "StepScaling" else _tracked(policy, alarm, current)
    wanted = min(target["MaxCapacity"], max(target["MinCapacity"], wanted))
    side = "DynamicScalingOutSuspended" if wanted > current else "DynamicScalingInSuspended"
    if wanted == current or target["SuspendedState"][side] or _cooling(policy, wanted - current):
        return
    services.update({"cluster": cluster, "service": name, "desiredCount": wanted})
    _last_change[policy["PolicyARN"]] = (time.time(), wanted - current)
    _remember(policy, alarm, current, wanted)


def _stepped(policy: dict[str, Any], alarm: dict[str, Any], current: int) -> int:
    configuration = policy["StepScalingPolicyConfiguration"]
    value = _value(alarm)
    excess = 0.0 if value is None else value - alarm["Threshold"]
    for step in configuration["StepAdjustments"]:
        low, high = step.get("MetricIntervalLowerBound"), step.get("MetricIntervalUpperBound")
        if (low is None or excess >= low) and (high is None or excess < high):
            return _adjusted(configuration, step["ScalingAdjustment"], current)
    return current


def _adjusted(configuration: dict[str, Any], adjustment: int, current: int) -> int:
    kind = configuration.get("AdjustmentType", "ChangeInCapacity")
    if kind == "ExactCapacity":
        return adjustment
    if kind == "PercentChangeInCapacity":
        change = current * adjustment / 100
        least = configuration.get("MinAdjustmentMagnitude") or 1
        return current + int(math.copysign(max(least, abs(math.trunc(change))), adjustment))
    return current + adjustment


def _tracked(policy: dict[str, Any], alarm: dict[str, Any], current: int) -> int:
    """In proportion to the metric; by one where the alarm was set by hand and there is no metric."""
    configuration = policy["TargetTrackingScalingPolicyConfiguration"]
    outwards = alarm["ComparisonOperator"].startswith("Greater")
    value = _value(alarm)
    if value is None:
        return current + 1 if outwards else current - 1
    proportional = math.ceil(current * value / float(configuration["TargetValue"]))
    return max(current, proportional) if outwards else min(current, proportional)


def _value(alarm: dict[str, Any]) -> float | None:
    """What the alarm's metric is now, over the alarm's own period and dimensions."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or []
    recent = [point for point in points if point["Timestamp"] >= time.time() - alarm["Period"]]
    return cloudwatch._stat_value(cloudwatch._calc_stats(recent), alarm["Statistic"], recent) if recent else None


def _cooling(policy: dict[str, Any], change: int) -> bool:
    """A larger move outwards is not held up by the last one; anything else waits for the cooldown."""
    when, last = _last_change.get(policy["PolicyARN"], (0.0, 0))
    if policy["PolicyType"] == "StepScaling":
        seconds = policy["StepScalingPolicyConfiguration"].get("Cooldown", 0)
    else:
        side = "ScaleOutCooldown" if change > 0 else "ScaleInCooldown"
        seconds = policy["TargetTrackingScalingPolicyConfiguration"].get(side, DEFAULT_COOLDOWN_SECONDS)
    return time.time() - when < seconds and not change > last > 0


def _remember(policy: dict[str, Any], alarm: dict[str, Any], before: int, after: int) -> None:
    activity = {
        "ActivityId": str(uuid.uuid4()),
        "ServiceNamespace": policy["ServiceNamespace"],
        "ResourceId": policy["ResourceId"],
        "ScalableDimension": policy["ScalableDimension"],
        "Description": f"Setting desired count to {after}.",
        "Cause": f"monitor alarm {alarm['AlarmName']} in state ALARM triggered policy {policy['PolicyName']}",
        "StartTime": time.time(),
        "EndTime": time.time(),
        "StatusCode": "Successful",
        "StatusMessage": f"Successfully set desired count to {after}. Change successfully fulfilled by ecs.",
    }
    store.activities[activity["ActivityId"]] = activity
