import type { Complaint } from "./complaint.ts";

/** https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html */
export const accountRule = (account: string): Complaint | undefined =>
  /^\d{12}$/.test(account)
    ? undefined
    : {
        verdict: "is not the number of an AWS account",
        works: "It has twelve digits, in quotes, without hyphens.",
      };
