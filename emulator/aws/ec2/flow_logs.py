"""Flow logs with everything that was asked for, tags included."""

from __future__ import annotations

from typing import Any, Callable
from xml.sax.saxutils import escape

from ministack.services import ec2

from aws.ec2.wrapping import wrap

#: What ministack does not keep: request parameter, element of the answer, default.
ALSO_KEPT = (
    ("DeliverLogsPermissionArn", "deliverLogsPermissionArn", ""),
    ("MaxAggregationInterval", "maxAggregationInterval", "600"),
    (
        "LogFormat",
        "logFormat",
        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} "
        "${start} ${end} ${action} ${log-status}",
    ),
)
GROUP_ARN = ":log-group:"


def install() -> None:
    wrap("CreateFlowLogs", _created)
    wrap("DescribeFlowLogs", _described)


def _created(create: Callable, params: dict[str, Any]) -> tuple:
    known = set(ec2._flow_logs)
    answer = create(params)
    for identity in set(ec2._flow_logs) - known:
        record = ec2._flow_logs[identity]
        record["_asked"] = {element: ec2._p(params, name) or default for name, element, default in ALSO_KEPT}
        ec2._parse_tag_specs(params, "vpc-flow-log", identity)
    return answer


def _described(describe: Callable, params: dict[str, Any]) -> tuple:
    """ministack chooses; the records are told in full."""
    _status, _headers, body = describe(params)
    text = body.decode() if isinstance(body, bytes) else body
    chosen = [record for identity, record in ec2._flow_logs.items() if f"<flowLogId>{identity}</flowLogId>" in text]
    return ec2._xml(200, "DescribeFlowLogsResponse", f"<flowLogSet>{''.join(map(_xml, chosen))}</flowLogSet>")


def _xml(record: dict[str, Any]) -> str:
    destination = record.get("LogDestination") or ""
    group = destination.split(GROUP_ARN)[1].removesuffix(":*") if GROUP_ARN in destination else ""
    asked = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in record.get("_asked", {}).items() if value)
    return f"""<item>
        <flowLogId>{record["FlowLogId"]}</flowLogId>
        <resourceId>{record["ResourceId"]}</resourceId>
        <trafficType>{record["TrafficType"]}</trafficType>
        <logDestinationType>{record["LogDestinationType"]}</logDestinationType>
        <logDestination>{escape(destination)}</logDestination>
        {f"<logGroupName>{escape(group)}</logGroupName>" if group else ""}
        <flowLogStatus>{record["FlowLogStatus"]}</flowLogStatus>
        <deliverLogsStatus>SUCCESS</deliverLogsStatus>
        <creationTime>{record["CreationTime"]}</creationTime>
        {asked}
        {ec2._tag_set_xml(record["FlowLogId"])}
    </item>"""
