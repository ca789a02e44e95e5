/**
 * `node audit.mjs URL`: print the result of each audit of graphql-http as JSON. The token is in HEALTHMED_TOKEN.
 */
import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
const also = { Authorization: `Bearer ${process.env.HEALTHMED_TOKEN}`, "GraphQL-Require-Preflight": "1" };

const results = await auditServer({
  url,
  fetchFn: (address, options = {}) => fetch(address, { ...options, headers: { ...options.headers, ...also } }),
});
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
