"""The rule "all out" that every group starts with: the provider takes it away, naming ports that mean nothing for it."""

from __future__ import annotations

from typing import Any

from ministack.services import ec2

from aws import seams

ALL_PROTOCOLS = "-1"


def install() -> None:
    seams.replace(ec2, "_rules_match", _rules_match)


def _rules_match(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Rules are the same when they let the same through; ports do not count where every protocol is meant."""
    return _meaning(one) == _meaning(other)


def _meaning(rule: dict[str, Any]) -> dict[str, Any]:
    stripped = ec2._strip_descriptions(rule)
    if str(stripped.get("IpProtocol")) != ALL_PROTOCOLS:
        return stripped
    return {name: value for name, value in stripped.items() if name not in ("FromPort", "ToPort")}
