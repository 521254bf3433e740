import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sendAll } from "../transport.ts";
import { EndpointPool } from "./endpoint-pool.ts";
import { type Behaviour, SimulatedEndpoint } from "./simulated-endpoint.test-support.ts";
import { SimulatedTime } from "./simulated-time.test-support.ts";

interface Simulation {
  readonly time: SimulatedTime;
  readonly endpoints: readonly SimulatedEndpoint[];
  readonly pool: EndpointPool;
  readonly told: string[];
}

const WELL: Behaviour = { latency: 10, deaths: [], statuses: [] };
const DEAD: Behaviour = { latency: 10, deaths: [[0, Infinity]], statuses: [] };

function simulate(
  behaviours: readonly Behaviour[],
  { seats = 2, patienceMs = 600_000 } = {},
): Simulation {
  const time = new SimulatedTime();
  const endpoints = behaviours.map(
    (behaviour, index) => new SimulatedEndpoint(`http://e${index}`, behaviour, time),
  );
  const told: string[] = [];
  const pool = new EndpointPool({
    members: endpoints,
    away: new Map(),
    seats,
    patienceMs,
    clock: time,
    readmit: (member, signal) => (member as SimulatedEndpoint).check(signal),
    onChange: (change) => told.push(change),
  });
  return { time, endpoints, pool, told };
}

const requestsOf = (count: number): { readonly path: string; readonly tokens: number }[] =>
  Array.from({ length: count }, (_, index) => ({ path: `/${index}`, tokens: 1 + (index % 7) }));

/** Alive again, and done with failing, long before patience ends. */
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  latency: fc.integer({ min: 1, max: 500 }),
  deaths: fc
    .array(fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 20_000 })), { maxLength: 4 })
    .map((gaps) => {
      let end = 0;
      return gaps.map(([alive, dead]): [number, number] => {
        const from = end + alive;
        end = from + dead;
        return [from, end];
      });
    }),
  statuses: fc.array(fc.constantFrom(200, 200, 429, 503), { maxLength: 20 }),
});

test("whoever dies, rests and comes back: every request is answered once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
      async (behaviours, count, seats) => {
        const { time, endpoints, pool } = simulate(behaviours, { seats, patienceMs: 3_600_000 });
        const requests = requestsOf(count);
        const paths = requests.map(({ path }) => path);
        expect(await time.until(sendAll(pool, requests))).toEqual(paths);
        const answered = endpoints.flatMap((each) => each.answered);
        expect(answered.toSorted()).toEqual(paths.toSorted());
        expect(Math.max(...endpoints.map(({ most }) => most))).toBeLessThanOrEqual(seats);
        await pool[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 150 },
  );
});

test("each request goes to the endpoint with the fewest tokens to do", async () => {
  const { time, endpoints, pool } = simulate([WELL, WELL], { seats: 10 });
  const requests = [100, 10, 10, 10].map((tokens, index) => ({ path: `/${index}`, tokens }));
  await time.until(sendAll(pool, requests));
  expect(endpoints.map(({ answered }) => answered)).toEqual([["/0"], ["/1", "/2", "/3"]]);
});

test("a slow endpoint gets less to do", async () => {
  const { time, endpoints, pool } = simulate([{ ...WELL, latency: 100 }, WELL]);
  await time.until(sendAll(pool, requestsOf(66)));
  const [slow = 0, fast = 0] = endpoints.map(({ answered }) => answered.length);
  expect(fast).toBeGreaterThan(5 * slow);
});

test("an endpoint that dies under its requests is left out, and told of when it is back", async () => {
  const dying: Behaviour = { ...WELL, deaths: [[5, 1500]] };
  const { time, endpoints, pool, told } = simulate([dying, WELL], { seats: 4 });
  await time.until(sendAll(pool, requestsOf(1200)));
  expect(told).toEqual([
    "http://e0: GET /0 got no answer: connect ECONNREFUSED; it is left out, 1 of 2 endpoints go on",
    "http://e0 is back, 2 of 2 endpoints go on",
  ]);
  expect(endpoints[0]?.answered.length).toBeGreaterThan(0);
});

test("an endpoint is asked in growing waits whether it is back", async () => {
  const { time, endpoints, pool } = simulate([DEAD, { ...WELL, latency: 60_000 }]);
  const checks: number[] = [];
  const [dead] = endpoints;
  const check = dead?.check.bind(dead);
  Object.assign(dead ?? {}, {
    check: (signal: AbortSignal) => {
      checks.push(time.now());
      return check?.(signal);
    },
  });
  await time.until(sendAll(pool, requestsOf(2)));
  const waits = checks.slice(1).map((at, index) => at - (checks[index] ?? 0));
  expect(waits.slice(0, 5)).toEqual([1001, 2001, 4001, 8001, 16_001]);
});

test("where none is left, all requests end with what became of each endpoint", async () => {
  const { time, pool, told } = simulate([DEAD, DEAD, DEAD], { patienceMs: 30_000 });
  const error = await time.until(sendAll(pool, requestsOf(20)).catch((reason: unknown) => reason));
  expect(error).toMatchObject({
    kind: "model",
    code: "ENDPOINT_UNREACHABLE",
    hint: expect.stringContaining("Are the servers running") as string,
  });
  for (const url of ["http://e0", "http://e1", "http://e2"]) {
    expect((error as Error).message).toContain(`${url}: GET /`);
  }
  expect(time.now()).toBeLessThan(31_000);
  expect(told.at(-1)).toContain("none is left");
});

test("a request that every endpoint fails is given up after four tries", async () => {
  const failing: Behaviour = { ...WELL, statuses: [500] };
  const twice: Behaviour = { ...WELL, statuses: [500, 500] };
  const { time, endpoints, pool } = simulate([twice, failing, failing]);
  const error = await time.until(pool.send({ path: "/poison" }).catch((reason: unknown) => reason));
  expect(error).toMatchObject({ code: "ENDPOINT_FAILED" });
  expect(await time.until(pool.send({ path: "/next" }))).toBe("/next");
  expect(endpoints.flatMap(({ answered }) => answered)).toEqual(["/next"]);
});

test("an abort ends what is under way and what waits, at once", async () => {
  const { time, endpoints, pool } = simulate([{ ...WELL, latency: 1e9 }, DEAD], { seats: 1 });
  const controller = new AbortController();
  const work = sendAll(pool, requestsOf(5), { signal: controller.signal });
  const failure = work.catch((reason: unknown) => reason);
  await time.until(time.wait(100, new AbortController().signal));
  controller.abort();
  const before = time.now();
  expect(await time.until(failure)).toMatchObject({ kind: "interrupted" });
  expect(time.now()).toBe(before);
  expect(endpoints.flatMap(({ answered }) => answered)).toEqual([]);
});

test("a closed pool refuses what it was asked and what it is asked", async () => {
  const { time, pool } = simulate([{ ...WELL, latency: 1e9 }, DEAD]);
  const before = pool.send({ path: "/before" }).catch((reason: unknown) => reason);
  await time.until(time.wait(100, new AbortController().signal));
  await pool[Symbol.asyncDispose]();
  const after = pool.send({ path: "/after" }).catch((reason: unknown) => reason);
  for (const each of [before, after]) {
    expect(await time.until(each)).toMatchObject({ code: "ENDPOINT_CLOSED" });
  }
});
