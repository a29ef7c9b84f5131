"""Alarms in full over the query protocol, which Terraform's provider reads and of which ministack tells a third; and alarms
that scale: an action may be a scaling policy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from aws import seams

#: Called with the alarm and its new state whenever it changes, as ministack tells SNS.
on_alarm: list[Callable[[dict[str, Any], str], None]] = []

_describe = cloudwatch._describe_alarms
_dispatch = cloudwatch._dispatch_alarm_actions

LISTS_IN_QUERY = ("AlarmNames", "AlarmTypes")
TIMESTAMPS = ("StateUpdatedTimestamp", "StateTransitionedTimestamp", "AlarmConfigurationUpdatedTimestamp")


def install() -> None:
    seams.replace(cloudwatch, "_describe_alarms", describe_alarms)
    seams.replace(cloudwatch, "_dispatch_alarm_actions", _alarm_changed)


def describe_alarms(params: dict, data: dict, is_cbor: bool, is_json: bool = False) -> tuple:
    if is_cbor or is_json:
        return _describe(params, data, is_cbor, is_json)
    status, headers, body = _describe(params, _from_query(params), False, True)
    if status != 200:
        return _describe(params, data, False, False)
    result = cloudwatch.json.loads(body)
    return cloudwatch._xml(200, "DescribeAlarmsResponse", f"<DescribeAlarmsResult>{_xml(result)}</DescribeAlarmsResult>")


def _from_query(params: dict[str, Any]) -> dict[str, Any]:
    """The same request in JSON's shape."""
    data: dict[str, Any] = {}
    for name in ("AlarmNamePrefix", "StateValue", "MaxRecords", "NextToken"):
        if cloudwatch._p(params, name):
            data[name] = cloudwatch._p(params, name)
    for name in LISTS_IN_QUERY:
        keys = sorted((key for key in params if key.startswith(f"{name}.member.")), key=lambda key: int(key.rsplit(".", 1)[1]))
        if keys:
            data[name] = [cloudwatch._p(params, key) for key in keys]
    return data


def _xml(value: Any, name: str = "") -> str:
    if isinstance(value, dict):
        return "".join(f"<{key}>{_xml(item, key)}</{key}>" for key, item in value.items() if item is not None)
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if name in TIMESTAMPS and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return escape(str(value))


def _alarm_changed(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> None:
    _dispatch(alarm, old_state, new_state, reason)
    if alarm.get("ActionsEnabled", True):
        for listener in on_alarm:
            listener(alarm, new_state)
