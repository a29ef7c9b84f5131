import { readdirSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { TerraformOutput } from "cdktn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { planSubnets, ZONES_MAX } from "#infra/subnet-plan.ts";
import { withApp } from "#infra/with-app.ts";
import { packagePath } from "#package";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import { CleanStack } from "#terraform/clean-stack.ts";
import { jsonencode } from "#terraform/expressions.ts";
import { type Json, type JsonObject, joinBlocks, renderBlock } from "#terraform/hcl.ts";
import { synthesize } from "#terraform/synthesize.ts";
import { escapeTemplates } from "#terraform/template.ts";
import { copyModule, terraformFolder } from "../helpers/terraform-cli.ts";

const MODULES = readdirSync(packagePath("modules"));
const FIXTURES = join(import.meta.dirname, "../fixtures");
const CLOUD = {
  accountId: "6f0a2c11-7d3e-4a1c-9c55-0b1f2e3d4c5b",
  workspaceId: "0d9c8b7a-1e2f-4c3d-8a4b-5c6d7e8f9a0b",
};
const ROOTS = {
  "a new VPC with Prefect 2": { prefect: CLOUD },
  "an existing VPC with Prefect 3, several workers and a secret that exists": {
    prefect: {
      version: 3,
      ...CLOUD,
      apiKey: { secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:prefect-AbCdEf" },
    },
    network: { kind: "existing", subnetTags: { Tier: "private" } },
    tags: { Team: "data" },
    workers: {
      "dev-worker": { environment: { GREETING: '"${hello}" %{ if }\n' } },
      reports: {
        workPool: "reports",
        desiredCount: 2,
        policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
      },
    },
  },
};

describe("published modules", () => {
  test("are formatted as Terraform formats", async () => {
    await using folder = await terraformFolder();
    await cp(packagePath("modules"), join(folder.dir, "modules"), { recursive: true });
    expect(await folder.run("fmt", "-check", "-diff", "-recursive")).toBe("");
  });

  test.each(MODULES)("%s gives what it promises, and refuses what AWS would", async (name) => {
    await using folder = await terraformFolder();
    await copyModule(name, folder.dir);
    await folder.run("init", "-input=false");
    expect(await folder.run("test", "-no-color")).toMatch(/Success! \d+ passed, 0 failed/);
  });

  test("serve people who write their own Terraform", async () => {
    const main = await readFile(join(FIXTURES, "hand-written-root/main.tf"), "utf8");
    await using folder = await terraformFolder({ "main.tf": main });
    await cp(packagePath("modules"), join(folder.dir, "modules"), { recursive: true });
    await folder.run("init", "-input=false");
    expect(await folder.run("validate")).toContain("Success!");
  });
});

describe.each(Object.entries(ROOTS))("the root of %s", (_name, input) => {
  test("is valid, and formatted as Terraform formats", async () => {
    await using folder = await terraformFolder();
    await writeRoot(folder.dir, composeRoot(resolveConfig(input)));
    expect(await folder.run("fmt", "-check", "-diff", "-recursive")).toBe("");
    await folder.run("init", "-input=false");
    expect(await folder.run("validate")).toContain("Success!");
  });
});

describe("the order of things", () => {
  test("the service comes after all that a task needs to start, and so goes before it", async () => {
    await using folder = await terraformFolder();
    await writeRoot(folder.dir, composeRoot(resolveConfig({ prefect: { version: 3, ...CLOUD } })));
    await folder.run("init", "-input=false");
    const before = reachable(await folder.run("graph"), "module.worker.aws_ecs_service.worker");
    expect([...before]).toEqual(
      expect.arrayContaining([
        "module.network.aws_route.nat",
        "module.network.aws_route_table_association.private",
        "module.network.aws_route.internet",
        "module.network.aws_route_table_association.public",
        "module.network.aws_nat_gateway.this",
        "module.task_execution_role.aws_iam_role_policy.read_secret",
        "module.task_execution_role.aws_iam_role_policy_attachment.managed",
        "module.api_key.aws_secretsmanager_secret_version.this",
        "module.worker.aws_iam_role_policy.worker",
        "module.worker.aws_iam_role_policy_attachment.worker",
        "module.worker.aws_vpc_security_group_egress_rule.worker",
        "module.worker.aws_cloudwatch_log_group.worker",
        "module.worker.aws_sqs_queue.task_events",
      ]),
    );
    expect([...before]).not.toContain("module.worker.aws_sqs_queue_redrive_policy.task_events");
  });
});

/** Text rich in what Terraform, HCL and JSON treat in their own ways. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom("$", "%", "{", "}", '"', "\\", "\n", "\t", "\u0000", "\b", "~", "a", " "),
  }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "${path.module}",
    "%{ if true }x%{ endif }",
    "$${a}",
    "<<EOT\nEOT",
    "//",
    "#",
    "*/",
    "\u2028",
    "é",
    "e\u0301",
  ),
);
const key = fc.string({ unit: fc.constantFrom("$", "{", "}", '"', "\\", "a", "-", ".", " "), minLength: 1 });
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("what people write", () => {
  const samples = fc.sample(value, { numRuns: 150, seed: 20_260_101 });

  test("reaches Terraform as it is, through the root's renderer", async () => {
    const blocks = samples.map((sample, index) =>
      renderBlock("output", [`v${index}`], { value: { it: escapeTemplates(sample) } }),
    );
    const outputs = await evaluate(joinBlocks(blocks));
    for (const [index, sample] of samples.entries())
      expect(outputs[`v${index}`]).toEqual({ it: normalized(sample) });
  });

  test("reaches Terraform as it is, through expressions of constructs", async () => {
    const json = withApp((app) => {
      const stack = new CleanStack(app, "test");
      for (const [index, sample] of samples.entries())
        new TerraformOutput(stack, `v${index}`, { value: jsonencode(sample), staticId: true });
      return synthesize(stack).json;
    });
    const blocks = Object.entries(json.output as Record<string, JsonObject>).map(([name, body]) =>
      renderBlock("output", [name], body),
    );
    const outputs = await evaluate(joinBlocks(blocks));
    for (const [index, sample] of samples.entries())
      expect(JSON.parse(outputs[`v${index}`] as string)).toEqual(normalized(sample));
  });

  test("is laid out as Terraform formats it", async () => {
    const blocks = samples.map((sample, index) =>
      renderBlock("output", [`v${index}`], { value: escapeTemplates(sample) }),
    );
    await using folder = await terraformFolder({ "main.tf": joinBlocks(blocks) });
    expect(await folder.run("fmt", "-check", "-diff")).toBe("");
  });
});

