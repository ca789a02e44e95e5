// Apollo Server behind a bare node:http server: its own adapter for Express would only add to it.
import { createServer } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { audit, context, port, schemas } from './graphs.mjs';

const audited = {
  requestDidStart: async () => ({
    willSendResponse: ({ contextValue, operationName }) => audit(contextValue, operationName),
  }),
};
const graphs = [];
for (const [audience, schema] of Object.entries(schemas)) {
  const server = new ApolloServer({ schema, plugins: [audited] });
  await server.start();
  graphs.push([`/${audience}/`, server]);
}

async function answer(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const [, server] = graphs.find(([path]) => request.url.startsWith(path));
  const { headers: given, status, body } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search: '', body: JSON.parse(Buffer.concat(parts)) },
    context,
  });
  response.writeHead(status ?? 200, [...given].flat());
  response.end(body.string);
}

createServer(answer).listen(port, '127.0.0.1');
