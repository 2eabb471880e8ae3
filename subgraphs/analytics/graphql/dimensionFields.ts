import type { builder } from '../builder.ts'
import { dimensions, type DimensionDefinition, type EntityName } from '../model/dimensions.ts'
import { entityRefs } from './entities.ts'

/** What the dimension fields of a row read from it. */
export type DimensionReader = {
  readonly dimension: (field: string) => string | null
  readonly property: (name: string) => string | null
  readonly segment: (id: string) => boolean | null
}

/** The fields that show a row's groups, one per dimension of the model, `property` and `segment`. */
export function dimensionFields<Row extends DimensionReader>(t: FieldsOf<Row>, shown: readonly DimensionDefinition[] = dimensions) {
  const fields = shown.map((dimension) => [dimension.field, dimensionField(t, dimension)] as const)
  return {
    ...Object.fromEntries(fields),
    property: t.string({
      nullable: true,
      description: 'The value of a property that is grouped by; null when it is absent.',
      args: { name: t.arg.string({ required: true, description: 'As in groupBy.' }) },
      resolve: (row, { name }) => row.property(name),
    }),
    segment: t.boolean({
      nullable: true,
      description: 'Whether the row is of members of a segment that is grouped by, or of all others, events of nobody among them; null in totals.',
      args: { id: t.arg.id({ required: true, description: 'As in groupBy.' }) },
      resolve: (row, { id }) => row.segment(id),
    }),
  }
}

type FieldsOf<Row> = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Row>
type BuilderTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never

function dimensionField<Row extends DimensionReader>(t: FieldsOf<Row>, { field, entity, description }: DimensionDefinition) {
  const text = `${description} A dimension that is not in groupBy is the issue DIMENSION_NOT_GROUPED.`
  if (entity === null) return t.string({ nullable: true, description: text, resolve: (row) => row.dimension(field) })
  return t.field({
    type: entityRefs[entity satisfies EntityName],
    nullable: true,
    description: text,
    resolve: (row) => {
      const id = row.dimension(field)
      return id === null ? null : { id }
    },
  })
}
