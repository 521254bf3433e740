import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach } from "vitest";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

let started: Promise<Browser> | null = null;
const contexts: BrowserContext[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

afterAll(async () => {
  await (await started)?.close();
});

/** How a reader sees a page. */
interface Reader {
  readonly width?: number;
  readonly colours?: "light" | "dark";
  readonly javaScript?: boolean;
}

/** A page that is open in a browser, with all that went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors, messages of the console, dialogs, and requests for anything but the file or the server itself. */
  readonly mishaps: readonly string[];
}

/** Opens a file as a reader would who double-clicks it. */
export function openFile(path: string, reader: Reader = {}): Promise<OpenPage> {
  const address = `file://${path}`;
  return openAddress(address, reader, (asked) => asked === encodeURI(address));
}

/** Opens a page of a server, which may ask that server for more. */
export function openServed(address: string, reader: Reader = {}): Promise<OpenPage> {
  const { origin } = new URL(address);
  return openAddress(address, reader, (asked) => new URL(asked).origin === origin);
}

async function openAddress(
  address: string,
  { width = 1280, colours = "light", javaScript = true }: Reader,
  isOwn: (asked: string) => boolean,
): Promise<OpenPage> {
  started ??= chromium.launch({ executablePath: chromiumFile(), args: ["--no-sandbox"] });
  const context = await (
    await started
  ).newContext({
    viewport: { width, height: 800 },
    colorScheme: colours,
    javaScriptEnabled: javaScript,
  });
  contexts.push(context);
  const page = await context.newPage();
  const mishaps: string[] = [];
  page.on("pageerror", (error) => mishaps.push(`error: ${error.message}`));
  page.on("console", (message) => mishaps.push(`console: ${message.text()}`));
  page.on("dialog", (dialog) => {
    mishaps.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const asked = request.url();
    if (!isOwn(asked) && !/^data:(font|image)\//.test(asked)) mishaps.push(`request: ${asked}`);
  });
  await page.goto(address);
  return { page, mishaps };
}

function chromiumFile(): string {
  const named = process.env["CHROMIUM"];
  const found = named ?? USUAL_PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    "These tests need Chromium. Install it (Debian: apt-get install chromium), or name its file in CHROMIUM.",
  );
}
