const { abs, exp, log, sqrt, PI } = Math;

/** The probability that a standard normal variable is at most `z`; absolute error below 1e-14. */
export function normalProbability(z: number): number {
  const distance = abs(z);
  const tail = distance > 38 ? 0 : distance < 3 ? 0.5 - centre(distance) : upperTail(distance);
  return z < 0 ? tail : 1 - tail;
}

/** The `z` below which a standard normal variable lies with the given probability. */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`Expected a probability between 0 and 1, got ${probability}`);
  }
  if (probability === 0) return -Infinity;
  if (probability === 1) return Infinity;
  // The upper half is mirrored so that both halves are equally exact.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let low = -40;
  let high = 0;
  for (let step = 0; step < 100 && high - low > 1e-15 * abs(low); step++) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability between 0 and z, by the series z + z³/3 + z⁵/(3·5) + … times the density. */
function centre(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum * density(z);
}

/** The probability above z, by Laplace's continued fraction density / (z + 1/(z + 2/(z + …))). */
function upperTail(z: number): number {
  let fraction = z;
  for (let depth = 120; depth > 0; depth--) fraction = z + depth / fraction;
  return density(z) / fraction;
}

function density(z: number): number {
  return exp(-(z * z) / 2 - log(sqrt(2 * PI)));
}

/** A number drawn from the standard normal distribution by one that is uniform in [0, 1). */
export function normalDeviate(uniform: number): number {
  return normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform)));
}
