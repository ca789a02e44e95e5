import { getOperationAST, parse } from "graphql";

import { answerOf } from "./answer.js";
import { stream } from "./stream.js";

/**
 * One GraphQL endpoint, spoken to with fetch: `send` for the page's own use, `fetcher` for GraphiQL.
 *
 * The access token lives in this closure and nowhere else: a reload of the page forgets it. `answers` holds the latest
 * data that GraphiQL received from queries and mutations, by root field, from which the examples take ids (see
 * fill.js). A change of person empties it, and ends the subscription that runs, as `endStream` does.
 */
export function connect(address) {
  const answers = {};
  let token = null;
  let endStream = () => {};

  function allHeaders(headers) {
    return { ...(token && { Authorization: `Bearer ${token}` }), ...headers };
  }

  async function send({ query, variables, operationName }, { headers } = {}) {
    const response = await fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json",
        ...allHeaders(headers),
      },
      body: JSON.stringify({ query, variables, operationName }),
    });
    return answerOf(response);
  }

  return {
    answers,
    send,
    endStream: () => endStream(),
    async fetcher(operation, options) {
      if (isSubscription(operation)) {
        const events = stream(address, operation, allHeaders(options?.headers));
        endStream = events.end;
        return events;
      }
      const result = await send(operation, options);
      Object.assign(answers, result.data);
      return result;
    },
    setToken(next) {
      endStream();
      token = next;
      for (const field of Object.keys(answers)) {
        delete answers[field];
      }
    },
  };
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    // Not GraphQL: the endpoint says what is wrong with it.
    return false;
  }
}
