import { Construct } from "constructs";
import { Lb } from "#aws/lb.ts";
import { LbListener } from "#aws/lb-listener.ts";
import { LbTargetGroup } from "#aws/lb-target-group.ts";
import { SecurityGroup } from "#aws/security-group.ts";
import { VpcSecurityGroupIngressRule } from "#aws/vpc-security-group-ingress-rule.ts";
import { optionalBlock } from "#terraform/blocks.ts";
import type { Given } from "#terraform/define-module.ts";
import { choose, forEachIn, merge, tf } from "#terraform/expressions.ts";
import { note, noteOn } from "#terraform/notes.ts";
import type { loadBalancerInterface } from "./interfaces/load-balancer.ts";

/** A task that is stopped gets no new requests and as long for those that it has. AWS would wait five minutes. */
const DEREGISTRATION_SECONDS = 30;

type LoadBalancerProps = Given<typeof loadBalancerInterface.inputs>;

/** An Application Load Balancer with one listener and one target group. */
export class LoadBalancer extends Construct {
  readonly balancer: Lb;
  readonly listener: LbListener;
  readonly targetGroup: LbTargetGroup;
  readonly securityGroup: SecurityGroup;
  /** `https` or `http`. */
  readonly scheme: string;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { name, vpcId, http, tags } = props;
    const port = choose(http, 80, 443);
    this.scheme = choose(http, "http", "https");
    this.securityGroup = this.createSecurityGroup(props, port);
    this.balancer = this.createBalancer(props);
    this.targetGroup = new LbTargetGroup(this, "lb_target_group", {
      name,
      vpcId,
      port: 80,
      protocol: "HTTP",
      targetType: "ip",
      deregistrationDelay: String(DEREGISTRATION_SECONDS),
      healthCheck: { path: props.healthCheckPath, matcher: "200-399", interval: 15, timeout: 5 },
      tags,
    });
    noteOn(
      this.targetGroup,
      "port",
      "ECS registers each task with its own port. This one counts for nothing, so it never has to be replaced.",
    );
    this.listener = new LbListener(this, "lb_listener", {
      loadBalancerArn: this.balancer.arn,
      port,
      protocol: choose(http, "HTTP", "HTTPS"),
      certificateArn: props.certificateArn ?? undefined,
      sslPolicy: choose<string | null>(http, null, props.sslPolicy) ?? undefined,
      defaultAction: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
      tags,
    });
  }

  private createSecurityGroup({ name, vpcId, allowedCidrs, tags }: LoadBalancerProps, port: number) {
    const securityGroup = new SecurityGroup(this, "security_group", {
      name: `${name}-alb`,
      description: `Load balancer ${name}`,
      vpcId,
      tags: merge(tags, { Name: `${name}-alb` }),
      lifecycle: { createBeforeDestroy: true },
    });
    note(securityGroup, "Where it may connect to, the service behind it adds.");
    new VpcSecurityGroupIngressRule(
      this,
      "vpc_security_group_ingress_rule",
      forEachIn(tf`toset(${allowedCidrs})`, (cidr) => ({
        securityGroupId: securityGroup.id,
        description: "Allowed to connect",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: cidr,
      })),
    );
    return securityGroup;
  }

  private createBalancer(props: LoadBalancerProps): Lb {
    const { name, internal, subnetIds, accessLogsBucket, accessLogsPrefix, tags } = props;
    const balancer = new Lb(this, "lb", {
      name,
      loadBalancerType: "application",
      internal,
      subnets: subnetIds,
      securityGroups: [this.securityGroup.id],
      idleTimeout: props.idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: props.deletionProtection,
      tags,
    });
    optionalBlock(
      balancer,
      "access_logs",
      accessLogsBucket === null ? false : tf`${accessLogsBucket} != null`,
      { bucket: accessLogsBucket, prefix: accessLogsPrefix, enabled: true },
    );
    return balancer;
  }
}
