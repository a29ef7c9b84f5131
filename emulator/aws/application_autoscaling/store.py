"""What Application Auto Scaling knows, per account and region."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import AccountRegionScopedDict, error_response_json

Key = tuple[str, str, str]

targets = AccountRegionScopedDict()
policies = AccountRegionScopedDict()
schedules = AccountRegionScopedDict()
activities = AccountRegionScopedDict()
tags = AccountRegionScopedDict()


def target_key(data: dict[str, Any]) -> Key:
    return data.get("ServiceNamespace", ""), data.get("ResourceId", ""), data.get("ScalableDimension", "")


def of_target(store: AccountRegionScopedDict, data: dict[str, Any]) -> list[Any]:
    """Everything of one service namespace, narrowed by resource and dimension where the request names them."""
    wanted = {name: data.get(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension") if data.get(name)}
    return [item for item in store.values() if all(item[name] == value for name, value in wanted.items())]


def invalid(message: str) -> tuple:
    return error_response_json("ValidationException", message, 400)


def not_found(message: str) -> tuple:
    return error_response_json("ObjectNotFoundException", message, 400)
