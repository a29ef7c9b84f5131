"""ECS timestamps with their milliseconds, as AWS gives them: a deploy compares a heartbeat with the moment a task stopped."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any


def to_epoch(value: Any) -> Any:
    """Seconds since 1970 for a timestamp as text; anything else stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return round(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp(), 3)
    except ValueError:
        return value


def age_seconds(timestamp: str) -> float:
    """How long ago a timestamp of a record was."""
    then = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return (datetime.now(timezone.utc) - then).total_seconds()
