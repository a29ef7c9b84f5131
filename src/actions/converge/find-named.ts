import {
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogTags,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeRuleCommand,
  ListTagsForResourceCommand as ListRuleTags,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeSecretCommand, RestoreSecretCommand } from "@aws-sdk/client-secrets-manager";
import {
  ListTagsForResourceCommand as ListDiscoveryTags,
  ListNamespacesCommand,
  ListServicesCommand,
} from "@aws-sdk/client-servicediscovery";
import { GetQueueUrlCommand, ListQueueTagsCommand } from "@aws-sdk/client-sqs";
import { SYSTEM_TAG } from "#config/resource-tags.ts";
import { type ConvergeClients, type Finder, tagsOf, text, unlessMissing } from "./found.ts";

export const findLogGroup: Finder = async ({ name }, { aws }) => {
  const { logGroups } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: text(name) }));
  const group = logGroups?.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) return undefined;
  const resourceArn = group.logGroupArn ?? group.arn?.replace(/:\*$/, "");
  const { tags = {} } = await aws.logs.send(new ListLogTags({ resourceArn }));
  return { id: text(name)!, tags };
};

/** IAM knows no regions: a role of that name may belong to a system in another one. */
export const findRole: Finder = async ({ name }, { aws }) => {
  const answer = await unlessMissing(
    aws.iam.send(new GetRoleCommand({ RoleName: text(name) })),
    "NoSuchEntityException",
    "NoSuchEntity",
  );
  return answer?.Role && { id: answer.Role.RoleName ?? "", tags: tagsOf(answer.Role.Tags) };
};

export const findSecret: Finder = async ({ name }, { aws }) => {
  const secret = await unlessMissing(
    aws.secrets.send(new DescribeSecretCommand({ SecretId: text(name) })),
    "ResourceNotFoundException",
  );
  if (secret === undefined) return undefined;
  const mend = {
    sentence: `The secret ${secret.Name} is waiting for its deletion; it is restored.`,
    perform: () => aws.secrets.send(new RestoreSecretCommand({ SecretId: secret.ARN })),
  };
  const found = { id: secret.ARN ?? "", tags: tagsOf(secret.Tags) };
  return secret.DeletedDate === undefined ? found : { ...found, mend, isRemains: true };
};

/** Namespaces of one name may exist in several VPCs; ours has our tag. */
export const findNamespace: Finder = async ({ name, vpc, tags_all }, { aws }) => {
  const { Namespaces } = await aws.discovery.send(
    new ListNamespacesCommand({ Filters: [{ Name: "TYPE", Values: ["DNS_PRIVATE"] }] }),
  );
  const system = (tags_all as Record<string, string> | undefined)?.[SYSTEM_TAG];
  for (const namespace of Namespaces ?? []) {
    if (namespace.Name !== name || text(vpc) === undefined) continue;
    const tags = await discoveryTags(aws, namespace.Arn);
    if (tags[SYSTEM_TAG] === system) return { id: `${namespace.Id}:${vpc}`, tags };
  }
  return undefined;
};

export const findDiscoveryService: Finder = async ({ name, namespace_id }, { aws }) => {
  if (text(namespace_id) === undefined) return undefined;
  const { Services } = await aws.discovery.send(
    new ListServicesCommand({ Filters: [{ Name: "NAMESPACE_ID", Values: [text(namespace_id)!] }] }),
  );
  const service = Services?.find((row) => row.Name === name);
  return service && { id: service.Id ?? "", tags: await discoveryTags(aws, service.Arn) };
};

const discoveryTags = async (aws: ConvergeClients, ResourceARN: string | undefined) =>
  tagsOf((await aws.discovery.send(new ListDiscoveryTags({ ResourceARN }))).Tags);

export const findQueue: Finder = async ({ name }, { aws }) => {
  const answer = await unlessMissing(
    aws.sqs.send(new GetQueueUrlCommand({ QueueName: text(name) })),
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
  );
  if (answer?.QueueUrl === undefined) return undefined;
  const { Tags = {} } = await aws.sqs.send(new ListQueueTagsCommand({ QueueUrl: answer.QueueUrl }));
  return { id: answer.QueueUrl, tags: Tags };
};

export const findRule: Finder = async ({ name }, { aws }) => {
  const rule = await unlessMissing(
    aws.events.send(new DescribeRuleCommand({ Name: text(name) })),
    "ResourceNotFoundException",
  );
  if (rule?.Arn === undefined) return undefined;
  const { Tags } = await aws.events.send(new ListRuleTags({ ResourceARN: rule.Arn }));
  return { id: `default/${rule.Name}`, tags: tagsOf(Tags) };
};

/** Terraform gives each target an id of its own: a second one would have every event delivered twice. */
export const findRuleTarget: Finder = async ({ rule }, context) => {
  const owner = await findRule({ name: rule }, context);
  if (owner === undefined) return undefined;
  const { Targets } = await context.aws.events.send(new ListTargetsByRuleCommand({ Rule: text(rule) }));
  const id = Targets?.[0]?.Id;
  return id === undefined ? undefined : { id: `${rule}/${id}`, tags: owner.tags, isPart: true };
};
