"""The tags of a rule that is there by default."""

from __future__ import annotations

from typing import Any, Callable

from ministack.services import ec2

from aws.ec2.wrapping import wrap


def install() -> None:
    wrap("AuthorizeSecurityGroupEgress", _authorized_egress)


def _authorized_egress(authorize: Callable, params: dict[str, Any]) -> tuple:
    """A rule that is there already (every group starts with "all out") takes on the tags of whoever asks for it."""
    tags = ec2._sg_rule_tag_specifications(params)
    group_id = ec2._p(params, "GroupId")
    group = ec2._security_groups.get(group_id)
    for rule in ec2._parse_ip_permissions(params, "IpPermissions") if group and tags else []:
        existing = next((item for item in group["IpPermissionsEgress"] if ec2._rules_match(rule, item)), None)
        if existing:
            ec2._tags[ec2._sg_rule_id(group_id, True, existing)] = list(tags)
    return authorize(params)
