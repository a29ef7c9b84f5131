import type { TypeGrants } from "./type-grants.ts";

/** What a load balancer's parts need. */
export const BALANCER_GRANTS: Readonly<Record<string, TypeGrants>> = {
  aws_lb: {
    write: {
      loadBalancers: balancing(
        "AddTags",
        "CreateLoadBalancer",
        "DeleteLoadBalancer",
        "ModifyLoadBalancerAttributes",
        "RemoveTags",
        "SetIpAddressType",
        "SetSecurityGroups",
        "SetSubnets",
      ),
      elbServiceLinkedRole: ["iam:CreateServiceLinkedRole"],
    },
    read: [
      ...balancing(
        "DescribeLoadBalancers",
        "DescribeLoadBalancerAttributes",
        "DescribeCapacityReservation",
        "DescribeTags",
      ),
      // Where the addresses of an internal one are.
      "ec2:DescribeNetworkInterfaces",
    ],
  },
  aws_lb_listener: {
    write: {
      loadBalancers: balancing(
        "AddTags",
        "CreateListener",
        "DeleteListener",
        "ModifyListener",
        "ModifyListenerAttributes",
        "RemoveTags",
      ),
    },
    read: balancing("DescribeListeners", "DescribeListenerAttributes", "DescribeTags"),
  },
  aws_lb_target_group: {
    write: {
      loadBalancers: balancing(
        "AddTags",
        "CreateTargetGroup",
        "DeleteTargetGroup",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "RemoveTags",
      ),
    },
    read: balancing("DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTags"),
  },
};

function balancing(...actions: string[]): string[] {
  return actions.map((action) => `elasticloadbalancing:${action}`);
}
