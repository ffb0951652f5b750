/** The text as a regular expression that matches just itself. */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * A pattern as IAM writes them in actions, resources and `Like` conditions: `*` is any run of characters, colons and
 * slashes included, and `?` is any one character.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function iamGlob(pattern: string, flags: '' | 'i' = ''): RegExp {
  const source = pattern.replaceAll(/[*?]|[^*?]+/g, (token) =>
    token === '*' ? '.*' : token === '?' ? '.' : escapeRegExp(token),
  );
  return new RegExp(`^${source}$`, `s${flags}`);
}
