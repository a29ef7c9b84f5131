"""What EC2 reads back of what Terraform wrote."""

from __future__ import annotations

from aws.ec2 import endpoints, flow_logs, security_groups


def install() -> None:
    for part in (endpoints, flow_logs, security_groups):
        part.install()
