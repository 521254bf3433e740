import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** The bytes of a zip file that stores its members uncompressed. */
export function storedZip(members: Readonly<Record<string, Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(members)) {
    const name = Buffer.from(path);
    // Version, flags, method, time, date: the fields that both kinds of header share, then sizes.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const body = Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, name, content]);
    directory.push(Buffer.from("PK\u0001\u0002\u0014\u0000"), shared, place, name);
    bodies.push(body);
    offset += body.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(bodies.length, 8);
  end.writeUInt16LE(bodies.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, index, end]);
}

/**
 * Puts a program called `command` into `folder` that acts as pip where the tests may not use a real
 * index. `script` is JavaScript; `pipArguments` and `destination` are there for it.
 */
export function writeFakePip(folder: string, command: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, command);
  writeFileSync(
    program,
    `#!${process.execPath}\n` +
      `const { copyFileSync, writeFileSync } = require("node:fs");\n` +
      `const pipArguments = require("node:process").argv.slice(2);\n` +
      `const destination = pipArguments[pipArguments.indexOf("--dest") + 1];\n${script}\n`,
  );
  chmodSync(program, 0o755);
}
