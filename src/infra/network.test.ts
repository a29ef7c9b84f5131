import { describe, expect, test } from "vitest";
import { synthesizedModule } from "../../test/helpers/terraform-modules.ts";

const network = synthesizedModule("network");
const publicNetwork = synthesizedModule("public-network");
const isolatedNetwork = synthesizedModule("isolated-network");
const existing = synthesizedModule("existing-network");

describe("a new network", () => {
  test("the VPC resolves and gives DNS names", () => {
    expect(network.resource("aws_vpc")).toMatchObject({
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  test("each zone has a public subnet that assigns public addresses and a private one that does not", () => {
    const { public: open, private: closed } = network.resources("aws_subnet");
    expect(open).toMatchObject({ for_each: "${local.zones}", map_public_ip_on_launch: true });
    expect(closed).toMatchObject({ for_each: "${local.zones}" });
    expect(closed).not.toHaveProperty("map_public_ip_on_launch");
  });

  test("public subnets go out by the Internet gateway, private ones by NAT", () => {
    const { internet, nat } = network.resources("aws_route");
    expect(internet).toMatchObject({
      route_table_id: "${aws_route_table.public.id}",
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: "${aws_internet_gateway.this.id}",
    });
    expect(nat).toMatchObject({
      for_each: "${aws_route_table.private}",
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id:
        "${aws_nat_gateway.this[var.nat_gateway_per_zone ? each.key : local.availability_zones[0]].id}",
    });
  });

  test("the NAT gateway has an address of its own and lies in a public subnet", () => {
    expect(network.resource("aws_nat_gateway")).toMatchObject({
      for_each: "${aws_eip.nat}",
      allocation_id: "${each.value.id}",
      subnet_id: "${aws_subnet.public[each.key].id}",
      depends_on: ["aws_internet_gateway.this"],
    });
  });

  test("zones are chosen once: later choices of AWS do not move subnets", () => {
    expect(network.resource("terraform_data")).toMatchObject({ lifecycle: { ignore_changes: ["input"] } });
    expect(network.json).toHaveProperty("data.aws_availability_zones.fargate.filter", [
      { name: "opt-in-status", values: ["opt-in-not-required"] },
    ]);
    // A zone with a fault today is a zone tomorrow: its state must not count.
    expect(network.json).not.toHaveProperty("data.aws_availability_zones.fargate.state");
  });

  test("what uses the private subnets waits for their whole way to the internet", () => {
    expect(network.output("private_subnet_ids").depends_on).toEqual([
      "${aws_route.internet}",
      "${aws_route_table_association.public}",
      "${aws_route.nat}",
      "${aws_route_table_association.private}",
    ]);
  });

  test("image layers from S3 bypass NAT", () => {
    expect(network.resource("aws_vpc_endpoint")).toMatchObject({
      vpc_endpoint_type: "Gateway",
      service_name: "com.amazonaws.${data.aws_region.current.id}.s3",
    });
  });
});

describe("a network of public subnets", () => {
  test("has no NAT gateway to pay for, and no private subnets", () => {
    expect(publicNetwork.resourceTypes).not.toContain("aws_nat_gateway");
    expect(publicNetwork.resourceTypes).not.toContain("aws_eip");
    expect(Object.keys(publicNetwork.resources("aws_subnet"))).toEqual(["public"]);
  });

  test("has the addresses of a network with NAT, so that a system can move from one to the other", () => {
    const addresses = (module: typeof network) =>
      module.resourceTypes.flatMap((type) =>
        Object.keys(module.resources(type)).map((name) => `${type}.${name}`),
      );
    expect(addresses(network)).toEqual(expect.arrayContaining(addresses(publicNetwork)));
    const { public: moved } = publicNetwork.resources("aws_subnet");
    expect(moved).toEqual(network.resources("aws_subnet").public);
  });
});

describe("a network without a way out", () => {
  test("has neither an Internet gateway nor a route to one", () => {
    expect(isolatedNetwork.resourceTypes).not.toContain("aws_internet_gateway");
    expect(isolatedNetwork.resourceTypes).not.toContain("aws_route");
  });

  test("knows S3 by its endpoint before anything uses the subnets", () => {
    expect(isolatedNetwork.output("private_subnet_ids").depends_on).toEqual([
      "${aws_route_table_association.private}",
      "${aws_vpc_endpoint.s3}",
    ]);
  });
});

describe("a network that exists", () => {
  test("its subnets are used only when their way out is proven", () => {
    expect(existing.resourceTypes).toEqual([]);
    expect(existing.output("subnet_ids").depends_on).toEqual(["${data.aws_route_table.way_out}"]);
  });
});

test("interface endpoints let in HTTPS from the VPC alone", () => {
  const endpoints = synthesizedModule("endpoints");
  expect(endpoints.resource("aws_vpc_security_group_ingress_rule")).toMatchObject({
    cidr_ipv4: "${var.cidr_block}",
    from_port: 443,
    to_port: 443,
    ip_protocol: "tcp",
  });
  expect(endpoints.resource("aws_vpc_endpoint")).toMatchObject({
    vpc_endpoint_type: "Interface",
    private_dns_enabled: true,
  });
});

test("flow logs are written by a role that does nothing else", () => {
  const flowLogs = synthesizedModule("flow-logs");
  expect(flowLogs.resource("aws_iam_role_policy").policy).toContain(
    '"Resource" = [aws_cloudwatch_log_group.this.arn, "${aws_cloudwatch_log_group.this.arn}:log-stream:*"]',
  );
  expect(flowLogs.resource("aws_flow_log")).toMatchObject({ depends_on: ["aws_iam_role_policy.this"] });
});
