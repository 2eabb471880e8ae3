import { builder } from './builder.ts'

builder.mutationField('suppressAddress', (t) =>
  t.boolean({
    inaccessible: true,
    needs: 'mail:suppress',
    description: 'For the gateway alone: the address gets no mail any more, since the provider says that one came back. True, also when it is listed already.',
    args: {
      address: t.arg.string({ required: true, description: 'The e-mail address.' }),
      reason: t.arg.string({ required: true, description: 'What the provider said, for whoever looks at the list.' }),
      mailId: t.arg.string({ required: true, description: 'Which mail came back, by the name that the provider has for it.' }),
    },
    resolve: async (_root, suppression, { auth }) => {
      await auth.suppressAddress(suppression)
      return true
    },
  }),
)
