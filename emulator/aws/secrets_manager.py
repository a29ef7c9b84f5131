"""A secret that waits for its deletion keeps its name: creating it again needs a restore, or patience.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import secretsmanager

from aws import seams

_create = secretsmanager._create_secret


def install() -> None:
    seams.replace(secretsmanager, "_create_secret", create_secret)


def create_secret(data: dict[str, Any]) -> tuple:
    existing = secretsmanager._secrets.get(data.get("Name"))
    if existing and existing.get("DeletedDate"):
        message = "You can't create this secret because a secret with this name is already scheduled for deletion."
        return error_response_json("InvalidRequestException", message, 400)
    return _create(data)
