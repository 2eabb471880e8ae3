import {
  CreateAppDocument,
  DestroyPersonalDataDocument,
  RotateDataKeyDocument,
  TenantSettingsDocument,
  UpdateAppDocument,
  UpdateTenantDocument,
  type CreateAppInput,
  type TenantSettingsQuery,
  type UpdateTenantInput,
} from './generated/graphql.ts'
import { useAnswerOf } from './useAnswerOf.ts'
import { useChange } from './useChange.ts'

export type TenantSettings = NonNullable<TenantSettingsQuery['tenant']>
export type TenantApp = NonNullable<TenantSettingsQuery['apps']>[number]

/** The tenant and its apps. Asked when `isAllowed`. */
export const useTenantSettings = (isAllowed: () => boolean) =>
  useAnswerOf(TenantSettingsDocument, ({ tenant, apps }) => (tenant === null || apps === null ? null : { tenant, apps }), isAllowed)

/** What can be changed of them; each is null when it was refused. */
export function useTenantChanges() {
  const { change, isBusy, failure, forget } = useChange()
  return {
    isBusy,
    failure,
    forget,
    update: async (input: UpdateTenantInput) => change(UpdateTenantDocument, { input }, [TenantSettingsDocument]),
    createApp: async (input: CreateAppInput) => change(CreateAppDocument, { input }, [TenantSettingsDocument]),
    updateApp: async (id: string, input: CreateAppInput) => change(UpdateAppDocument, { id, input }, [TenantSettingsDocument]),
    rotateDataKey: async () => change(RotateDataKeyDocument, {}),
    destroyPersonalData: async (confirm: string) => change(DestroyPersonalDataDocument, { confirm }),
  }
}
