import { expect, it } from "vitest";
import { resolveConfig } from "#config/resolve-config.ts";
import { composeRoot } from "./compose-root.ts";

const SERVICE = { image: "acme/webhooks:1", port: 8000 };
const rootOf = (input: object): string => composeRoot(resolveConfig(input, "test", {}))["main.tf"]!;

it("a system without services says nothing of them", () => {
  expect(rootOf({})).not.toMatch(/service"|load_balancer/);
});

it("a service is called with what is its own, and with who may connect", () => {
  const page = rootOf({ services: { webhooks: { ...SERVICE, command: ["serve", "${PORT}"] } } });
  expect(page).toContain('source   = "./modules/service"');
  expect(page).toContain('command       = ["serve", "$${PORT}"]');
  expect(page).toContain("name => worker.security_group_id");
  expect(page).not.toContain("load_balancer");
});

it("only services that are to be reached from outside have a load balancer, in public subnets", () => {
  const page = rootOf({
    services: {
      webhooks: { ...SERVICE, loadBalancer: { http: true, allowedCidrs: ["203.0.113.0/24"] } },
      plain: SERVICE,
    },
  });
  expect(page).toMatch(
    /load_balancers = \{\n {4}webhooks = \{\n {6}subnet_ids\s+= module\.network\.public_subnet_ids/,
  );
  expect(page).toContain('name          = "prefect-${each.key}"');
  expect(page).toContain("if name == each.key");
});

it("access to Prefect is its address and a reference to the key, never the key", () => {
  const page = rootOf({ services: { webhooks: { ...SERVICE, prefectAccess: true } } });
  expect(page).toContain("PREFECT_API_KEY = module.api_key.secret_arn");
  expect(page).toContain("PREFECT_API_URL");
});

it("Spot for a service gives the cluster its capacity providers", () => {
  expect(rootOf({ services: { webhooks: { ...SERVICE, capacity: { kind: "spot" } } } })).toContain(
    "cluster_capacity",
  );
});

it("access to a Prefect server of a private authority comes with its certificates", () => {
  const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const config = resolveConfig(
    {
      services: {
        asking: { ...SERVICE, prefectAccess: true, command: ["serve"] },
        other: { ...SERVICE, command: ["serve"] },
      },
    },
    "test",
    {},
  );
  const page = composeRoot({ ...config, prefect: { ...config.prefect, caCertificates: certificate } })[
    "main.tf"
  ]!;
  const [asking, other] = page.slice(page.indexOf("  services = {")).split("other = {") as [string, string];
  expect(asking).toContain("PREFECT_FARGATE_CA");
  expect(asking).toMatch(/"export PREFECT_API_SSL_CERT_FILE=.*",\s+"sh",\s+"serve",/);
  expect(other).not.toContain("PREFECT_FARGATE_CA");
  expect(other).toMatch(/command\s+= \["serve"\]/);
});
