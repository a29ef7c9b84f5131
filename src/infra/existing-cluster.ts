import { Construct } from "constructs";
import { DataAwsEcsCluster } from "#aws/data-aws-ecs-cluster.ts";
import { tf } from "#terraform/expressions.ts";

export interface ExistingClusterProps {
  readonly name: string;
}

/** A cluster that someone else made, checked at plan. */
export class ExistingCluster extends Construct {
  readonly cluster: DataAwsEcsCluster;

  constructor(scope: Construct, id: string, { name }: ExistingClusterProps) {
    super(scope, id);
    this.cluster = new DataAwsEcsCluster(this, "ecs_cluster", {
      clusterName: name,
      lifecycle: {
        postcondition: [
          {
            condition: tf`self.status == "ACTIVE"`,
            errorMessage: tf`"The cluster \${self.cluster_name} is \${self.status}: nothing can run in it."`
              .string,
          },
        ],
      },
    });
  }
}
