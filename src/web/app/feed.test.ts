import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LiveRecord } from "../../report/live.ts";
import { EMPTY_FEED, type Feed, reportOf, withRecords } from "./feed.ts";

const record = (seq: number): LiveRecord => ({
  seq,
  seconds: seq,
  event: { type: "search-ended", reason: "patience", bestId: "c0" },
});

const numbersOf = ({ records }: Feed): readonly number[] => records.map(({ seq }) => seq);

test("however a connection breaks and begins again, no record is lost or doubled", () => {
  // Each connection tells from some earlier record on, as far as it gets.
  const connections = fc.array(fc.tuple(fc.nat(20), fc.nat(6)), { maxLength: 20 });
  fc.assert(
    fc.property(connections, (spans) => {
      let feed = EMPTY_FEED;
      for (const [back, length] of spans) {
        const from = Math.max(0, feed.records.length - back);
        feed = withRecords(
          feed,
          Array.from({ length }, (_, index) => record(from + index + 1)),
        );
        expect(numbersOf(feed)).toEqual(feed.records.map((_, index) => index + 1));
      }
    }),
  );
});

test("records behind a gap are left out, so that they are asked for again", () => {
  const feed = withRecords(EMPTY_FEED, [record(1), record(2)]);
  expect(numbersOf(withRecords(feed, [record(4)]))).toEqual([1, 2]);
});

test("there is no report before the start prompt was scored", () => {
  expect(reportOf(withRecords(EMPTY_FEED, [record(1)]))).toBeNull();
});
