/** Owns what a value is before XML is made of it: texts, fields by names, lists. */

/** A value with how it is written: `fields` are those of a struct or map. */
export type Written =
  | { readonly kind: 'text'; readonly text: string; /** How it stands in an attribute, where that is another text. */ readonly inAttribute?: string }
  | { readonly kind: 'struct'; readonly isMap?: boolean; readonly fields: readonly (readonly [name: string, value: Written | null])[] }
  | { readonly kind: 'list'; readonly items: readonly (Written | null)[] }
