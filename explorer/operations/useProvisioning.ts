import { useQuery } from '@vue/apollo-composable'
import { computed, ref, shallowRef } from 'vue'
import { isOver } from '../query/provisioning.ts'
import { failureOf } from '../session/failure.ts'
import { CreateTenantDocument, TenantProvisioningDocument, type CreateTenantInput, type CreateTenantMutation } from './generated/graphql.ts'
import { useChange } from './useChange.ts'

export type FirstKey = NonNullable<CreateTenantMutation['createTenant']['keys']>[number]

const everyMs = 1_000

/** Asks for a tenant, and follows how the one of this id is made. */
export function useProvisioning(id: () => string | null) {
  const { change, isBusy, failure } = useChange()
  /** Known this once, and as long as the page. */
  const keys = shallowRef<readonly FirstKey[]>([])
  const hasEnded = ref(false)
  const { result, error, onResult } = useQuery(
    TenantProvisioningDocument,
    () => ({ id: id() ?? '' }),
    () => ({ enabled: id() !== null, fetchPolicy: 'network-only' as const, pollInterval: hasEnded.value ? 0 : everyMs }),
  )
  onResult(({ data }) => {
    const made = data?.tenantProvisioning ?? null
    hasEnded.value = made !== null && isOver(made.status)
  })

  /** The id to follow; null when it was refused. */
  async function create(input: CreateTenantInput): Promise<string | null> {
    const made = (await change(CreateTenantDocument, { input }))?.createTenant ?? null
    if (made === null) return null
    keys.value = made.keys ?? []
    hasEnded.value = false
    return made.id
  }
  return {
    provisioning: computed(() => (id() === null ? null : (result.value?.tenantProvisioning ?? null))),
    problem: computed(() => failureOf(error.value)),
    keys,
    create,
    isBusy,
    failure,
  }
}
