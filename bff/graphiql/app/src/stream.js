import { createClient } from "graphql-sse";

import { answerOf } from "./answer.js";

/**
 * The answers of one subscription as they come, by server-sent events: an observable for GraphiQL, and `end`, which
 * ends it from elsewhere.
 *
 * Whatever goes wrong is an answer too, with errors. A stream that breaks off is not taken up again: what happened in
 * between would be missing without a word.
 */
export function stream(address, operation, headers) {
  const client = createClient({ url: address, credentials: "omit", headers, retryAttempts: 0 });
  return {
    end: client.dispose,
    subscribe(sink) {
      // An end that GraphiQL asked for is no news to it: told later, it would be taken for that of the next operation.
      let isWanted = true;
      const end = client.subscribe(operation, {
        next: (answer) => isWanted && sink.next(answer),
        complete: () => isWanted && sink.complete(),
        async error({ message, response }) {
          const answer = response
            ? await answerOf(response)
            : { errors: [{ message: `The stream broke off: ${message}` }] };
          if (isWanted) {
            sink.next(answer);
            sink.complete();
          }
        },
      });
      return {
        unsubscribe() {
          isWanted = false;
          end();
        },
      };
    },
  };
}
