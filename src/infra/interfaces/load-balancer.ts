import { defineInterface, input, output, reference } from "#terraform/module-interface.ts";
import { loadBalancerName } from "./names.ts";
import { tags } from "./tags.ts";

/**
 * What the module `load-balancer` takes and gives. An Application Load Balancer in front of a service: about $16.43 a month,
 * $3.65 for its address in each zone, and what traffic takes.
 *
 * @see https://aws.amazon.com/elasticloadbalancing/pricing/
 */
export const loadBalancerInterface = defineInterface({
  name: "load-balancer",
  description: [
    "An Application Load Balancer in front of a service: HTTPS with a certificate of ACM, or plain HTTP, for the address",
    "ranges that you name and nobody else. It costs about $16.43 a month, $5.84 for each unit of capacity that traffic",
    "takes, and $3.65 for the public address that it has in every zone (us-east-1).",
    "",
    "The service attaches itself: give its module `target_group_arn` and `security_group_id`.",
  ].join("\n"),
  inputs: {
    name: input.string("Name of the load balancer and its target group.", {
      validation: [loadBalancerName("name")],
    }),
    vpcId: input.string("VPC of the subnets."),
    subnetIds: input.strings("Subnets in two zones or more: public ones, unless it is `internal`.", {
      validation: [
        { condition: "length(var.subnet_ids) >= 2", message: "subnet_ids must lie in two zones or more." },
      ],
    }),
    internal: input.boolean("Whether it has private addresses only: for a VPN or a peered VPC.", {
      default: false,
    }),
    allowedCidrs: input.strings("IPv4 ranges that may connect.", {
      validation: [
        {
          condition:
            "length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr))])",
          message: "allowed_cidrs must name at least one IPv4 range, such as 203.0.113.0/24.",
        },
      ],
    }),
    certificateArn: input.optionalString("Certificate of ACM for HTTPS, in this region.", {
      default: null,
      validation: [
        {
          condition:
            'var.certificate_arn == null || can(regex("^arn:[^:]+:(acm|iam):", var.certificate_arn))',
          message: "certificate_arn must be the ARN of a certificate.",
        },
        {
          condition: "(var.certificate_arn == null) == var.http",
          message: "Give certificate_arn for HTTPS, or set http for traffic in the clear.",
        },
      ],
    }),
    http: input.boolean("Plain HTTP on port 80, which everybody on the way can read, instead of HTTPS.", {
      default: false,
    }),
    sslPolicy: input.string("What HTTPS may use: by default TLS 1.3 and 1.2 with forward secrecy.", {
      default: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    }),
    healthCheckPath: input.string("Path that answers 200 to 399 when a task can be used.", {
      default: "/",
      validation: [
        {
          condition: 'startswith(var.health_check_path, "/")',
          message: "health_check_path must begin with a slash.",
        },
      ],
    }),
    idleTimeoutSeconds: input.number("Seconds after which a silent connection is closed.", {
      default: 60,
      validation: [
        {
          condition: "var.idle_timeout_seconds >= 1 && var.idle_timeout_seconds <= 4000",
          message: "idle_timeout_seconds must be 1 to 4000.",
        },
      ],
    }),
    deletionProtection: input.boolean("Whether AWS refuses to delete the load balancer.", { default: false }),
    accessLogsBucket: input.optionalString(
      "S3 bucket of its access logs, whose policy lets Elastic Load Balancing write.",
      { default: null },
    ),
    accessLogsPrefix: input.optionalString("What their names in the bucket begin with.", { default: null }),
    tags,
  },
  outputs: {
    arn: output.string("ARN of the load balancer."),
    dnsName: output.string("Its name in the DNS: point a CNAME or an alias at it."),
    zoneId: output.string("Hosted zone of that name, for an alias of Route 53."),
    url: output.string("Its address. HTTPS needs a name that the certificate knows."),
    targetGroupArn: output.string("Target group for the service. What uses it waits for the listener."),
    securityGroupId: output.string("Security group of the load balancer."),
  },
  example: {
    name: "prefect-webhooks",
    vpcId: reference("module.network.vpc_id"),
    subnetIds: reference("module.network.public_subnet_ids"),
    allowedCidrs: ["203.0.113.0/24"],
    certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
  },
});
