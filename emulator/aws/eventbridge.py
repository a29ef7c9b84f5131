"""A rule reaches a queue only if the queue's policy lets it in; what it cannot deliver goes to the target's dead-letter queue.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
"""

from __future__ import annotations

import contextvars
import logging
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, sqs

from aws import seams

logger = logging.getLogger("events")

EVENTS = "events.amazonaws.com"

_invoke = eventbridge._invoke_target
_deliver = eventbridge._dispatch_to_sqs

#: The rule that is delivering, and its target: ministack's delivery to SQS is told neither.
_delivering: contextvars.ContextVar[tuple[dict, dict] | None] = contextvars.ContextVar("delivering", default=None)


def install() -> None:
    seams.replace(eventbridge, "_invoke_target", _invoke_target)
    seams.replace(eventbridge, "_dispatch_to_sqs", deliver_to_queue)


def _invoke_target(target: dict, event: dict, rule: dict, view: Any = None) -> None:
    token = _delivering.set((rule, target))
    try:
        _invoke(target, event, rule, view)
    finally:
        _delivering.reset(token)


def deliver_to_queue(spec: Any, payload: str, sqs_parameters: dict | None = None) -> None:
    rule, target = _delivering.get() or ({}, {})
    if not rule or _lets_in(spec, rule):
        _deliver(spec, payload, sqs_parameters)
        return
    logger.warning("The policy of queue %s does not let the rule %s in.", spec, rule.get("Name"))
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and _lets_in(parse_arn(dead_letters), rule):
        _deliver(parse_arn(dead_letters), payload, None)


def _lets_in(spec: Any, rule: dict[str, Any]) -> bool:
    queue = sqs._queue_by_arn(str(spec))
    if not queue:
        return False
    rule_arn = rule.get("Arn") or eventbridge._rule_arn(rule["Name"], rule.get("EventBusName", "default"))
    context = iam_evaluator.EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account=get_account_id(),
        action="sqs:SendMessage",
        resource_arn=str(spec),
        region=get_region(),
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": get_account_id()},
    )
    policy = queue["attributes"].get("Policy") or "{}"
    return iam_evaluator.evaluate_resource_policy(policy, context, EVENTS).decision == "Allow"
