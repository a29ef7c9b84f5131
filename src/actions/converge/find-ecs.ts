import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { type Finder, tagsOf, text, unlessMissing } from "./found.ts";

export const findCluster: Finder = async ({ name }, { aws }) => {
  const { clusters } = await aws.ecs.send(
    new DescribeClustersCommand({ clusters: [text(name) ?? ""], include: ["TAGS"] }),
  );
  const cluster = clusters?.find(({ status }) => status === "ACTIVE");
  return cluster && { id: cluster.clusterName ?? "", tags: tagsOf(cluster.tags) };
};

export const findService: Finder = async ({ name }, { aws, clusterName }) => {
  const answer = await unlessMissing(
    aws.ecs.send(
      new DescribeServicesCommand({ cluster: clusterName, services: [text(name) ?? ""], include: ["TAGS"] }),
    ),
    "ClusterNotFoundException",
  );
  const service = answer?.services?.find(({ status }) => status === "ACTIVE");
  return service && { id: `${clusterName}/${service.serviceName}`, tags: tagsOf(service.tags) };
};

/** The newest revision: an apply that was cut short has registered it and not noted it. */
export const findTaskDefinition: Finder = async ({ family }, { aws }) => {
  const { taskDefinitionArns } = await aws.ecs.send(
    new ListTaskDefinitionsCommand({
      familyPrefix: text(family),
      status: "ACTIVE",
      sort: "DESC",
      maxResults: 1,
    }),
  );
  const [arn] = taskDefinitionArns ?? [];
  if (arn === undefined || arn.split("/").at(-1)?.replace(/:\d+$/, "") !== family) return undefined;
  const { tags } = await aws.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] }),
  );
  return { id: arn, tags: tagsOf(tags) };
};
