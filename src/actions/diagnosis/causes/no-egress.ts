import type { Evidence } from "../evidence.ts";
import type { Recognizer } from "../finding.ts";
import { findInLogs, stopSayings } from "../sayings.ts";
import { INITIALIZING, isUnanswered, PULLING_IMAGE } from "./wording.ts";

/** What pip and uv say when the package index cannot be reached, both of them after retries. */
const INDEX_UNANSWERED =
  /(?:Failed to establish a new connection|ConnectTimeoutError|NewConnectionError|Failed to fetch: `https?:\/\/[^`]*\/simple\/)[^`]{0,300}/;

/** A task without a way out can neither pull its image nor fetch its secret nor open its log. */
export const noEgress: Recognizer = {
  cause: "no-egress",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html",
  recognize(evidence) {
    const said = stopSayings(evidence).find(
      ({ text }) => (PULLING_IMAGE.test(text) || INITIALIZING.test(text)) && isUnanswered(text),
    );
    const found = said ?? findInLogs(evidence, INDEX_UNANSWERED);
    if (!found) return undefined;
    return {
      certainty: said ? "certain" : "likely",
      sentence: `its task reaches ${destination(found.text)} by no route: its subnets have no way out, or its security group has no open port 443.`,
      evidence: [found.quote, ...surroundings(evidence)],
      remedy: lookAtRoutes(evidence),
      age: found.age,
    };
  },
};

/** What the words name: the service that was called, else the kind of thing. */
function destination(text: string): string {
  const named = /connection issue between the task and ((?:AWS|Amazon) [A-Z][\w ]+?|the registry)\./.exec(
    text,
  )?.[1];
  if (named) return named;
  if (/secretsmanager|\basm\b/.test(text)) return "AWS Secrets Manager";
  if (/logger args|\blogs\./.test(text)) return "Amazon CloudWatch";
  if (PULLING_IMAGE.test(text)) return "the registry of its image";
  return /ecr/i.test(text) ? "Amazon ECR" : "the package index";
}

function surroundings({ service }: Evidence): string[] {
  if (!service) return [];
  const address = service.assignPublicIp ? "a public address" : "no public address";
  return [`its tasks get ${address} in ${service.subnetIds.join(", ")}`];
}

function lookAtRoutes({ region, service }: Evidence): string {
  const subnets = service?.subnetIds.join(",") || "<subnets>";
  const wanted = service?.assignPublicIp
    ? "0.0.0.0/0 must go to an internet gateway"
    : "0.0.0.0/0 must go to a NAT gateway; in public subnets set network.assignPublicIp: true instead";
  return `See the routes (${wanted}): aws ec2 describe-route-tables --region ${region} --filters Name=association.subnet-id,Values=${subnets} --query "RouteTables[].Routes[]"`;
}
