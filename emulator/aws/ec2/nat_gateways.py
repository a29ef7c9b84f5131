"""NAT gateways with their address, which ministack keeps and does not tell."""

from __future__ import annotations

import re
from typing import Any, Callable

from ministack.services import ec2

from aws.ec2.wrapping import wrap

_GATEWAY = re.compile(r"(<natGatewayId>(nat-\w+)</natGatewayId>.*?)<natGatewayAddressSet/>", re.DOTALL)


def install() -> None:
    wrap("CreateNatGateway", _with_addresses)
    wrap("DescribeNatGateways", _with_addresses)


def _with_addresses(answer: Callable, params: dict[str, Any]) -> tuple:
    status, headers, body = answer(params)
    text = body.decode() if isinstance(body, bytes) else body
    told = _GATEWAY.sub(lambda gateway: gateway.group(1) + _address_set(gateway.group(2)), text)
    return status, headers, told.encode()


def _address_set(identity: str) -> str:
    allocation = ec2._nat_gateways[identity].get("AllocationId")
    address = ec2._addresses.get(allocation) if allocation else None
    if not address:
        return "<natGatewayAddressSet/>"
    return f"""<natGatewayAddressSet><item>
        <allocationId>{allocation}</allocationId>
        <publicIp>{address["PublicIp"]}</publicIp>
        <isPrimary>true</isPrimary>
        <status>succeeded</status>
    </item></natGatewayAddressSet>"""
