import { X509Certificate } from "node:crypto";
import type { Complaint } from "./complaint.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** They stand in the environment of a task definition, which may have 64 KiB in all.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_CHARACTERS = 16 * 1024;

/** Certificates of an authority as PEM: at least one, nothing secret, and short enough for a task definition. */
export function certificatesRule(text: string): Complaint | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text))
    return {
      verdict: "has a private key in it, which everybody who may describe the task would read",
      remedy: "Give the authority's certificate alone",
    };
  const blocks = blocksIn(text);
  if (blocks.length === 0)
    return {
      verdict: "holds no certificate",
      works:
        "It is the text of a PEM file: -----BEGIN CERTIFICATE----- and what follows, not the file's path.",
      remedy: 'Write caCertificates: readFileSync("ca.pem", "utf8")',
    };
  const broken = blocks.findIndex((block) => read(block) === undefined);
  if (broken >= 0)
    return {
      verdict: `cannot be read: its certificate ${broken + 1} of ${blocks.length} is damaged`,
      remedy: "Copy it again, whole",
    };
  if (text.length > MOST_CHARACTERS)
    return {
      verdict: `has ${text.length} characters`,
      works: `${MOST_CHARACTERS} fit into a task definition beside everything else.`,
      remedy: "Give only the authority that signed your server's certificate",
    };
  return undefined;
}

/** Whole sentences on certificates that will not do, or not for long. */
export function certificateWarnings(text: string, now: Date = new Date()): string[] {
  return blocksIn(text).flatMap((block) => {
    const { subject, ca, validTo } = read(block)!;
    const name = subject.replaceAll("\n", ", ") || "without a name";
    return [
      ...(new Date(validTo) < now
        ? [`prefect.caCertificates: the certificate ${name} expired on ${validTo}.`]
        : []),
      ...(ca
        ? []
        : [`prefect.caCertificates: ${name} is no authority's certificate; clients may not accept it.`]),
    ];
  });
}

const blocksIn = (text: string): string[] => text.match(BLOCK) ?? [];

function read(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}
