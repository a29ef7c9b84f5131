import { Token } from "cdktn";
import { bare, choose, tf } from "#terraform/expressions.ts";
import { CA_VARIABLE, TRUST_SCRIPT, TRUSTED_START } from "./interfaces/trusted-start.ts";

const isGiven = (caCertificates: string | null) =>
  caCertificates !== null && Token.isUnresolved(caCertificates)
    ? tf`${caCertificates} != null`
    : caCertificates !== null;

/** A command as a list, which trusts the certificates where there are any. */
export const trustingCommand = (caCertificates: string | null, command: string[]): string[] =>
  choose(isGiven(caCertificates), tf`concat(${TRUSTED_START}, ${command})`.list, command);

/** The flow run's own command as one text, which Prefect takes apart as a shell would; null where its default will do. */
export const trustingFlowCommand = (caCertificates: string | null): string | null =>
  choose<string | null>(
    isGiven(caCertificates),
    `sh -ec '${TRUST_SCRIPT}' sh prefect flow-run execute`,
    null,
  );

/** The certificates as `environment` of a flow run's container, where there are any: its overrides could not hold them. */
export const trustedEnvironment = (caCertificates: string | null): unknown =>
  tf`{ for certificates in [${caCertificates}] : "environment" => [{ name = "${bare(CA_VARIABLE)}", value = certificates }] if certificates != null }`;
