interface Answer {
  readonly NextToken?: string | undefined;
}

/** The longest page that AWS Backup gives. */
export const longestPage = 1000;

/** Everything of a list, page by page. */
export async function allPages<Page extends Answer, Thing>(
  ask: (place: { MaxResults: number; NextToken?: string }) => Promise<Page>,
  thingsOf: (page: Page) => readonly Thing[],
): Promise<Thing[]> {
  const all: Thing[] = [];
  let token: string | undefined;
  do {
    const page = await ask({ MaxResults: longestPage, ...(token !== undefined && { NextToken: token }) });
    all.push(...thingsOf(page));
    token = page.NextToken;
  } while (token !== undefined);
  return all;
}
