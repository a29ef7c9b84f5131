import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { container, desiredTemplate, SECRET_ARN, variable } from "../../test/helpers/prefect-template.ts";
import { type BaseJobTemplate, type JsonObject, stockTemplate } from "./job-template.ts";
import { wire } from "./wiring.ts";

const CANARY = "pnu_canary_0123456789";
const NAMES = ["STAGE", "TZ", "PREFECT_API_KEY", "PREFECT_LOGGING_LEVEL", "DATABASE_URL"] as const;

const version = fc.constantFrom(2 as const, 3 as const);
const environment = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.constantFrom("a", "b", CANARY, "{{ stage }}"),
);
const namedList = environment.map((env) => Object.entries(env).map(([name, value]) => ({ name, value })));
const secrets = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("DB_PASSWORD", "PREFECT_API_KEY", "TOKEN"),
    valueFrom: fc.constantFrom("arn:x", "arn:y"),
  }),
  { selector: ({ name }) => name },
);

/** What people do to a pool's template, by hand or in the UI. */
interface Edits {
  readonly defaults: Record<string, unknown>;
  readonly envDefault: Record<string, string>;
  readonly jobEnv: Record<string, string> | undefined;
  readonly removed: readonly string[];
  readonly container: JsonObject;
  readonly overrides: JsonObject;
  readonly sidecarFirst: boolean;
  readonly own: JsonObject;
}

const edits: fc.Arbitrary<Edits> = fc.record({
  defaults: fc.dictionary(
    fc.constantFrom(
      "cpu",
      "memory",
      "image",
      "cluster",
      "vpc_id",
      "family",
      "launch_type",
      "labels",
      "container_name",
    ),
    fc.oneof(fc.constant(null), fc.constantFrom("x", "prefect", "EC2"), fc.integer({ min: 1, max: 4096 })),
  ),
  envDefault: environment,
  jobEnv: fc.option(environment, { nil: undefined }),
  removed: fc.subarray(["cpu", "cluster", "family", "network_configuration", "labels"]),
  container: fc.record(
    { environment: namedList, secrets, memoryReservation: fc.nat(), essential: fc.boolean() },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>,
  overrides: fc.record({ environment: namedList }, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>,
  sidecarFirst: fc.boolean(),
  own: fc.record(
    {
      enableExecuteCommand: fc.boolean(),
      propagateTags: fc.constant("TASK_DEFINITION"),
      cluster: fc.constant("x"),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>,
});

function edited(major: 2 | 3, edit: Edits): BaseJobTemplate {
  const template = stockTemplate(major);
  const job = template.job_configuration;
  const properties = template.variables.properties as Record<string, JsonObject>;
  for (const [name, value] of Object.entries(edit.defaults)) properties[name]!.default = value as string;
  properties.env!.default = edit.envDefault;
  if (edit.jobEnv) job.env = edit.jobEnv;
  for (const name of edit.removed) delete properties[name];
  Object.assign(container(template), structuredClone(edit.container));
  const request = job.task_run_request as JsonObject;
  const overrides = (request.overrides as JsonObject).containerOverrides as JsonObject[];
  Object.assign(overrides[0]!, structuredClone(edit.overrides));
  Object.assign(request, edit.own);
  const definition = job.task_definition as JsonObject;
  if (edit.sidecarFirst)
    definition.containerDefinitions = [
      ...(definition.containerDefinitions as JsonObject[]),
      { name: "sidecar", image: "x", environment: [{ name: "A", value: "1" }] },
    ];
  return template;
}

const cases = fc.tuple(version, version, edits);

describe("wiring any template that people may have made", () => {
  test("changes nothing the second time", () => {
    fc.assert(
      fc.property(cases, ([from, to, edit]) => {
        const desired = desiredTemplate(to, { STAGE: "dev" });
        const once = wire(edited(from, edit), desired).template;
        const twice = wire(once, desired);
        expect(twice.template).toEqual(once);
        expect(twice.diff).toEqual([]);
      }),
    );
  });

  test("has a diff exactly where it changes something, and leaves what it was given alone", () => {
    fc.assert(
      fc.property(cases, ([from, to, edit]) => {
        const current = edited(from, edit);
        const copy = structuredClone(current);
        const { template, diff } = wire(current, desiredTemplate(to));
        expect(current).toEqual(copy);
        expect(diff.length === 0).toBe(JSON.stringify(template) === JSON.stringify(current));
      }),
    );
  });

  test("always hides the key: null in the job's environment, by reference in the container, nowhere in clear", () => {
    fc.assert(
      fc.property(cases, ([from, to, edit]) => {
        const { template, diff, warnings } = wire(edited(from, edit), desiredTemplate(to));
        const job = template.job_configuration;
        expect((job.env as JsonObject).PREFECT_API_KEY).toBeNull();
        expect(variable(template, "env").default ?? {}).toEqual({});
        expect(container(template).secrets).toContainEqual({
          name: "PREFECT_API_KEY",
          valueFrom: SECRET_ARN,
        });
        const environments = [
          container(template).environment,
          ...(
            (job.task_run_request as JsonObject).overrides as { containerOverrides: JsonObject[] }
          ).containerOverrides.map((override) => override.environment),
        ];
        for (const list of environments)
          expect(JSON.stringify(list ?? null)).not.toContain("PREFECT_API_KEY");
        expect(JSON.stringify([diff, warnings])).not.toContain(CANARY);
      }),
    );
  });

  test("keeps every environment variable and secret of the pool that is not the key", () => {
    fc.assert(
      fc.property(cases, ([from, to, edit]) => {
        const { template } = wire(edited(from, edit), desiredTemplate(to));
        const { PREFECT_API_KEY: _, ...kept } = { ...edit.jobEnv, ...edit.envDefault };
        expect(template.job_configuration.env).toMatchObject(kept);
        const others = ((edit.container.secrets ?? []) as JsonObject[]).filter(
          ({ name }) => name !== "PREFECT_API_KEY",
        );
        for (const secret of others) expect(container(template).secrets).toContainEqual(secret);
      }),
    );
  });

  test("keeps defaults, fields and removals that are not ours", () => {
    fc.assert(
      fc.property(cases, ([from, to, edit]) => {
        const { template } = wire(edited(from, edit), desiredTemplate(to));
        const properties = template.variables.properties as Record<string, JsonObject>;
        for (const name of ["cpu", "memory", "image", "family", "labels"] as const) {
          const chosen = edit.defaults[name];
          if (chosen === undefined || chosen === null || edit.removed.includes(name)) continue;
          expect(properties[name]!.default).toEqual(chosen);
        }
        const request = template.job_configuration.task_run_request as JsonObject;
        const { cluster: _, ...ownFields } = edit.own;
        expect(request).toMatchObject(ownFields);
        expect(request.cluster).toBe("{{ cluster }}");
        expect(variable(template, "cluster").default).toMatch(/prefect-cluster$/);
        expect(container(template).memoryReservation).toBe(edit.container.memoryReservation);
      }),
    );
  });
});
