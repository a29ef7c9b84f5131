import type { Evidence } from "../evidence.ts";
import type { Finding, Recognizer } from "../finding.ts";
import { stopSayings } from "../sayings.ts";

const SOURCE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html";

const recognizer = (
  cause: string,
  pattern: RegExp,
  tell: (evidence: Evidence, match: RegExpExecArray) => Pick<Finding, "sentence" | "remedy">,
): Recognizer => ({
  cause,
  source: SOURCE,
  recognize(evidence) {
    for (const { text, quote, age } of stopSayings(evidence)) {
      const match = pattern.exec(text);
      if (match) return { certainty: "certain", ...tell(evidence, match), evidence: [quote], age };
    }
    return undefined;
  },
});

/** A task that Fargate has no place for. The scheduler goes on trying, with growing pauses. */
export const placementCauses: readonly Recognizer[] = [
  recognizer("no-capacity", /^Capacity is unavailable at this time/, ({ service }) => ({
    sentence: `Fargate has no capacity for its task at this time${service ? ` in the zones of ${service.subnetIds.join(", ")}` : ""}.`,
    remedy: "ECS goes on trying: prefect-fargate status --watch. Subnets in more zones make it rarer",
  })),
  recognizer(
    "quota-reached",
    /^You['’]ve reached the limit on the number of (tasks|vCPUs) you can run concurrently/,
    ({ region }, [, what]) => ({
      sentence: `your account's quota of ${what} that run at the same time on Fargate is reached.`,
      remedy: `See the quotas, and ask for more: aws service-quotas list-service-quotas --service-code fargate --region ${region}`,
    }),
  ),
  recognizer(
    "size-above-quota",
    /^The requested (CPU|MEMORY) configuration is above your limit/,
    ({ region }, [, what]) => ({
      sentence: `its ${what === "CPU" ? "cpu" : "memoryMiB"} is more than your account may use on Fargate.`,
      remedy: `Choose a smaller size in prefect-fargate.config.ts, or ask for a larger quota: aws service-quotas list-service-quotas --service-code fargate --region ${region}`,
    }),
  ),
  recognizer(
    "subnet-full",
    /InsufficientFreeAddressesInSubnet|insufficient free (?:IP )?addresses/i,
    ({ region, service }) => ({
      sentence: "a subnet of its tasks has no free address left.",
      remedy: `See how many are left: aws ec2 describe-subnets --region ${region} --subnet-ids ${service?.subnetIds.join(" ") ?? "<subnets>"} --query "Subnets[].[SubnetId,AvailableIpAddressCount]"`,
    }),
  ),
  recognizer("zone-without-fargate", /^Internal error\.?$/, ({ region, service }) => ({
    sentence:
      "a subnet of its tasks lies in a zone that offers no Fargate, which AWS calls an internal error.",
    remedy: `See the zones: aws ec2 describe-subnets --region ${region} --subnet-ids ${service?.subnetIds.join(" ") ?? "<subnets>"} --query "Subnets[].[SubnetId,AvailabilityZoneId]"`,
  })),
];
