/** Takes a secret out of any text, as it stands there or in a form that servers echo it in. */
export function redactor(secret: string | null): (text: string) => string {
  const forms =
    secret === null || secret === ""
      ? []
      : [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString("base64"),
        ];
  return (text) =>
    forms
      .reduce((redacted, form) => redacted.replaceAll(form, "***"), text)
      .replace(/\b(Bearer|Basic)\s+[^\s"',}]+/gi, "$1 ***");
}
