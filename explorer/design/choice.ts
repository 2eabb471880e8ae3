/** Something to pick: its value, what people read, and what is said beside it. */
export type Choice<Value extends string = string> = { readonly value: Value; readonly label: string; readonly hint?: string }
