// graphql-ws over the end of a token: it comes back by itself, with a new token.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, ...tokens] = process.argv.slice(2);
const closes = [];
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  connectionParams: () => ({ Authorization: `Bearer ${tokens.shift()}` }),
  on: { closed: ({ code, reason }) => closes.push([code, reason]) },
});
const next = [];
for await (const answer of client.iterate({ query: 'subscription { endless }' })) {
  next.push(answer);
  process.stdout.write('\n'); // the test ends the first token now
  if (next.length === 2) break;
}
await client.dispose();
process.stdout.write(JSON.stringify({ next, closes }));
