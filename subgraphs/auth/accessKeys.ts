import { builder } from './builder.ts'

builder.queryField('accessKeys', (t) =>
  t.field({
    type: 'JSON',
    inaccessible: true,
    needs: 'sessions:verify',
    description: 'For the gateway alone: the public keys (JWK) of the access tokens that are good at the moment, the one that signs first.',
    resolve: (_root, _arguments, { auth }) => auth.accessKeys,
  }),
)
