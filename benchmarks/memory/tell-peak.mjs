/** Loaded before a program, writes the peak of its resident memory in bytes to file descriptor 3 when it ends. */
import { writeSync } from "node:fs";

process.on("exit", () => {
  // Node gives kibibytes.
  writeSync(3, String(process.resourceUsage().maxRSS * 1024));
});
