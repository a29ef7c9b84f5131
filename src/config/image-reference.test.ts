import { describe, expect, it } from "vitest";
import {
  imageRule,
  imageVersionRule,
  isStockImage,
  parseImageReference,
  prefectMajorOf,
} from "./image-reference.ts";

const DIGEST = `sha256:${"a1".repeat(32)}`;

describe("parseImageReference", () => {
  it.each([
    ["prefecthq/prefect:2-latest", { name: "prefecthq/prefect", tag: "2-latest", digest: undefined }],
    ["ubuntu", { name: "ubuntu", tag: undefined, digest: undefined }],
    [
      `123456789012.dkr.ecr.us-east-1.amazonaws.com/team/flows:v1@${DIGEST}`,
      { name: "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/flows", tag: "v1", digest: DIGEST },
    ],
    ["localhost:5000/flows", { name: "localhost:5000/flows", tag: undefined, digest: undefined }],
  ])("reads %s", (text, parts) => expect(parseImageReference(text)).toEqual(parts));
});

describe("imageRule", () => {
  it.each([
    ["https://ghcr.io/team/flows:1", "is an address, not an image", "ghcr.io/team/flows:1"],
    ["Team/Flows:V1", "has capital letters in the repository", "team/flows:V1"],
    ["flows :1", "is not an image reference", undefined],
    ["flows:", "is not an image reference", undefined],
    ["flows@sha256:abc", "has a digest that is not 64 hexadecimal digits", undefined],
    [" flows:1", "is not an image reference", "flows:1"],
    ["", "is not an image reference", undefined],
    [`flows:${"t".repeat(129)}`, "is not an image reference", undefined],
  ])("complains about %j", (text, verdict, suggestion) => {
    const complaint = imageRule(text);
    expect(complaint?.verdict).toBe(verdict);
    expect(complaint?.suggestion).toBe(suggestion);
  });
});

describe("prefectMajorOf", () => {
  it.each([
    ["prefecthq/prefect:3-latest", 3],
    ["prefecthq/prefect:2.20.9-python3.11", 2],
    ["docker.io/prefecthq/prefect:3", 3],
    ["prefecthq/prefect-aws:0.5.0-python3.12-prefect3.3.4", 3],
    ["prefecthq/prefect:latest", undefined],
    ["mirror.example.com/prefecthq/prefect:3-latest", undefined],
    ["team/flows:3", undefined],
  ])("of %s is %s", (image, major) => expect(prefectMajorOf(image)).toBe(major));

  it("contradicts a config of another major", () => {
    expect(imageVersionRule("prefecthq/prefect:3-latest", 2)).toEqual({
      verdict: "holds Prefect 3, but prefect.version is 2",
      remedy: "Set prefect.version: 3, or leave the image out to get the one of Prefect 2",
    });
    expect(imageVersionRule("prefecthq/prefect:3-latest", 3)).toBeUndefined();
  });
});

describe("isStockImage", () => {
  it.each([
    ["prefecthq/prefect:2-latest", true],
    ["docker.io/prefecthq/prefect", true],
    ["prefecthq/prefect-aws:0.5.0", false],
    ["team/prefect:1", false],
  ])("%s: %s", (image, expected) => expect(isStockImage(image)).toBe(expected));
});
