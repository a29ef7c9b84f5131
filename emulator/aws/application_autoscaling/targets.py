"""Scalable targets and their tags.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response

from aws.application_autoscaling import policies, store

NOTHING_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


def register(data: dict[str, Any]) -> tuple:
    key = store.target_key(data)
    if not all(key):
        return store.invalid("ServiceNamespace, ResourceId and ScalableDimension are required.")
    known = store.targets.get(key)
    target = dict(known or _new_target(data))
    for name in ("MinCapacity", "MaxCapacity", "RoleARN"):
        if data.get(name) is not None:
            target[name] = data[name]
    target["SuspendedState"] = {**target["SuspendedState"], **(data.get("SuspendedState") or {})}
    if target.get("MinCapacity") is None or target.get("MaxCapacity") is None:
        return store.invalid("MinCapacity and MaxCapacity are required for a new scalable target.")
    if target["MinCapacity"] > target["MaxCapacity"]:
        return store.invalid("Maximum capacity cannot be less than minimum capacity")
    store.targets[key] = target
    if data.get("Tags"):
        store.tags[target["ScalableTargetARN"]] = {**(store.tags.get(target["ScalableTargetARN"]) or {}), **data["Tags"]}
    return json_response({"ScalableTargetARN": target["ScalableTargetARN"]})


def _new_target(data: dict[str, Any]) -> dict[str, Any]:
    account = get_account_id()
    return {
        "ServiceNamespace": data["ServiceNamespace"],
        "ResourceId": data["ResourceId"],
        "ScalableDimension": data["ScalableDimension"],
        "RoleARN": f"arn:aws:iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "CreationTime": time.time(),
        "SuspendedState": NOTHING_SUSPENDED,
        "ScalableTargetARN": f"arn:aws:application-autoscaling:{get_region()}:{account}:scalable-target/{secrets.token_hex(18)[:35]}",
    }


def describe(data: dict[str, Any]) -> tuple:
    found = store.of_target(store.targets, data)
    if data.get("ResourceIds"):
        found = [target for target in found if target["ResourceId"] in data["ResourceIds"]]
    return json_response({"ScalableTargets": found})


def deregister(data: dict[str, Any]) -> tuple:
    """Takes policies, their alarms and scheduled actions with it, as AWS does."""
    target = store.targets.pop(store.target_key(data), None)
    if not target:
        return store.not_found(_unknown(data))
    store.tags.pop(target["ScalableTargetARN"], None)
    for policy in store.of_target(store.policies, data):
        policies.remove(policy)
    for action in store.of_target(store.schedules, data):
        store.schedules.pop((*store.target_key(action), action["ScheduledActionName"]), None)
    return json_response({})


def exists(data: dict[str, Any]) -> bool:
    return store.target_key(data) in store.targets


def _unknown(data: dict[str, Any]) -> str:
    return (
        f"No scalable target found for service namespace: {data.get('ServiceNamespace')}, resource ID: {data.get('ResourceId')}, "
        f"scalable dimension: {data.get('ScalableDimension')}"
    )


def missing(data: dict[str, Any]) -> tuple:
    return store.not_found(_unknown(data))


def tag(data: dict[str, Any]) -> tuple:
    return _with_tags(data, lambda tags: {**tags, **(data.get("Tags") or {})})


def untag(data: dict[str, Any]) -> tuple:
    gone = set(data.get("TagKeys") or [])
    return _with_tags(data, lambda tags: {key: value for key, value in tags.items() if key not in gone})


def list_tags(data: dict[str, Any]) -> tuple:
    if not _is_target(data):
        return _unknown_arn(data)
    return json_response({"Tags": store.tags.get(data["ResourceARN"]) or {}})


def _with_tags(data: dict[str, Any], change: Any) -> tuple:
    if not _is_target(data):
        return _unknown_arn(data)
    store.tags[data["ResourceARN"]] = change(store.tags.get(data["ResourceARN"]) or {})
    return json_response({})


def _is_target(data: dict[str, Any]) -> bool:
    return any(target["ScalableTargetARN"] == data.get("ResourceARN") for target in store.targets.values())


def _unknown_arn(data: dict[str, Any]) -> tuple:
    message = f"The resource {data.get('ResourceARN')} does not exist."
    return error_response_json("ResourceNotFoundException", message, 400)
