/** Simulated time: what is to happen is kept in order and done without waiting. */
export interface Clock {
  /** Seconds. */
  readonly now: number;
  at(time: number, action: () => void): void;
  after(seconds: number, action: () => void): void;
  /** Does everything that falls before `end`, and whatever that brings about; then it is `end`. */
  runUntil(end: number): void;
}

export function createClock(start: number): Clock {
  const agenda = createAgenda();
  let now = start;
  return {
    get now() {
      return now;
    },
    at: (time, action) => agenda.add(Math.max(time, now), action),
    after: (seconds, action) => agenda.add(now + seconds, action),
    runUntil(end) {
      for (let next = agenda.take(end); next; next = agenda.take(end)) {
        now = next.time;
        next.action();
      }
      now = end;
    },
  };
}

interface Entry {
  readonly time: number;
  /** Entries of the same time are done in the order in which they were added. */
  readonly order: number;
  readonly action: () => void;
}

/** A binary heap with the earliest entry on top. */
function createAgenda() {
  const heap: Entry[] = [];
  let added = 0;
  const earlier = (one: Entry, other: Entry): boolean =>
    one.time < other.time || (one.time === other.time && one.order < other.order);

  function add(time: number, action: () => void): void {
    const entry = { time, order: added++, action };
    let hole = heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!earlier(entry, heap[parent]!)) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = entry;
  }

  function take(before: number): Entry | undefined {
    const top = heap[0];
    if (top === undefined || top.time >= before) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) sink(last);
    return top;
  }

  function sink(entry: Entry): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, entry)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = entry;
  }

  return { add, take };
}
