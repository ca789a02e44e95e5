import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { audit, context, port, schemas } from './graphs.mjs';

const audited = {
  onExecute: () => ({ onExecuteDone: ({ args }) => audit(args.contextValue, args.operationName) }),
};
const graphs = Object.entries(schemas).map(([audience, schema]) => [
  `/${audience}/`,
  createYoga({ schema, context, plugins: [audited], graphqlEndpoint: `/${audience}/graphql`, logging: false, graphiql: false }),
]);
createServer((request, response) => {
  const [, yoga] = graphs.find(([path]) => request.url.startsWith(path));
  yoga(request, response);
}).listen(port, '127.0.0.1');
