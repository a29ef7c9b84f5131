import type { Evidence } from "../evidence.ts";
import type { Recognizer } from "../finding.ts";
import { findInLogs, type Saying } from "../sayings.ts";

const SOURCE = "https://docs.prefect.io/v3/concepts/workers";

/**
 * How a worker says that nobody answers. Prefect 2 ends with it. Prefect 3 goes on for ever, and its health check
 * stays good meanwhile. Only this line of it is about Prefect's API: its observer speaks of AWS in much the same words.
 */
const UNREACHED =
  /Unable to reach the Prefect API while starting up; the worker will keep attempting to connect: ([^|]{0,120}?)(?= Worker '|\s\d\d:\d\d:|$)|httpx\.(?:ConnectError|ConnectTimeout|ReadTimeout|PoolTimeout)(?:: ((?:(?!An exception| The above| During).){0,120}))?/;
const NAME_UNKNOWN =
  /Name or service not known|nodename nor servname|No address associated|name cannot be resolved/i;
/** Prefect 2 reads a page that is not JSON; Prefect 3 is told that there is no such path. */
const NOT_AN_API =
  /json\.decoder\.JSONDecodeError: Expecting value[^)]*\)|PrefectHTTPStatusError: Client error '404[^']*' for url '(?![^']*\/accounts\/)[^']*'/;

/** What the worker said of the API, if it could not reach it. */
function unreachedByWorker(evidence: Evidence): (Saying & { reason: string }) | undefined {
  const found = findInLogs(evidence, UNREACHED);
  return found && { ...found, reason: (found.match[1] ?? found.match[2] ?? "no answer").trim() };
}

const unreachedFromHere = ({ prefect: { problem } }: Evidence): string | undefined =>
  problem?.code === "PREFECT_UNREACHABLE" ? problem.message : undefined;

const apiUrlOf = ({ definition, prefect }: Evidence): string => definition?.apiUrl || prefect.apiUrl;

export const apiDown: Recognizer = {
  cause: "api-down",
  source: SOURCE,
  recognize(evidence) {
    const here = unreachedFromHere(evidence);
    if (!here || NAME_UNKNOWN.test(here)) return undefined;
    const there = unreachedByWorker(evidence);
    return {
      certainty: "certain",
      sentence: `the Prefect API at ${apiUrlOf(evidence)} does not answer, ${there ? "neither the worker nor this machine" : "so nobody can tell whether the worker is ONLINE"}.`,
      evidence: [here, ...(there ? [there.quote] : [])],
      remedy: `When it is up again: prefect-fargate deploy. See whether it is: curl ${evidence.prefect.apiUrl}/health, or https://status.prefect.io`,
    };
  },
};

export const apiUrlWrong: Recognizer = {
  cause: "api-url-wrong",
  source: SOURCE,
  recognize(evidence) {
    const told = apiUrlOf(evidence);
    const edit = "Correct prefect.apiUrl in prefect-fargate.config.ts";
    const notAnApi = findInLogs(evidence, NOT_AN_API);
    if (notAnApi)
      return {
        certainty: "certain",
        sentence: `what answers the worker at PREFECT_API_URL=${told} is not Prefect's API.`,
        evidence: [notAnApi.quote],
        remedy: `${edit}; the API of a server of your own ends in /api`,
        age: notAnApi.age,
      };
    const there = unreachedByWorker(evidence);
    const here = unreachedFromHere(evidence);
    if (NAME_UNKNOWN.test(there?.reason ?? here ?? ""))
      return {
        certainty: there && !here ? "likely" : "certain",
        sentence: `there is no host of the name in PREFECT_API_URL=${told}${there && !here ? ", as far as the worker's VPC knows" : ""}.`,
        evidence: [...(there ? [there.quote] : []), ...(here ? [here] : [])],
        remedy: there && !here ? `${edit}, or make the name known in the worker's VPC` : edit,
        ...(there ? { age: there.age } : {}),
      };
    if (there && !here && told !== evidence.prefect.apiUrl)
      return {
        certainty: "certain",
        sentence: `the worker is told PREFECT_API_URL=${told}, where nobody answers; the API is at ${evidence.prefect.apiUrl}.`,
        evidence: [there.quote],
        remedy: "Give the worker the same address: prefect-fargate deploy",
        age: there.age,
      };
    return undefined;
  },
};

export const noRouteToApi: Recognizer = {
  cause: "no-route-to-api",
  source: SOURCE,
  recognize(evidence) {
    const there = unreachedByWorker(evidence);
    const told = apiUrlOf(evidence);
    if (!there || unreachedFromHere(evidence) || NAME_UNKNOWN.test(there.reason)) return undefined;
    if (told !== evidence.prefect.apiUrl) return undefined;
    const itself = isLoopback(told);
    return {
      certainty: "certain",
      sentence: `the worker has no route to the Prefect API at ${told}, which answers from here.`,
      evidence: [there.quote],
      remedy: itself
        ? "On Fargate that address is the task itself: set prefect.apiUrl to the server's own address"
        : `Open the way: a route out of ${evidence.service?.subnetIds.join(", ") || "its subnets"}, and port ${portOf(told)} in the worker's and the server's security groups`,
      age: there.age,
    };
  },
};

/** Other ways in which this machine fails to ask: a key that is refused here may still be right in the secret. */
export const apiRefusesHere: Recognizer = {
  cause: "api-refuses-this-machine",
  source: "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
  recognize({ prefect: { problem } }) {
    if (!problem || problem.code === "PREFECT_UNREACHABLE") return undefined;
    return {
      certainty: "likely",
      sentence: `this machine may not ask Prefect whether the worker is ONLINE: ${problem.message}`,
      evidence: [`${problem.code} from here`],
      remedy: "Log in with a key of the same workspace: prefect cloud login, or PREFECT_API_KEY",
    };
  },
};

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);

const portOf = (url: string): string => {
  if (!URL.canParse(url)) return "443";
  const { port, protocol } = new URL(url);
  return port || (protocol === "http:" ? "80" : "443");
};