test("our subnet arithmetic is Terraform's", async () => {
  const octet = fc.nat(255);
  const cidrs = fc.sample(
    fc
      .tuple(octet, octet, octet, octet, fc.integer({ min: 16, max: 24 }))
      .map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`),
    50,
  );
  const blocks = cidrs.map((cidr, index) => {
    const subnets = `[for zone in range(${ZONES_MAX}) : { public = cidrsubnet("${cidr}", 4, zone), private = cidrsubnet("${cidr}", 4, zone + 8) }]`;
    return renderBlock("output", [`c${index}`], { value: `\${${subnets}}` });
  });
  const outputs = await evaluate(joinBlocks(blocks));
  for (const [index, cidr] of cidrs.entries())
    expect(outputs[`c${index}`]).toEqual(planSubnets(cidr, ZONES_MAX));
});

/** Outputs of a configuration without resources, evaluated by Terraform. */
async function evaluate(main: string): Promise<Record<string, unknown>> {
  await using folder = await terraformFolder({ "main.tf": main });
  await folder.run("apply", "-auto-approve", "-input=false");
  return await folder.outputs();
}

/** Terraform keeps text in Unicode's composed form. */
function normalized(sample: Json): Json {
  return JSON.parse(JSON.stringify(sample).normalize("NFC"));
}

/** Everything that a node of Terraform's graph depends on, directly or not. */
function reachable(dot: string, from: string): Set<string> {
  const edges = [...dot.matchAll(/^\s*"([^"]+)" -> "([^"]+)";/gm)].map(([, a, b]) => [a!, b!] as const);
  const found = new Set<string>();
  const visit = (node: string) => {
    for (const [a, b] of edges) {
      if (a !== node || found.has(b)) continue;
      found.add(b);
      visit(b);
    }
  };
  visit(from);
  return found;
}
