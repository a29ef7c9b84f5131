"""The default VPC's way out: AWS gives its main route table a route to the Internet gateway, ministack the gateway alone."""

from __future__ import annotations

from typing import Callable

from ministack.services import ec2

from aws import seams

ANYWHERE = "0.0.0.0/0"


def install() -> None:
    seeded = seams.replace(ec2, "_init_defaults", lambda: _with_way_out(seeded))
    # What ministack seeded before it was told: the first account in the first region.
    _lead_out()


def _with_way_out(seed: Callable[[], None]) -> None:
    seed()
    _lead_out()


def _lead_out() -> None:
    for table in ec2._route_tables.values():
        if table["VpcId"] == ec2._DEFAULT_VPC_ID and any(link.get("Main") for link in table["Associations"]):
            if not any(route.get("DestinationCidrBlock") == ANYWHERE for route in table["Routes"]):
                table["Routes"].append(
                    {
                        "DestinationCidrBlock": ANYWHERE,
                        "GatewayId": ec2._DEFAULT_IGW_ID,
                        "State": "active",
                        "Origin": "CreateRoute",
                    }
                )
