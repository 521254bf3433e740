import {
  type Candidate,
  fillTemplate,
  type Layout,
  type Message,
  type RenderedPrompt,
} from "../core/candidate.ts";

/** Input variables by name. */
type Inputs = Readonly<Record<string, string>>;

/** Fills in one example: instruction, demonstrations and input as the candidate's layout has them. */
export function renderPrompt(candidate: Candidate, inputs: Inputs): RenderedPrompt {
  const { layout } = candidate;
  return layout.kind === "plain"
    ? { kind: "text", text: renderPlain(candidate, layout, inputs) }
    : { kind: "chat", messages: renderChat(candidate, layout, inputs) };
}

type ChatLayout = Exclude<Layout, { kind: "plain" }>;

function renderChat(candidate: Candidate, layout: ChatLayout, inputs: Inputs): readonly Message[] {
  const { instruction, demonstrations } = candidate;
  const turn = (of: Inputs): readonly Message[] => userTurn(instruction, layout, of);
  return [
    ...opening(instruction, layout, inputs),
    ...demonstrations.flatMap((demonstration): readonly Message[] => [
      ...turn(demonstration.inputs),
      { role: "assistant", content: demonstration.target },
    ]),
    ...turn(inputs),
  ];
}

/** What stands once, before all turns. */
function opening(instruction: string, layout: ChatLayout, inputs: Inputs): readonly Message[] {
  switch (layout.kind) {
    case "system":
      return instruction === "" ? [] : [{ role: "system", content: instruction }];
    case "messages":
      return layout.messages
        .filter(({ role }) => role === "system")
        .map((message) => fillMessage(message, instruction, inputs));
    case "user":
    case "user-last":
    case "template":
      return [];
  }
}

/** What stands before every answer, demonstrated or asked for. */
function userTurn(instruction: string, layout: ChatLayout, inputs: Inputs): readonly Message[] {
  const input = inputText(inputs);
  switch (layout.kind) {
    case "system":
      return [{ role: "user", content: input }];
    case "user":
      return user(instruction, input);
    case "user-last":
      return user(input, instruction);
    case "template":
      return [{ role: "user", content: fillTemplate(instruction, inputs) }];
    case "messages":
      return layout.messages
        .filter(({ role }) => role !== "system")
        .map((message) => fillMessage(message, instruction, inputs));
  }
}

function user(...parts: readonly string[]): readonly Message[] {
  return [{ role: "user", content: parts.filter((part) => part !== "").join("\n\n") }];
}

function fillMessage(message: Message, instruction: string, inputs: Inputs): Message {
  // The instruction may itself hold variables.
  const values = { ...inputs, instruction: fillTemplate(instruction, inputs) };
  return { role: message.role, content: fillTemplate(message.content, values) };
}

function renderPlain(
  { instruction, demonstrations }: Candidate,
  names: { readonly inputName: string; readonly targetName: string },
  inputs: Inputs,
): string {
  const block = (of: Inputs, target: string): string =>
    `${plainInput(names.inputName, of)}\n${names.targetName}: ${target}`;
  return [
    ...(instruction === "" ? [] : [instruction]),
    ...demonstrations.map((demonstration) => block(demonstration.inputs, demonstration.target)),
    block(inputs, ""),
  ].join("\n\n");
}

function plainInput(name: string, inputs: Inputs): string {
  const entries = Object.entries(inputs);
  return entries.length === 1
    ? `${name}: ${entries[0]?.[1] ?? ""}`
    : entries.map(([variable, value]) => `${titled(variable)}: ${value}`).join("\n");
}

/** One variable stands for itself; several are told apart by their names. */
export function inputText(inputs: Inputs): string {
  const entries = Object.entries(inputs);
  return entries.length === 1
    ? (entries[0]?.[1] ?? "")
    : entries.map(([name, value]) => `${titled(name)}: ${value}`).join("\n");
}

/** A field name as a person would write it before a colon: `product_name` becomes `Product name`. */
export function titled(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
