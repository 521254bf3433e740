import { expect, test } from "vitest";
import { endpointAddress, parseEndpointAddress } from "./endpoint.ts";

test.each(["50%model", "a#b c", "meta-llama/L-8B:latest"])(
  "the name %s comes back from its address",
  (model) => {
    const address = { url: "http://h:1/base", model };
    expect(parseEndpointAddress(endpointAddress(address))).toEqual(address);
  },
);

test("a % that begins no escape is refused with how to write it", () => {
  expect(() => parseEndpointAddress("http://h#50%model")).toThrow(
    expect.objectContaining({
      kind: "usage",
      code: "ENDPOINT_ADDRESS",
      hint: "Write % as %25.",
    }),
  );
  expect(parseEndpointAddress("http://h#50%25model").model).toBe("50%model");
});
