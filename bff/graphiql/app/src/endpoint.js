/**
 * One GraphQL endpoint, spoken to with fetch: `send` for the page's own use, `fetcher` for GraphiQL.
 *
 * The access token lives in this closure and nowhere else: a reload of the page forgets it. `answers` holds the latest
 * data that GraphiQL received, by root field, from which the examples take ids (see fill.js); a change of person
 * empties it.
 */
export function connect(address) {
  const answers = {};
  let token = null;

  async function send({ query, variables, operationName }, { headers } = {}) {
    const response = await fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json",
        ...(token && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      // A proxy or a crash answers in plain text: show it instead of a JSON parser's complaint.
      return { errors: [{ message: `HTTP ${response.status}: ${text || response.statusText}` }] };
    }
  }

  return {
    answers,
    send,
    async fetcher(operation, options) {
      const result = await send(operation, options);
      Object.assign(answers, result.data);
      return result;
    },
    setToken(next) {
      token = next;
      for (const field of Object.keys(answers)) {
        delete answers[field];
      }
    },
  };
}
