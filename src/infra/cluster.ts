import { Construct } from "constructs";
import { EcsCluster } from "#aws/ecs-cluster.ts";

export interface ClusterProps {
  readonly name: string;
  readonly tags: Record<string, string>;
}

/** The ECS cluster. Services and runs ask for the launch type FARGATE, so it needs no capacity providers. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;

  constructor(scope: Construct, id: string, { name, tags }: ClusterProps) {
    super(scope, id);
    this.cluster = new EcsCluster(this, "ecs_cluster", { name, tags });
  }
}
