import { type FileMetaData, parquetSchema, type SchemaElement } from "hyparquet";

/** Makes of a value what JSON would hold: text, number, true, false, null, lists and objects. */
type Convert = (value: unknown) => unknown;

/** Large integers become their digits, dates ISO 8601 text; bytes stay. */
export const plainValue: Convert = (value) => {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
};

/** How values of the columns are converted whose type says more than the value: decimals and single floats. */
export function columnConverters(metadata: FileMetaData): ReadonlyMap<string, Convert> {
  return new Map(
    parquetSchema(metadata).children.flatMap(({ element }) => {
      const convert = converterOf(element);
      return convert === null ? [] : [[element.name, convert] as const];
    }),
  );
}

function converterOf(element: SchemaElement): Convert | null {
  const { scale = 0, type, converted_type, num_children } = element;
  if (num_children !== undefined) return null;
  if (converted_type === "DECIMAL") return ofNumbers((value) => decimalText(value, scale));
  return type === "FLOAT" ? ofNumbers(shortestSingle) : null;
}

function ofNumbers(convert: (value: number) => unknown): Convert {
  return (value) => (typeof value === "number" ? convert(value) : plainValue(value));
}

/** With as many digits as the column has; a number that was rounded on the way stays one that is refused. */
function decimalText(value: number, scale: number): unknown {
  const units = Math.abs(value) * 10 ** scale;
  return units < Number.MAX_SAFE_INTEGER ? value.toFixed(scale) : Number.MAX_VALUE;
}

/** 0.1 in single precision is 0.10000000149011612 in double: the shortest number that means the same. */
function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
