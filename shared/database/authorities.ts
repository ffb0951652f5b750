/**
 * The variable that names the file with the certificate authorities which a database may have its certificate from, as
 * PEM. Each contract of a function that has databases in its world names it.
 */
export const authoritiesVariable = 'DATABASE_AUTHORITIES_FILE';
