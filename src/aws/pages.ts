/** All pages of a listing of ELBv2's. */
export const allMarkedPages = <Page extends { readonly NextMarker?: string | undefined }>(
  ask: (from: { readonly Marker?: string }) => Promise<Page>,
): Promise<Page[]> =>
  allPages((Marker) => ask(Marker === undefined ? {} : { Marker }), { nextOf: (page) => page.NextMarker })

/** All pages of a listing of the newer services. */
export const allTokenPages = <Page extends { readonly NextToken?: string | undefined }>(
  ask: (from: { readonly NextToken?: string }) => Promise<Page>,
): Promise<Page[]> =>
  allPages((NextToken) => ask(NextToken === undefined ? {} : { NextToken }), {
    nextOf: (page) => page.NextToken,
  })

async function allPages<Page>(
  ask: (from: string | undefined) => Promise<Page>,
  { nextOf }: { readonly nextOf: (page: Page) => string | undefined },
): Promise<Page[]> {
  const pages: Page[] = []
  let next: string | undefined
  do {
    const page = await ask(next)
    pages.push(page)
    next = nextOf(page)
    // Some services end with an empty one.
  } while (next !== undefined && next !== '')
  return pages
}
