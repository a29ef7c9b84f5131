"""Application Auto Scaling for ECS services, which ministack has not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import router
from ministack.core.responses import error_response_json, json_response

from aws import cloudwatch
from aws.application_autoscaling import acting, policies, schedules, store, targets

#: https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
TARGET_PREFIX = "AnyScaleFrontendService"


def _activities(data: dict[str, Any]) -> tuple:
    found = sorted(store.of_target(store.activities, data), key=lambda activity: -activity["StartTime"])
    return json_response({"ScalingActivities": found})


ACTIONS: dict[str, Callable[[dict[str, Any]], tuple]] = {
    "RegisterScalableTarget": targets.register,
    "DescribeScalableTargets": targets.describe,
    "DeregisterScalableTarget": targets.deregister,
    "PutScalingPolicy": policies.put,
    "DescribeScalingPolicies": policies.describe,
    "DeleteScalingPolicy": policies.delete,
    "PutScheduledAction": schedules.put,
    "DescribeScheduledActions": schedules.describe,
    "DeleteScheduledAction": schedules.delete,
    "DescribeScalingActivities": _activities,
    "TagResource": targets.tag,
    "UntagResource": targets.untag,
    "ListTagsForResource": targets.list_tags,
}


def install() -> None:
    router.SERVICE_PATTERNS["application-autoscaling"] = {"target_prefixes": [TARGET_PREFIX]}
    app.SERVICE_HANDLERS["application-autoscaling"] = handle
    cloudwatch.on_alarm.append(acting.alarm_changed)


async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> tuple:
    action = headers.get("x-amz-target", "").split(".")[-1]
    if action not in ACTIONS:
        return error_response_json("UnknownOperationException", f"Unknown operation: {action}", 400)
    return ACTIONS[action](json.loads(body or b"{}"))
