import type { Construct } from "constructs";
import { tf } from "#terraform/expressions.ts";
import { accountOf } from "../account.ts";
import type { PipelineStatement } from "./policies.ts";
import type { PipelineAccessProps } from "./props.ts";

/**
 * What Terraform's S3 backend calls: https://developer.hashicorp.com/terraform/language/backend/s3#s3-bucket-permissions
 * A plan writes the lock and takes it away again; it never writes the state.
 */
export function stateStatements(
  scope: Construct,
  { stateBucket, stateKey }: PipelineAccessProps,
  role: "plan" | "apply",
): PipelineStatement[] {
  const bucket = `arn:${accountOf(scope).partition}:s3:::${stateBucket}`;
  const state = `${bucket}/${stateKey}`;
  return [
    { Sid: "FindState", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
    {
      Sid: "UseState",
      Effect: "Allow",
      Action: role === "plan" ? "s3:GetObject" : ["s3:GetObject", "s3:PutObject"],
      Resource: state,
    },
    {
      Sid: "LockState",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${state}.tflock`,
    },
  ];
}

/** Pushing an image: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
export function pushStatements(scope: Construct, { flowsRepository }: PipelineAccessProps): unknown {
  const { partition, region, id: account } = accountOf(scope);
  const statements: PipelineStatement[] = [
    { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PushFlows",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      Resource: tf`"arn:\${${partition}}:ecr:\${${region}}:\${${account}}:repository/\${coalesce(${flowsRepository}, "-")}"`,
    },
  ];
  return tf`[for statement in ${statements} : statement if ${flowsRepository} != null]`;
}
