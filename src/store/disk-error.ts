import { dataError, messageOf, type PmpoError, usageError } from "../core/errors.ts";

/** What a failed file operation means to the person who runs the program. */
export function diskError(path: string, cause: unknown): PmpoError {
  switch (errorNumberCode(cause) ?? "") {
    case "ENOSPC":
    case "EDQUOT":
    case "SQLITE_FULL":
      return dataError(
        "DISK_FULL",
        `Cannot write ${path}: the disk is full`,
        "Free some space and try again: `pmpo resume` goes on with a run that had begun. What was recorded before is safe.",
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "SQLITE_READONLY":
      return usageError(
        "FOLDER_NOT_WRITABLE",
        `Cannot write ${path}: permission denied`,
        "Runs are stored in the folder .pmpo of the project; make it writable or use a copy of the project.",
      );
    case "ENOTDIR":
    case "EEXIST":
      return usageError(
        "FOLDER_NOT_WRITABLE",
        `Cannot write ${path}: a file stands where a folder should be`,
        "Runs are stored in the folder .pmpo of the project; move the file away.",
      );
    default:
      return usageError(
        "FILE_NOT_WRITABLE",
        `Cannot write ${path}: ${messageOf(cause)}`,
        "Check the path and the disk, then try again.",
      );
  }
}

/** The system's name of a failure, such as ENOENT. */
export function errorNumberCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
