// graphql-ws, the protocol's reference client, against the server at argv[2]: what it received, as JSON on stdout.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
const closes = [];
const connections = { opened: 0 };

function client(options = {}) {
  return createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 3,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    on: {
      connected: () => (connections.opened += 1),
      closed: ({ code, reason }) => closes.push([code, reason]),
    },
    ...options,
  });
}

// Everything that an operation gives; an error where it ends with one.
function all(of, payload) {
  return new Promise((resolve) => {
    const next = [];
    of.subscribe(payload, {
      next: (answer) => next.push(answer),
      error: (error) => resolve({ next, error: error.code ?? error.map(({ extensions }) => extensions.code) }),
      complete: () => resolve({ next }),
    });
  });
}

const nobody = client();
const patient = client({ connectionParams: async () => ({ Authorization: `Bearer ${token}` }), keepAlive: 20 });
const answers = {
  query: await all(nobody, { query: '{ hello }' }),
  mutation: await all(nobody, { query: 'mutation ($t: String!) { shout(text: $t) }', variables: { t: 'hi' } }),
  subscription: await all(nobody, { query: 'subscription { count(to: 3) }' }),
  invalid: await all(nobody, { query: '{ nothing }' }),
  unauthenticated: await all(nobody, { query: '{ mine }' }),
  authenticated: await all(patient, { query: '{ mine }' }),
  badToken: await all(client({ retryAttempts: 0, connectionParams: { Authorization: 'Bearer x' } }), {
    query: '{ hello }',
  }),
};

// Two at once over one socket; one is left, the other goes on.
const endless = patient.iterate({ query: 'subscription { endless }' });
answers.endless = (await endless.next()).value;
answers.beside = await all(patient, { query: 'subscription { count(to: 2) }' });
await new Promise((resolve) => setTimeout(resolve, 100)); // pings and pongs meanwhile
await endless.return();

await nobody.dispose();
await patient.dispose();
process.stdout.write(JSON.stringify({ answers, closes, connections }));
