import { failure } from '#ops/service/errors.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { builder } from './builder.ts'

builder.mutationFields((t) => ({
  rotateDataKey: t.int({
    needs: 'tenant:own',
    description:
      'Makes a new version of the key under which the personal data of the tenant is kept, and answers its number. Addresses of invitations go over to it; what else was kept before can still be read under the old one. It happens by itself every 90 days.',
    resolve: (_root, _arguments, { identity, personalData }) => personalData.rotate(requireTenant(identity)),
  }),
  destroyPersonalData: t.boolean({
    needs: 'tenant:own',
    description:
      'Destroys the keys under which personal data of the tenant is kept: the addresses and changed fields of its audit log, the addresses of invitations, the rejected events and the device ids can never be read again, and devices come back as new users. Accounts, which people log in with, and user ids of the tenant’s own are no part of it. The log itself stays and can be verified. What comes afterwards is kept under a new key.',
    args: { confirm: t.arg.string({ required: true, description: 'The short name of the tenant, so that it is no other one’s by mistake.' }) },
    resolve: async (_root, { confirm }, { identity, personalData }) => {
      const tenantId = requireTenant(identity)
      if (confirm !== identity.tenantSlug) {
        const message = 'must be the short name of this tenant'
        throw failure('BAD_USER_INPUT', { message: `confirm ${message}.` }, { fields: [{ field: 'confirm', message }] })
      }
      await personalData.destroy(tenantId)
      return true
    },
  }),
}))
