"""What EC2 reads back of what Terraform wrote."""

from __future__ import annotations

from aws.ec2 import availability_zones, endpoints, flow_logs, nat_gateways, security_groups


def install() -> None:
    for part in (availability_zones, endpoints, flow_logs, nat_gateways, security_groups):
        part.install()
