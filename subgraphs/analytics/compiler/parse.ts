import type {
  AttributionInput,
  AttributionRequest,
  CohortsInput,
  CohortsRequest,
  FunnelInput,
  FunnelRequest,
  MetricsInput,
  MetricsRequest,
  PathsInput,
  PathsRequest,
  SegmentSizeInput,
  SegmentSizeRequest,
  SelectedField,
} from './request.ts'

/** Puts arguments and selection side by side; decides nothing. */
export function parseMetrics(input: MetricsInput, selection: readonly SelectedField[]): MetricsRequest {
  return { kind: 'metrics', input, ...parseTable(selection) }
}

export function parseAttribution(input: AttributionInput, selection: readonly SelectedField[]): AttributionRequest {
  return { kind: 'attribution', input, ...parseTable(selection) }
}

export function parseSegmentSize(input: SegmentSizeInput, selection: readonly SelectedField[]): SegmentSizeRequest {
  return { kind: 'segmentSize', input, fields: selection }
}

function parseTable(selection: readonly SelectedField[]): Pick<MetricsRequest, 'rows' | 'totals' | 'asksTruncation'> {
  return { rows: below(selection, 'rows'), totals: below(selection, 'totals'), asksTruncation: asksTruncation(selection) }
}

const asksTruncation = (selection: readonly SelectedField[]): boolean => (below(selection, 'info') ?? []).some(({ name }) => name === 'isTruncated')

export function parseCohorts(input: CohortsInput, selection: readonly SelectedField[]): CohortsRequest {
  const rows = below(selection, 'rows') ?? []
  const mean = below(selection, 'mean')
  return { kind: 'cohorts', input, rows, periods: below(rows, 'periods') ?? [], mean, meanPeriods: below(mean ?? [], 'periods') ?? [] }
}

export function parseFunnel(input: FunnelInput, selection: readonly SelectedField[]): FunnelRequest {
  const rows = below(selection, 'rows') ?? []
  return { kind: 'funnel', input, rows, steps: below(rows, 'steps') ?? [] }
}

export function parsePaths(input: PathsInput, selection: readonly SelectedField[]): PathsRequest {
  const [paths, totals, graph] = [below(selection, 'paths'), below(selection, 'totals'), below(selection, 'graph')]
  return { kind: 'paths', input, paths, totals, graph, asksTruncation: asksTruncation(selection) }
}

/** The fields below every selection of the field; null when it is not selected. The same field under two response keys counts once. */
function below(selection: readonly SelectedField[], name: string): readonly SelectedField[] | null {
  const selected = selection.filter((field) => field.name === name)
  return selected.length === 0 ? null : selected.flatMap((field) => field.fields)
}
