import { overloaded, tooManyRequests } from './requestError.ts'

export type AdmissionLimits = {
  /** Bytes of bodies taken and not yet answered, of all tenants and of one. */
  readonly bytes: number
  readonly bytesPerTenant: number
  /** The same as numbers of requests. */
  readonly requests: number
  readonly requestsPerTenant: number
}

/** A request's place; give it back once, when the request is answered. */
export type Ticket = { readonly grow: (bytes: number) => void; readonly leave: () => void }
/** `share` is a tenant and the kind of its keys: each has the limits of a tenant to itself. */
export type Admission = { readonly enter: (share: string, bytes: number) => Ticket; readonly waiting: () => Load }
type Load = { requests: number; bytes: number }

/** Bounds what is held in memory, before a body is read. Throws a RequestError: 429 when one tenant has too much waiting, 503 when all have. */
export function createAdmission(limits: AdmissionLimits): Admission {
  const total: Load = { requests: 0, bytes: 0 }
  const tenants = new Map<string, Load>()

  function check(tenant: Load, bytes: number): void {
    // A request alone is always taken: bodies have their own limit.
    if (tenant.requests > 0 && (tenant.bytes + bytes > limits.bytesPerTenant || tenant.requests >= limits.requestsPerTenant)) throw tooManyRequests()
    if (total.requests > 0 && (total.bytes + bytes > limits.bytes || total.requests >= limits.requests)) throw overloaded()
  }

  function enter(share: string, bytes: number): Ticket {
    const tenant = tenants.get(share) ?? { requests: 0, bytes: 0 }
    check(tenant, bytes)
    tenants.set(share, tenant)
    tenant.requests += 1
    total.requests += 1
    let held = 0
    const hold = (more: number): void => {
      held += more
      tenant.bytes += more
      total.bytes += more
    }
    hold(bytes)
    let hasLeft = false
    return {
      grow: (more) => {
        if (hasLeft) return
        if (tenant.requests > 1 && tenant.bytes + more > limits.bytesPerTenant) throw tooManyRequests()
        if (total.requests > 1 && total.bytes + more > limits.bytes) throw overloaded()
        hold(more)
      },
      leave: () => {
        if (hasLeft) return
        hasLeft = true
        hold(-held)
        tenant.requests -= 1
        total.requests -= 1
        if (tenant.requests === 0) tenants.delete(share)
      },
    }
  }
  return { enter, waiting: () => ({ ...total }) }
}
