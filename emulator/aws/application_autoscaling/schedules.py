"""Scheduled actions: kept and read back. The rehearsal is over before one would be due."""

from __future__ import annotations

import time
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response

from aws.application_autoscaling import store, targets


def put(data: dict[str, Any]) -> tuple:
    if not targets.exists(data):
        return targets.missing(data)
    key = (*store.target_key(data), data.get("ScheduledActionName"))
    known = store.schedules.get(key) or {}
    arn = (
        f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scheduledAction:{uuid.uuid4()}:"
        f"resource/{data['ServiceNamespace']}/{data['ResourceId']}:scheduledActionName/{data['ScheduledActionName']}"
    )
    fields = (
        "ServiceNamespace",
        "ResourceId",
        "ScalableDimension",
        "ScheduledActionName",
        "Schedule",
        "Timezone",
        "StartTime",
        "EndTime",
        "ScalableTargetAction",
    )
    action = {**known, **{name: data[name] for name in fields if data.get(name) is not None}}
    action.setdefault("ScheduledActionARN", arn)
    action.setdefault("CreationTime", time.time())
    store.schedules[key] = action
    return json_response({})


def describe(data: dict[str, Any]) -> tuple:
    found = store.of_target(store.schedules, data)
    if data.get("ScheduledActionNames"):
        found = [action for action in found if action["ScheduledActionName"] in data["ScheduledActionNames"]]
    return json_response({"ScheduledActions": found})


def delete(data: dict[str, Any]) -> tuple:
    if store.schedules.pop((*store.target_key(data), data.get("ScheduledActionName")), None) is None:
        return store.not_found(f"No scheduled action found for {data.get('ResourceId')}: {data.get('ScheduledActionName')}")
    return json_response({})
