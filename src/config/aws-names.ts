import type { Complaint, Rule } from "./complaint.ts";
import { count } from "./words.ts";

interface NameKind {
  /** What the name is for, with its article. */
  readonly of: string;
  readonly maxLength: number;
  /** Everything that may not stand in the name. */
  readonly forbidden: RegExp;
  readonly allowed: string;
  readonly source: string;
}

const CLUSTER: NameKind = {
  of: "an ECS cluster",
  maxLength: 255,
  forbidden: /[^A-Za-z0-9_-]/,
  allowed: "letters, digits, hyphens and underscores",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
};

const ROLE: NameKind = {
  of: "an IAM role",
  maxLength: 64,
  forbidden: /[^\w+=,.@-]/,
  allowed: "letters, digits and _+=,.@-",
  source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
};

const SECRET: NameKind = {
  of: "a secret",
  maxLength: 512,
  forbidden: /[^A-Za-z0-9/_+=.@-]/,
  allowed: "letters, digits and /_+=.@-",
  source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
};

/** The VPC's name is the value of its Name tag, and the names of its parts begin with it. */
const VPC: NameKind = {
  of: "a VPC",
  maxLength: 200,
  forbidden: /[^\p{L}\p{N} _.:/=+@-]/u,
  allowed: "letters, digits, spaces and _.:/=+@-",
  source: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
};

export const clusterNameRule: Rule<string> = (name) => nameRule(CLUSTER, name);
export const roleNameRule: Rule<string> = (name) => nameRule(ROLE, name);
export const secretNameRule: Rule<string> = (name) => nameRule(SECRET, name);
export const vpcNameRule: Rule<string> = (name) => nameRule(VPC, name);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names */
export function rolePathRule(path: string): Complaint | undefined {
  if (/^\/([!-.0-~]+\/)*$/.test(path) && path.length <= 512) return undefined;
  const tidy = `/${path.replace(/^\/+|\/+$/g, "")}/`;
  return {
    verdict: "is not a path that IAM roles can have",
    works: "It begins and ends with a slash.",
    suggestion: /^\/([!-.0-~]+\/)*$/.test(tidy) ? tidy : undefined,
  };
}

function nameRule({ of, maxLength, forbidden, allowed }: NameKind, name: string): Complaint | undefined {
  const works = `The name of ${of} has up to ${maxLength} characters: ${allowed}.`;
  if (name.trim() === "") return { verdict: `is no name for ${of}`, works };
  const bad = forbidden.exec(name)?.[0];
  if (bad !== undefined) {
    const everywhere = new RegExp(forbidden.source, `${forbidden.flags}g`);
    const suggestion = name.trim().replace(everywhere, "-").slice(0, maxLength);
    return { verdict: `has ${named(bad)}, which AWS refuses in the name of ${of}`, works, suggestion };
  }
  if (name.length > maxLength) return tooLong(name, of, maxLength);
  return undefined;
}

/** A label of the Domain Name System: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Cloud Map: https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html */
const NAMESPACE_MAX_LENGTH = 253;

export function namespaceRule(namespace: string): Complaint | undefined {
  if (namespace.length > NAMESPACE_MAX_LENGTH) return tooLong(namespace, "a namespace", NAMESPACE_MAX_LENGTH);
  const labels = namespace.split(".");
  if (labels.length > 1 && labels.every((label) => DNS_LABEL.test(label))) return undefined;
  const tidy = namespace
    .trim()
    .toLowerCase()
    .replace(/[_\s]/g, "-")
    .replace(/^\.+|\.+$/g, "");
  const sound = tidy.includes(".") && tidy.split(".").every((label) => DNS_LABEL.test(label));
  return {
    verdict: "is not a DNS name that a namespace can have",
    works: "Write two or more parts of lower-case letters, digits and hyphens, as in default.prefect.local.",
    suggestion: sound ? tidy : DNS_LABEL.test(tidy) ? `${tidy}.local` : undefined,
  };
}

function tooLong(name: string, of: string, maxLength: number): Complaint {
  return {
    verdict: `is ${count(name.length - maxLength, "character")} too long for ${of}`,
    works: `AWS allows ${maxLength}.`,
  };
}

const named = (character: string): string => (character === " " ? "a space" : JSON.stringify(character));
