import { validationError } from '../aws-error.ts'
import { integer, text } from './shape.ts'

/** The parameters of every operation that answers in pages. */
export const paging = { Marker: text, PageSize: integer(1, 400) }

/** One page of `items`; the marker is opaque to the caller. */
export function pageOf<T>(
  items: readonly T[],
  asked: { readonly Marker?: string; readonly PageSize?: number; readonly most: number },
): { items: readonly T[]; next: { NextMarker?: string } } {
  const start = asked.Marker === undefined ? 0 : indexIn(asked.Marker)
  const end = start + Math.min(asked.PageSize ?? asked.most, asked.most)
  return { items: items.slice(start, end), next: end < items.length ? { NextMarker: markerAt(end) } : {} }
}

function markerAt(index: number): string {
  return Buffer.from(`from ${index}`).toString('base64url')
}

function indexIn(marker: string): number {
  const index = /^from (\d+)$/.exec(Buffer.from(marker, 'base64url').toString())?.[1]
  if (index === undefined) throw validationError(`The marker '${marker}' is not valid`)
  return Number(index)
}
