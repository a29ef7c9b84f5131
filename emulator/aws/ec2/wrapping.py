"""Putting something around one EC2 action."""

from __future__ import annotations

from typing import Any, Callable

from ministack.services import ec2

from aws import seams

Params = dict[str, Any]


def wrap(action: str, around: Callable[[Callable[[Params], tuple], Params], tuple]) -> None:
    """`around` gets ministack's handler and the request's parameters."""
    before = ec2._ACTION_MAP.get(action)
    seams.replace_action(ec2._ACTION_MAP, action, lambda params: around(before, params))
