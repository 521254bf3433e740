/**
 * The items that no other beats: none is at most as high in every cost and lower in one. Equal
 * items stay together, and the order is kept. Every item has as many costs as the others.
 */
export function paretoFront<T>(
  items: readonly T[],
  costsOf: (item: T) => readonly number[],
): readonly T[] {
  const points = items.map((item, place) => ({ item, place, costs: costsOf(item) }));
  const front: typeof points = [];
  // Who beats a point stands before it in this order, and is in the front or beaten by one that is.
  for (const point of points.toSorted((a, b) => lexicographic(a.costs, b.costs))) {
    if (!front.some(({ costs }) => beats(costs, point.costs))) front.push(point);
  }
  return front.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return (
    one.every((cost, index) => cost <= (other[index] as number)) &&
    one.some((cost, index) => cost < (other[index] as number))
  );
}

function lexicographic(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((cost, place) => cost !== other[place]);
  return index < 0 ? 0 : (one[index] as number) - (other[index] as number);
}
