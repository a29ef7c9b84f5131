import * as z from "zod";
import { certificateArnRule, serviceSecretRule } from "./arn.ts";
import { architecture, capacity, ephemeralStorageGiB } from "./capacity-schema.ts";
import { type Complaint, complain, keysObey, obeys, whenSound } from "./complaint.ts";
import { environmentNameRule } from "./environment-rules.ts";
import { imageRule } from "./image-reference.ts";
import { DESIRED_COUNT } from "./scaling-schema.ts";
import { cidrRule } from "./vpc-cidr.ts";
import { wholeNumber } from "./whole-number.ts";
import {
  cpu,
  environmentOf,
  fittingSize,
  memoryMiB,
  noTwin,
  policyArns,
  STOP_TIMEOUT_SECONDS,
} from "./worker-schema.ts";

/** A security group has room for 60 rules in each direction.
 *  https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const MOST_RANGES = 50;

/** Services are rare, and a schema takes time to build: it is built with the first of them. */
const ranges = () =>
  z.array(z.string().superRefine(obeys(cidrRule))).superRefine(
    obeys<string[]>(
      noTwin((block) => block),
      (blocks) =>
        blocks.length > MOST_RANGES
          ? {
              verdict: `has ${blocks.length} ranges`,
              works: `A security group has room for 60 rules: ${MOST_RANGES} are yours.`,
            }
          : undefined,
    ),
  );

const loadBalancer = () =>
  z
    .strictObject({
      certificateArn: z.string().superRefine(obeys(certificateArnRule)).optional().meta({
        description:
          "Certificate of ACM, in the config's region, for HTTPS with TLS 1.2 or 1.3. A name that it knows must lead to the load balancer.",
        defaultInWords: "none: then `http` must be `true`",
      }),
      http: z
        .boolean()
        .default(false)
        .describe("Plain HTTP instead, which everybody on the way can read and change."),
      allowedCidrs: ranges()
        .superRefine(
          obeys<string[]>((blocks) =>
            blocks.length > 0
              ? undefined
              : { verdict: "lets nobody connect", remedy: 'Name who may, as in ["203.0.113.0/24"]' },
          ),
        )
        .describe("Who may connect. There is no default: the whole internet is `0.0.0.0/0`."),
      internal: z
        .boolean()
        .default(false)
        .describe(
          "Private addresses only, in the subnets of the tasks: for those who come by VPN or from another VPC.",
        ),
      idleTimeoutSeconds: wholeNumber({ from: 1, to: 4000 })
        .default(60)
        .describe("Seconds after which a silent connection is closed."),
      deletionProtection: z
        .boolean()
        .default(false)
        .describe("AWS refuses to delete the load balancer, and with it `destroy`, until this is off again."),
      accessLogs: z
        .strictObject({
          bucket: z.string().min(3).describe("S3 bucket, whose policy lets Elastic Load Balancing write."),
          prefix: z
            .string()
            .optional()
            .meta({ description: "What the names of the logs begin with.", defaultInWords: "nothing" }),
        })
        .optional()
        .meta({ description: "Every request, written to a bucket that exists.", defaultInWords: "none" }),
    })
    .superRefine(
      ({ certificateArn, http }, context) => {
        if ((certificateArn === undefined) === http) return;
        const complaint: Complaint =
          certificateArn === undefined
            ? {
                verdict: "is missing",
                works: "HTTPS needs a certificate of ACM.",
                remedy: "Add certificateArn, or write http: true for traffic in the clear",
              }
            : { verdict: "contradicts http: true", remedy: "Keep one of the two" };
        complain(context, complaint, ["certificateArn"]);
      },
      whenSound(["certificateArn"], ["http"]),
    );

