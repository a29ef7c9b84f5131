import { describe, expect, test } from "vitest";
import { synthesizedModule } from "../../test/helpers/terraform-modules.ts";

const network = synthesizedModule("network");

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
