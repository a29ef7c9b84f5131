"""Where this extension reaches into ministack: every private name it uses or replaces is named and checked here.

ministack changes several times a week and promises nothing about its private names. So the version is pinned, and the check
below turns a wrong name into one sentence at the start instead of a strange answer in the middle of a deploy.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from types import ModuleType
from typing import Any, Callable

MINISTACK_VERSION = "1.5.33"

#: Private names that are called or read, by module. What is replaced is checked by `replace`.
USED: dict[str, tuple[str, ...]] = {
    "ministack.app": ("app", "SERVICE_HANDLERS", "_docker_socket_present"),
    "ministack.core.router": ("SERVICE_PATTERNS",),
    "ministack.core.responses": ("request_scope", "json_response", "error_response_json", "now_iso", "get_account_id", "get_region"),
    "ministack.core.iam_evaluator": ("EvalContext", "evaluate_resource_policy"),
    "ministack.services.ecs": (
        "_clusters", "_services", "_tasks", "_task_defs", "_tags", "_ACTION_MAP", "_sanitize", "_recount_cluster",
        "_resolve_cluster_name", "_resolve_service_ref", "_resolve_td_key", "_resolve_task", "_cluster_name_from_arn",
        "_launch_choice", "_task_capacity", "_ECS_TIMESTAMP_FIELDS",
    ),
    "ministack.services.ec2": ("_network_interfaces", "_subnets", "_security_groups", "_vpc_endpoints", "_tags"),
    "ministack.services.eventbridge": ("_put_events",),
    "ministack.services.servicediscovery": ("_register_instance", "_deregister_instance", "_instance_health_status"),
    "ministack.services.iam": ("_roles",),
    "ministack.services.sts": ("register_session",),
}


class UnknownMinistack(SystemExit):
    """Ends the process with one sentence on stderr and exit status 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(2)
        self.sentence = sentence


def check_version() -> None:
    """Refuses any ministack but the one this extension was written against."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        raise UnknownMinistack("ministack is not installed in this Python.") from None
    if found != MINISTACK_VERSION:
        raise UnknownMinistack(f"ministack is {found}; this extension works with {MINISTACK_VERSION} only.")


def check_names() -> None:
    """Proves that every private name is there, before anything is patched."""
    missing = [
        f"{name}.{attribute}"
        for name, attributes in USED.items()
        for attribute in attributes
        if not hasattr(importlib.import_module(name), attribute)
    ]
    if missing:
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks {', '.join(missing)}: the installation is damaged.")


def replace(module: ModuleType, name: str, new: Any) -> Any:
    """Puts `new` in the place of a private name of ministack's and gives back what was there."""
    if not hasattr(module, name):
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks {module.__name__}.{name}: the installation is damaged.")
    old = getattr(module, name)
    setattr(module, name, new)
    return old


def replace_action(actions: dict[str, Callable], action: str, new: Callable) -> Callable:
    """The same for one API action in a service's table of handlers."""
    if action not in actions:
        raise UnknownMinistack(f"ministack {MINISTACK_VERSION} lacks the action {action}: the installation is damaged.")
    old = actions[action]
    actions[action] = new
    return old