export const serviceSchema = z.lazy(() =>
  z
    .strictObject({
      image: z.string().superRefine(obeys(imageRule)).describe("Image of the service."),
      architecture: architecture.default("x86_64").describe("Processor; the image must offer it."),
      command: z
        .array(z.string())
        .superRefine(
          obeys<string[]>((words) =>
            words.length > 0
              ? undefined
              : { verdict: "is empty", remedy: "Leave it out for the image's own" },
          ),
        )
        .optional()
        .meta({ description: "Command of the container.", defaultInWords: "the image's" }),
      port: wholeNumber({ from: 1, to: 65535 }).describe(
        "Port on which the container listens. Others find it under the service's name in `discovery.namespace`.",
      ),
      environment: environmentOf("service").describe("Environment variables of the container."),
      secrets: z
        .record(z.string(), z.string().superRefine(obeys(serviceSecretRule)))
        .superRefine(...keysObey((name) => environmentNameRule(name, "secret")))
        .prefault({})
        .describe(
          "Environment variables that ECS reads from Secrets Manager or the Parameter Store when a task starts: ARNs by variable. `:key::` after a secret's ARN takes one value of its JSON.",
        ),
      prefectAccess: z
        .boolean()
        .default(false)
        .describe(
          "Gives it `PREFECT_API_URL` and, from the system's secret, `PREFECT_API_KEY` or `PREFECT_API_AUTH_STRING`. With `prefect.caCertificates` its `command`, which `sh` then starts, trusts them for Prefect's API; without a `command` they are in `PREFECT_FARGATE_CA`.",
        ),
      policyArns: policyArns.describe("IAM policies of the code in the container."),
      cpu: cpu.describe("CPU units of a task; 1024 are one vCPU, for which AWS bills about $29.55 a month."),
      memoryMiB: memoryMiB.describe("Memory of a task, in a size that Fargate offers beside `cpu`."),
      ephemeralStorageGiB: ephemeralStorageGiB.describe(
        "Disk of a task in GiB. AWS bills what is beyond 20.",
      ),
      desiredCount: wholeNumber(DESIRED_COUNT).default(1).describe("How many tasks run."),
      capacity,
      stopTimeoutSeconds: wholeNumber(STOP_TIMEOUT_SECONDS)
        .default(30)
        .describe("Seconds between the request to stop and the kill."),
      exec: z
        .boolean()
        .default(false)
        .describe(
          "Whether `prefect-fargate exec` may open a shell in the service's tasks. Whoever may call ECS Exec then sees what the service sees.",
        ),
      healthCheckPath: z
        .string()
        .superRefine(
          obeys((path: string) =>
            /^\/[^\s]{0,1023}$/.test(path)
              ? undefined
              : { verdict: "is not a path", works: "It begins with a slash, as in /health." },
          ),
        )
        .default("/")
        .describe("Path that answers the load balancer with 200 to 399 when a task can be used."),
      healthCheckCommand: z.string().min(1).optional().meta({
        description:
          "Shell command in the container that ends with 0 while it is well. ECS replaces a task that is not, and a deploy waits for it.",
        defaultInWords: "none: a task is well while it runs",
      }),
      allowedCidrs: ranges()
        .prefault([])
        .describe(
          "Who may connect from inside the network, beside workers, flow runs and the load balancer.",
        ),
      egressCidrs: ranges().prefault(["0.0.0.0/0"]).describe("Where the service may connect to."),
      loadBalancer: loadBalancer().optional().meta({
        description:
          "A load balancer in front, for those who come from outside. AWS bills about $16.43 a month, traffic on top, and $3.65 for its public address in each zone.",
        defaultInWords: "none",
      }),
    })
    .superRefine(...fittingSize)
    .superRefine(
      ({ environment, secrets }, context) => {
        for (const name of Object.keys(secrets))
          if (Object.hasOwn(environment, name))
            complain(
              context,
              { aboutKey: true, verdict: "is in environment too", remedy: "Keep one of the two" },
              ["secrets", name],
            );
      },
      whenSound(["environment"], ["secrets"]),
    )
    .describe("A service of your own beside the workers: one ECS service."),
);
