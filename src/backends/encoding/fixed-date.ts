/** Templates that print today's date would score differently tomorrow: for them it is always this day. */
const FIXED_DATE: Readonly<Record<string, string>> = {
  "%Y": "2024",
  "%m": "07",
  "%d": "26",
  "%B": "July",
  "%b": "Jul",
  "%A": "Friday",
  "%a": "Fri",
  "%H": "12",
  "%M": "00",
  "%S": "00",
  "%y": "24",
  "%e": "26",
  "%j": "208",
  "%I": "12",
  "%p": "PM",
  "%%": "%",
};

/** The day by a format of strftime. "%-d" is "%d" without a leading zero. */
export function fixedDate(format: string): string {
  return format.replace(/%(-?)([A-Za-z%])/g, (field, short: string, letter: string) => {
    const text = FIXED_DATE[`%${letter}`];
    return text === undefined ? field : short === "" ? text : text.replace(/^0/, "");
  });
}

/** The day as chat templates take it by the name `date_string`. */
export const DATE_STRING: string = fixedDate("%d %b %Y");
