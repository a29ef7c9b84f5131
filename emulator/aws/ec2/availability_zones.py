"""As many zones as a region has: ministack gives every region three, of which Fargate avoids one in us-east-1.

Letters and ids run in the same order here; on AWS the order differs between accounts.
https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""

from __future__ import annotations

import re
from typing import Any, Callable

from ministack.core.responses import get_region
from ministack.services import ec2

from aws import seams
from aws.ec2.wrapping import wrap

#: Standard zones that one account sees, where they are not three.
ZONES_IN = {
    "us-east-1": 6,
    "us-west-1": 2,
    "us-west-2": 4,
    "ap-northeast-2": 4,
}
USUAL = 3
_ITEM = re.compile(r"<item>.*?</item>", re.DOTALL)


def install() -> None:
    wrap("DescribeAvailabilityZones", _described)
    seams.replace(ec2, "_zone_name_for_az_id", _zone_name)


def _names() -> list[str]:
    region = get_region()
    return [f"{region}{chr(ord('a') + index)}" for index in range(ZONES_IN.get(region, USUAL))]


def _described(describe: Callable, params: dict[str, Any]) -> tuple:
    """ministack's answer for its first zone serves as the form for all."""
    status, headers, body = describe(params)
    text = body.decode() if isinstance(body, bytes) else body
    form = _ITEM.search(text)
    if form is None:
        return status, headers, body
    first = f"{get_region()}a"
    items = [
        form.group()
        .replace(f">{first}<", f">{name}<")
        .replace(f">{ec2._az_id_for_zone_name(first)}<", f">{ec2._az_id_for_zone_name(name)}<")
        for name in _names()
    ]
    return ec2._xml(200, "DescribeAvailabilityZonesResponse", f"<availabilityZoneInfo>{''.join(items)}</availabilityZoneInfo>")


def _zone_name(zone_id: str) -> str | None:
    return next((name for name in _names() if ec2._az_id_for_zone_name(name) == zone_id), None)
