import { modelError, PmpoError } from "../../core/errors.ts";

/** What is known of a failed request. */
interface HttpFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** How often the same request is worth trying again; Infinity: as long as patience lasts. */
  readonly retries: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A request that failed, and whether trying it again makes sense: decided here, once. */
export class HttpError extends PmpoError {
  readonly retries: number;
  readonly retryAfterMs: number;

  constructor({ code, message, hint, retries, retryAfterMs = 0 }: HttpFailure) {
    super("model", code, message, hint === undefined ? {} : { hint });
    this.retries = retries;
    this.retryAfterMs = retryAfterMs;
  }

  get isRetryable(): boolean {
    return this.retries > 0;
  }

  /** Whether it is how servers answer that have no such address: so now, and so again. */
  get isLasting(): boolean {
    return this.retries === 0 || (this.code === "ENDPOINT_FAILED" && Number.isFinite(this.retries));
  }
}

const PATIENTLY = Infinity;
const A_FEW_TIMES = 3;

/** What a server answered instead of a result. */
export interface ErrorReply {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  /** Where a redirect leads. */
  readonly location: string | null;
}

/** The error of a status that is no success. `request` names endpoint and path. */
export function statusError(request: string, reply: ErrorReply): HttpError {
  const { status, body } = reply;
  const message = `${request} was answered with ${status}: ${serverMessage(body)}`;
  if (status >= 300 && status < 400) {
    const target = reply.location === null ? "another address" : reply.location;
    return new HttpError({
      code: "ENDPOINT_REDIRECTS",
      message: `${request} was redirected to ${target}`,
      hint: "Name that address as the endpoint.",
      retries: 0,
    });
  }
  // 529 is Anthropic's 503; without credit no waiting helps.
  if ([429, 503, 529].includes(status) && !body.includes("insufficient_quota")) {
    const retryAfterMs = retryAfterOf(reply.retryAfter);
    return new HttpError({
      code: "ENDPOINT_BUSY",
      message,
      hint: "Ask it less at a time: lower `concurrency` of the endpoint.",
      retries: PATIENTLY,
      retryAfterMs,
    });
  }
  if (body.includes(SCALE_OUT_DISABLED)) {
    return new HttpError({
      code: "ENDPOINT_REFUSED",
      message,
      hint: "Start vLLM with --enable-scale-out, or leave out `api: vllm-suffix`.",
      retries: 0,
    });
  }
  const known = KNOWN[status];
  if (known !== undefined) return new HttpError({ ...known, message });
  return status >= 500
    ? new HttpError({
        code: "ENDPOINT_FAILED",
        message,
        hint: "The server's own log says more.",
        // JSON has no infinity: the same request will fail the same way.
        retries: body.includes("not JSON compliant") ? 0 : A_FEW_TIMES,
      })
    : new HttpError({ code: "ENDPOINT_REFUSED", message, retries: 0 });
}

/** How vLLM refuses to score answers alone where it was not started for it. */
const SCALE_OUT_DISABLED = "Scale-out endpoints are disabled";

const UNAUTHORIZED = {
  code: "ENDPOINT_UNAUTHORIZED",
  hint: "Put the key into an environment variable and name it: `key` of the model in pmpo.yaml, or --key with `pmpo probe`.",
  retries: 0,
};
const GATEWAY = {
  code: "ENDPOINT_FAILED",
  hint: "The server behind the address does not answer.",
  retries: PATIENTLY,
};
const TIMED_OUT = { code: "ENDPOINT_TIMEOUT", retries: A_FEW_TIMES };

const KNOWN: Readonly<Record<number, Omit<HttpFailure, "message">>> = {
  401: UNAUTHORIZED,
  403: UNAUTHORIZED,
  404: {
    code: "ENDPOINT_NOT_FOUND",
    hint: "`pmpo probe --endpoint URL` says which models and which interface an endpoint has.",
    retries: 0,
  },
  408: TIMED_OUT,
  409: { code: "ENDPOINT_FAILED", retries: A_FEW_TIMES },
  413: {
    code: "ENDPOINT_TOO_LARGE",
    hint: "Send less at a time: lower `batchTokens` of the endpoint.",
    retries: 0,
  },
  502: GATEWAY,
  504: GATEWAY,
};

const LONGEST_WAIT_MS = 60_000;

/** Seconds or a date, as the header has it; at most a minute. */
function retryAfterOf(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS) : 0;
}

const LONGEST_MESSAGE = 400;

/** What a server says of an error, in whichever of the usual places. */
function serverMessage(body: string): string {
  const text = messageIn(parsed(body)) ?? body;
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "no reason given";
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)} …` : line;
}

function messageIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return null;
  const { error, message, detail } = value as Record<string, unknown>;
  const found = messageIn(error) ?? messageIn(message) ?? messageIn(detail);
  return found ?? (detail === undefined ? null : JSON.stringify(detail));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The error of a request that got no answer at all. */
export function networkError(request: string, code: string, reason: string): HttpError {
  const message = `${request} got no answer: ${reason}`;
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) {
    return new HttpError({
      code: "ENDPOINT_CERTIFICATE",
      message,
      hint: "NODE_EXTRA_CA_CERTS names a file with the certificate of your own authority.",
      retries: 0,
    });
  }
  return new HttpError({
    code: "ENDPOINT_UNREACHABLE",
    message,
    hint: "Is the server running, and is this its address?",
    retries: code === "ENOTFOUND" ? A_FEW_TIMES : PATIENTLY,
  });
}

/** The error of a request that cannot be sent at all, now or later. */
export function unsentError(request: string, reason: string): HttpError {
  return new HttpError({
    code: "ENDPOINT_UNSENDABLE",
    message: `${request} cannot be sent: ${reason}`,
    hint: "HTTP is not spoken at some ports, such as 25 or 6000, and a key holds no line break and no typographic character.",
    retries: 0,
  });
}

/** The error of a request whose answer did not come in time. */
export function timeoutError(request: string, timeoutMs: number): HttpError {
  return new HttpError({
    ...TIMED_OUT,
    message: `${request} was not answered within ${timeoutMs / 1000} s`,
    hint: "Raise `timeoutSeconds` of the endpoint, or send less at a time: `batchTokens`.",
  });
}

/** The error of a reply that cannot be used. */
export function badReply(request: string, problem: string, hint?: string): HttpError {
  return new HttpError({
    code: "ENDPOINT_BAD_REPLY",
    message: `${request}: ${problem}`,
    ...(hint === undefined ? {} : { hint }),
    retries: 0,
  });
}

/** The error of work with a model that was closed. */
export function endpointClosed(): PmpoError {
  return modelError("ENDPOINT_CLOSED", "The model was closed and cannot be asked any more");
}
