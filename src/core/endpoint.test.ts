import { expect, test } from "vitest";
import {
  endpointAddress,
  modelPlaceName,
  parseEndpointAddress,
  parseModelPlace,
} from "./endpoint.ts";

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

test.each([
  ["http://a:1/v1, http://b:2/#org/L-8B", ["http://a:1", "http://b:2"], "org/L-8B"],
  ["http://a:1,https://b/base", ["http://a:1", "https://b/base"], null],
  ["http://a:1#one,two", ["http://a:1"], "one,two"],
])("the place %s names its servers and their model", (name, urls, model) => {
  const place = parseModelPlace(name);
  expect(place).toEqual({ urls, model });
  expect(parseModelPlace(modelPlaceName(place))).toEqual(place);
});

test.each([
  ["http://a#x,http://b#x", /http:\/\/a#x: the model is named once, behind the last/],
  ["http://a,http://a/v1#x", /http:\/\/a is listed twice/],
  ["http://a,http://me:s3cret@b#x", /http:\/\/b\/: the address of a server must hold no user/],
  ["http://a,http://me:s3#cret@b", /http:\/\/\*\*\*@b: not the address/],
])("the place %s is refused", (name, message) => {
  expect(() => parseModelPlace(name)).toThrow(message);
});
