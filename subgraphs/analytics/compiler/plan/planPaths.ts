import { any } from '../../model/condition.ts'
import { later } from '../prepared/trace.ts'
import type { BoundPaths } from '../bound.ts'
import type { AnalyticsPlan, CollectEventPaths, Ordering } from './nodes.ts'

/** One scan, in which the steps of a user and what they lead to, or begin with, are collected together and cut into paths. */
export function planPaths(bound: BoundPaths): AnalyticsPlan {
  const { conversion, start, step, wantsPaths, wantsUsers, wantsRevenue } = bound
  const { startMs, endMs } = bound.range
  const around: CollectEventPaths['around'] =
    conversion === null
      ? { kind: 'start', condition: start }
      : { kind: 'conversion', condition: conversion.condition, fromMs: startMs, lookbackMs: conversion.lookbackMs }
  // Of each user there is one path, so those of a number of paths are as many.
  const countsUsers = conversion !== null
  const graph = bound.wantsGraph ? { events: bound.graphEvents, hasUsers: countsUsers && bound.wantsGraphUsers } : null
  const order: readonly Ordering[] = [
    { name: 'conversions', direction: 'DESC', as: 'number' },
    ...(countsUsers && wantsUsers ? [{ name: 'users', direction: 'DESC', as: 'number' } as const] : []),
    { name: 'path', direction: 'ASC', as: 'text' },
  ]
  return {
    kind: 'SortLimit',
    input: {
      kind: 'CountEventPaths',
      input: {
        kind: 'CollectEventPaths',
        input: {
          kind: 'ScanEvents',
          tenantId: bound.tenantId,
          table: 'events',
          // A conversion before the range ends the paths of those in it, and is read as far back as steps are.
          startMs: later(startMs, -(conversion?.lookbackMs ?? 0)),
          endMs,
          rowFilter: bound.rowFilter,
          condition: any(step, ...(around.condition === null ? [] : [around.condition])),
        },
        step,
        around,
        depth: bound.depth,
        collapses: bound.collapses,
        hasRevenue: wantsRevenue,
      },
      hasPaths: wantsPaths,
      hasTotals: bound.wantsTotals,
      hasUsers: countsUsers && wantsUsers,
      graph,
    },
    order: wantsPaths ? order : [],
    limitRows: bound.limitRows,
    showsRows: wantsPaths,
    layout: {
      kind: 'paths',
      groups: [],
      hasGraph: graph !== null,
      hasUsers: countsUsers && wantsUsers,
      hasRevenue: wantsRevenue,
      hasGraphUsers: graph !== null && graph.hasUsers,
    },
  }
}
