/** A module of the built package that the package does not export. */
export function built(path: string): Promise<unknown> {
  return import(new URL(`../dist/${path}`, import.meta.url).href);
}
