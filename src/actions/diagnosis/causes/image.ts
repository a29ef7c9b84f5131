import type { Evidence } from "../evidence.ts";
import type { Finding, Recognizer } from "../finding.ts";
import { type Saying, stopSayings } from "../sayings.ts";
import { isDenied, isUnanswered, PULLING_IMAGE } from "./wording.ts";

const SOURCE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html";
/** https://docs.docker.com/docker-hub/usage/pulls/ */
const DOCKER_HUB_LIMIT = "Docker Hub gives 100 anonymous pulls in six hours to each address";

type Problem =
  | "rate limited"
  | "unanswered"
  | "other platform"
  | "too large"
  | "denied"
  | "not found"
  | "other";

/** What kept an image from being pulled; undefined when the text is about something else. */
function problemOf(text: string): Problem | undefined {
  if (!PULLING_IMAGE.test(text)) return undefined;
  if (/toomanyrequests|\b429\b|pull rate limit/i.test(text)) return "rate limited";
  if (isUnanswered(text)) return "unanswered";
  if (/descriptor matching platform|no match for platform/i.test(text)) return "other platform";
  if (/no space left on device/i.test(text)) return "too large";
  if (
    /\b40[13]\b|pull access denied|authorization failed|no basic auth|denied:/i.test(text) ||
    isDenied(text)
  )
    return "denied";
  if (/not found|manifest unknown|does not exist|name unknown/i.test(text)) return "not found";
  return "other";
}

const recognizer = (
  cause: string,
  problem: Problem,
  tell: (evidence: Evidence, image: string) => Pick<Finding, "sentence" | "remedy">,
): Recognizer => ({
  cause,
  source: SOURCE,
  recognize(evidence) {
    const said = stopSayings(evidence).find(({ text }) => problemOf(text) === problem);
    return (
      said && {
        certainty: "certain",
        ...tell(evidence, imageOf(evidence, said)),
        evidence: [said.quote],
        age: said.age,
      }
    );
  },
});

export const imageCauses: readonly Recognizer[] = [
  recognizer("image-rate-limited", "rate limited", ({ region }, image) => ({
    sentence: `the registry of ${image} limits how often it may be pulled, and the limit is reached.`,
    remedy: onDockerHub(image)
      ? `${DOCKER_HUB_LIMIT}: wait, or copy the image to ECR and set image: "<account>.dkr.ecr.${region}.amazonaws.com/<repository>:<tag>" in prefect-fargate.config.ts`
      : "Wait some minutes and deploy again: prefect-fargate deploy",
  })),
  recognizer("image-for-another-platform", "other platform", ({ definition }, image) => ({
    sentence: `the image ${image} is not made for ${definition?.architecture ?? "X86_64"}, on which its tasks run.`,
    remedy: "Build it for that platform: docker buildx build --platform linux/amd64 --push …",
  })),
  recognizer("image-too-large", "too large", (_evidence, image) => ({
    sentence: `the image ${image} does not fit into the task's 20 GiB of storage.`,
    remedy: `Use a smaller image, and look at its layers: docker history ${image}`,
  })),
  recognizer("image-denied", "denied", ({ definition, region }, image) => ({
    sentence: `the registry does not give ${image} to ${roleName(definition?.executionRoleArn)}: it is private, or does not exist.`,
    remedy: /\.dkr\.ecr\./.test(image)
      ? `Look at who may pull it: aws ecr get-repository-policy --repository-name ${repositoryName(image)} --region ${region}`
      : `Check that everybody may pull it: docker logout && docker pull ${image}`,
  })),
  recognizer("image-not-found", "not found", (_evidence, image) => ({
    sentence: `there is no image ${image}.`,
    remedy: "Correct image in prefect-fargate.config.ts, then: prefect-fargate deploy",
  })),
  recognizer("image-not-pulled", "other", (_evidence, image) => ({
    sentence: `the image ${image} cannot be pulled.`,
    remedy: `Try it from here: docker pull ${image}`,
  })),
];

/** The image that was meant, or as the message names it when the definition could not be read. */
const imageOf = ({ definition }: Evidence, { text }: Saying): string =>
  definition?.image ??
  /(?:resolve ref|cannot pull|can't pull) ([^\s:]+(?::[\w.-]+)?)/.exec(text)?.[1] ??
  "of the worker";

const onDockerHub = (image: string): boolean => {
  const [first = "", ...rest] = image.split("/");
  return rest.length === 0 || !/[.:]/.test(first) || first === "docker.io";
};

const repositoryName = (image: string): string => image.replace(/^[^/]+\//, "").replace(/[:@].*$/, "");

const roleName = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "the execution role";
