"""RegisterTaskDefinition with Fargate's rules, and families that mean their latest active revision: ministack knows neither.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from aws.ecs.refusal import Refusal

_register = ecs._register_task_definition
_resolve_key = ecs._resolve_td_key

MAXIMUM_STOP_TIMEOUT_SECONDS = 120

#: Memory in MiB that Fargate offers for each number of CPU units.
#: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
FARGATE_SIZES: dict[int, range | tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


def register(data: dict[str, Any]) -> tuple:
    refusal = _common_refusal(data) or (_fargate_refusal(data) if _is_fargate(data) else None)
    if refusal:
        raise Refusal("ClientException", refusal)
    return _register(data)


def resolve_key(reference: str) -> str | None:
    """A family alone names its latest ACTIVE revision, or nothing.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
    """
    key = _resolve_key(reference)
    if not key or ":" in reference.rsplit("/", 1)[-1]:
        return key
    family = key.rsplit(":", 1)[0]
    revisions = [
        definition["revision"]
        for definition in ecs._task_defs.values()
        if definition["family"] == family and definition["status"] == "ACTIVE"
    ]
    return f"{family}:{max(revisions)}" if revisions else family


def _is_fargate(data: dict[str, Any]) -> bool:
    return "FARGATE" in (data.get("requiresCompatibilities") or [])


def _common_refusal(data: dict[str, Any]) -> str | None:
    containers = data.get("containerDefinitions") or []
    names = [container.get("name") for container in containers]
    if len(set(names)) < len(names):
        return "Container.name should not be repeated within a task definition."
    if containers and not any(container.get("essential", True) for container in containers):
        return "At least one essential container must be specified."
    return None


def _fargate_refusal(data: dict[str, Any]) -> str | None:
    if data.get("networkMode") != "awsvpc":
        return "Fargate only supports network mode ‘awsvpc’."
    if not data.get("cpu"):
        return "Fargate requires that 'cpu' be defined at the task level."
    if not data.get("memory"):
        return "Fargate requires that 'memory' be defined at the task level."
    if not _offers(data["cpu"], data["memory"]):
        return (
            f"No Fargate configuration exists for given values: {data['cpu']} CPU, {data['memory']} memory. "
            "See the Amazon ECS documentation for the valid values."
        )
    for container in data.get("containerDefinitions") or []:
        refusal = _container_refusal(container, has_execution_role=bool(data.get("executionRoleArn")))
        if refusal:
            return refusal
    return None


def _offers(cpu: str, memory: str) -> bool:
    return str(cpu).isdigit() and str(memory).isdigit() and int(memory) in FARGATE_SIZES.get(int(cpu), ())


def _container_refusal(container: dict[str, Any], has_execution_role: bool) -> str | None:
    if (container.get("logConfiguration") or {}).get("logDriver") == "awslogs" and not has_execution_role:
        return "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    if container.get("secrets") and not has_execution_role:
        return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
    if container.get("privileged"):
        return "Fargate compatible task definitions do not support privileged."
    if (container.get("stopTimeout") or 0) > MAXIMUM_STOP_TIMEOUT_SECONDS:
        return f"Fargate requires stopTimeout to be at most {MAXIMUM_STOP_TIMEOUT_SECONDS} seconds."
    return None
