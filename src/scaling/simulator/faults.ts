import type { Random } from "./random.ts";
import { DAY_SECONDS } from "./traces.ts";

/** What goes wrong in a day. Probabilities are per occasion. */
export interface FaultRates {
  /** Times a day at which the API is away for half an hour. */
  readonly outagesPerDay: number;
  /** Times a day at which every second request is answered 429, for five minutes. */
  readonly rateLimitSpellsPerDay: number;
  /** Deployments a day: all workers are replaced. */
  readonly deploymentsPerDay: number;
  /** A look whose answers are one to three minutes old, and say so. */
  readonly staleLooks: number;
  /** The same, unnoticed. */
  readonly silentlyStaleLooks: number;
  /** A look that is made twice, by another instance of the function that acts later. */
  readonly duplicateLooks: number;
  /** A minute in which nobody looks. */
  readonly missedMinutes: number;
  /** A change that AWS refuses: the desired count or the draining, each by itself. */
  readonly refusedChanges: number;
  /** A worker's call for protection that fails and is made again. */
  readonly refusedProtections: number;
}

export const NO_FAULTS: FaultRates = {
  outagesPerDay: 0,
  rateLimitSpellsPerDay: 0,
  deploymentsPerDay: 0,
  staleLooks: 0,
  silentlyStaleLooks: 0,
  duplicateLooks: 0,
  missedMinutes: 0,
  refusedChanges: 0,
  refusedProtections: 0,
};

/** Far more than any real day has. */
export const ALL_FAULTS: FaultRates = {
  outagesPerDay: 2,
  rateLimitSpellsPerDay: 6,
  deploymentsPerDay: 4,
  staleLooks: 0.02,
  silentlyStaleLooks: 0.03,
  duplicateLooks: 0.03,
  missedMinutes: 0.02,
  refusedChanges: 0.02,
  refusedProtections: 0.1,
};

const OUTAGE_SECONDS = 1_800;
const RATE_LIMIT_SPELL_SECONDS = 300;

/** The faults of one day. */
export interface Faults {
  readonly rates: FaultRates;
  readonly deployments: readonly number[];
  /** Why a request now gets no answer; undefined when it gets one. */
  refusal(now: number): string | undefined;
  /** Whether a fault with this probability happens now. */
  strikes(probability: number): boolean;
  /** How old stale answers are, in seconds. */
  staleness(): number;
}

export function createFaults(rates: FaultRates, random: Random): Faults {
  const moments = (perDay: number): number[] =>
    Array.from({ length: perDay }, () => random.between(0, DAY_SECONDS));
  const outages = moments(rates.outagesPerDay);
  const spells = moments(rates.rateLimitSpellsPerDay);
  const during = (starts: readonly number[], seconds: number, now: number): boolean =>
    starts.some((start) => now >= start && now < start + seconds);
  return {
    rates,
    deployments: moments(rates.deploymentsPerDay),
    refusal(now) {
      if (during(outages, OUTAGE_SECONDS, now)) return "Prefect could not be reached";
      if (during(spells, RATE_LIMIT_SPELL_SECONDS, now) && random.chance(0.5)) return "Prefect answered 429";
      return undefined;
    },
    strikes: (probability) => probability > 0 && random.chance(probability),
    staleness: () => random.between(60, 180),
  };
}
