/** What conditions on `aws:ResourceTag/<key>` see of a resource. */
export function tagContext(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tags.map(({ Key = '', Value = '' }) => [`aws:resourcetag/${Key.toLowerCase()}`, Value]),
  );
}
