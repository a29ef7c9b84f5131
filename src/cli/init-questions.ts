import type { NetworkAnswer, PrefectAnswer } from "#actions/init/answers.ts";
import type { AwsProfile } from "#actions/init/aws-profiles.ts";
import { nameOf, newNetwork, placeOf, type Recommendation, usualPlace } from "#actions/init/choose.ts";
import type { KnownPrefect } from "#actions/init/known-prefect.ts";
import type { Complaint } from "#config/complaint.ts";
import { apiUrlRule, uuidRule } from "#config/prefect-address.ts";
import { KNOWN_REGIONS, regionRule } from "#config/region.ts";
import type { Questions } from "./questions.ts";

type Place = Omit<PrefectAnswer, "version">;

/** A rule of the config, as something to say to whoever types. */
const complaining =
  (rule: (text: string) => Complaint | undefined) =>
  (text: string): string | undefined => {
    const complaint = rule(text);
    if (!complaint) return undefined;
    const { verdict, works, suggestion } = complaint;
    return [`This ${verdict}.`, works, suggestion && `Did you mean ${suggestion}?`].filter(Boolean).join(" ");
  };

export async function askVersion(
  questions: Questions,
  { version, reason }: Recommendation,
): Promise<PrefectAnswer["version"]> {
  const choices = ([3, 2] as const).map((value) => ({
    value,
    label: `Prefect ${value}`,
    ...(value === version ? { hint: "recommended" } : {}),
  }));
  return questions.select(`Which Prefect? ${reason}`, choices, version);
}

export async function askPlace(questions: Questions, known: KnownPrefect): Promise<Place> {
  const usual = usualPlace(known);
  if (known.workspaces.length > 0) {
    const choices = known.workspaces.map((item) => ({ value: placeOf(item), label: nameOf(item) }));
    const initial = choices.find(({ value }) => value.workspaceId === usual?.workspaceId)?.value;
    const place = await questions.select("Which workspace of Prefect?", choices, initial);
    return { ...(known.apiUrl === undefined ? {} : { apiUrl: known.apiUrl }), ...place };
  }
  const isCloud = await questions.select(
    "Where is your Prefect?",
    [
      { value: true, label: "Prefect Cloud" },
      { value: false, label: "A server I host", hint: "reachable from the VPC" },
    ],
    usual?.apiUrl === undefined || usual.accountId !== undefined,
  );
  if (!isCloud) {
    const initial = usual?.apiUrl;
    const apiUrl = await questions.text("The server's API", {
      ...(initial === undefined ? { placeholder: "https://prefect.example.com/api" } : { initial }),
      validate: complaining(apiUrlRule),
    });
    return { apiUrl };
  }
  if (usual?.accountId !== undefined) return usual;
  const address = await questions.text(
    "The address of your workspace in the browser, or nothing to fill it in later",
    {
      placeholder: "https://app.prefect.cloud/account/…/workspace/…",
      validate: (text) => (text === "" || idsIn(text) ? undefined : complaining(uuidRule)(text)),
    },
  );
  return idsIn(address) ?? {};
}

/** Both ids, as they stand in the address of a workspace. */
function idsIn(address: string): Place | undefined {
  const [accountId, workspaceId] = address.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? [];
  return accountId === undefined || workspaceId === undefined ? undefined : { accountId, workspaceId };
}

/** The AWS profile, where the shell has not chosen one and there are several. */
export async function askProfile(
  questions: Questions,
  profiles: readonly AwsProfile[],
): Promise<AwsProfile | undefined> {
  if (profiles.length < 2) return profiles[0];
  const choices = profiles.map((value) => ({
    value,
    label: value.name,
    ...(value.region ? { hint: value.region } : {}),
  }));
  return questions.select("Which AWS profile?", choices, profiles[0]);
}

export async function askRegion(questions: Questions, usual: string | undefined): Promise<string> {
  return questions.text("In which AWS region?", {
    initial: usual ?? KNOWN_REGIONS[0]!,
    validate: complaining(regionRule),
  });
}

export async function askNetwork(questions: Questions, zones: number | undefined): Promise<NetworkAnswer> {
  const kind = await questions.select<NetworkAnswer["kind"]>("Where do the tasks run?", [
    {
      value: "new",
      label: "A new VPC",
      hint: "private subnets, one NAT gateway for about $33 a month",
    },
    {
      value: "default",
      label: "The region's default VPC",
      hint: "public addresses, about $3.65 a month each",
    },
    { value: "existing", label: "A VPC that I have" },
  ]);
  if (kind === "new") return newNetwork(zones);
  if (kind === "default") return { kind };
  const vpcId = await questions.text("Its id", {
    placeholder: "vpc-0a1b2c3d4e5f60718",
    validate: (text) =>
      /^vpc-[0-9a-f]{8,17}$/.test(text) ? undefined : "An id looks like vpc-0a1b2c3d4e5f60718.",
  });
  return { kind, vpcId };
}
