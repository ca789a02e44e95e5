import Fastify from 'fastify';
import mercurius from 'mercurius';
import { audit, context, port, schemas } from './graphs.mjs';

const app = Fastify();
for (const [audience, schema] of Object.entries(schemas)) {
  app.register(async (part) => {
    await part.register(mercurius, { schema, path: `/${audience}/graphql`, context, jit: 1 });
    part.graphql.addHook('onResolution', (_, ctx) => audit(ctx, ctx.reply.request.body.operationName));
  });
}
await app.listen({ host: '127.0.0.1', port });
