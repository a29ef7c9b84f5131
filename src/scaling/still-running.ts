/**
 * How durations scatter around their median. At 4, a quarter of the runs end before 0.76 and a quarter after 1.3
 * times the median.
 */
const SHAPE = 4;

/**
 * The chance that a run which has been going for `elapsed` seconds is still going `later` seconds from now.
 *
 * Durations follow a log-logistic law: most end near the median, but one that has outlasted it by far is
 * likely to go on, as heavy-tailed work does. A run of unknown duration is taken not to end.
 * https://en.wikipedia.org/wiki/Log-logistic_distribution
 */
export function stillRunning(medianSeconds: number | null, elapsed: number, later: number): number {
  if (medianSeconds === null || later <= 0) return 1;
  if (medianSeconds <= 0) return 0;
  const outlast = (seconds: number): number => 1 + (seconds / medianSeconds) ** SHAPE;
  return outlast(elapsed) / outlast(elapsed + later);
}

/** How many of its first `seconds` a run can be expected to be there: the area under its chance of still running. */
export function secondsRun(medianSeconds: number | null, seconds: number): number {
  const strip = seconds / STRIPS;
  let area = 0;
  for (let i = 0; i < STRIPS; i++) area += strip * stillRunning(medianSeconds, 0, (i + 0.5) * strip);
  return area;
}

/** Enough for a hundredth of a run. */
const STRIPS = 5;
