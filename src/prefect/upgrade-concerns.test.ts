import { expect, it } from "vitest";
import type { JsonObject } from "./job-template.ts";
import { upgradeConcerns } from "./upgrade-concerns.ts";

const of = (jobVariables: JsonObject, to: 2 | 3 = 3) =>
  upgradeConcerns([{ name: "nightly", jobVariables }], to).map(({ sentence }) => sentence);

it("names a deployment whose own image has the other major version", () => {
  expect(of({ image: "prefecthq/prefect:2.20.4-python3.11" })).toEqual([
    "Its image prefecthq/prefect:2.20.4-python3.11 is one of Prefect 2: deploy it again with one of Prefect 3.",
  ]);
  expect(of({ image: "prefecthq/prefect:3-latest" })).toEqual([]);
  expect(of({ image: "prefecthq/prefect:3-latest" }, 2)).toHaveLength(1);
});

it("names one that installs the other version's integration", () => {
  expect(of({ env: { EXTRA_PIP_PACKAGES: "pandas prefect-aws==0.4.20" } })).toEqual([
    "It installs prefect-aws 0.4, which is for Prefect 2: take it out of env.EXTRA_PIP_PACKAGES, or pin another.",
  ]);
  expect(of({ env: { EXTRA_PIP_PACKAGES: "prefect-aws==0.7.12" } })).toEqual([]);
});

it("does not guess what is in images of people's own", () => {
  expect(of({ image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/flows:2", cpu: 512 })).toEqual([]);
});
