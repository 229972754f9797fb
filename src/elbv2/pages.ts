/** All pages of a listing. */
export async function allPages<Page extends { readonly NextMarker?: string | undefined }>(
  ask: (from: { readonly Marker?: string }) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = []
  let marker: string | undefined
  do {
    const page = await ask(marker === undefined ? {} : { Marker: marker })
    pages.push(page)
    marker = page.NextMarker
  } while (marker !== undefined)
  return pages
}
