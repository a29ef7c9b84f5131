"""What EC2 reads back of what Terraform wrote."""

from __future__ import annotations

from aws.ec2 import authorization, availability_zones, default_vpc, endpoints, flow_logs, nat_gateways, security_groups


def install() -> None:
    for part in (authorization, availability_zones, default_vpc, endpoints, flow_logs, nat_gateways, security_groups):
        part.install()
