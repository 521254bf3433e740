/**
 * What opens models at servers. Loaded where there is a server: the HTTP client under it takes long
 * to read.
 * @module
 */
export { connectHttpModel, createHttpModel } from "./connect.ts";
export { connectHttpPool, createHttpPool } from "./pool/pool-model.ts";
