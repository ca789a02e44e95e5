// graphql-sse, the protocol's reference client, against the server at argv[2]: what it received, as JSON on stdout.
import { createClient } from 'graphql-sse';

const [url, token] = process.argv.slice(2);

function client(options = {}) {
  return createClient({ url, retryAttempts: 0, ...options });
}

// Everything that an operation gives; the status where it ends with one.
function all(of, payload) {
  return new Promise((resolve) => {
    const next = [];
    of.subscribe(payload, {
      next: (answer) => next.push(answer),
      error: (error) => resolve({ next, status: error.response?.status ?? String(error) }),
      complete: () => resolve({ next }),
    });
  });
}

const nobody = client();
const patient = client({ headers: async () => ({ Authorization: `Bearer ${token}` }) });
const answers = {
  query: await all(nobody, { query: '{ hello }' }),
  mutation: await all(nobody, { query: 'mutation ($t: String!) { shout(text: $t) }', variables: { t: 'hi' } }),
  subscription: await all(nobody, { query: 'subscription { count(to: 3) }' }),
  invalid: await all(nobody, { query: '{ nothing }' }),
  unauthenticated: await all(nobody, { query: '{ mine }' }),
  authenticated: await all(patient, { query: '{ mine }' }),
};

const endless = patient.iterate({ query: 'subscription { endless }' });
answers.endless = (await endless.next()).value;
await new Promise((resolve) => setTimeout(resolve, 100)); // comments meanwhile
await endless.return();

nobody.dispose();
patient.dispose();
process.stdout.write(JSON.stringify({ answers }));
