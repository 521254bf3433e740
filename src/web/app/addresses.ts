/** The page of a run. */
export function runAddress(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** The page of two runs beside each other. */
export function compareAddress(first: string, second: string): string {
  return `/compare?${new URLSearchParams({ first, second })}`;
}
