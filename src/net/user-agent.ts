declare const PKIUTILS_VERSION: string;

/** The name we go by: `pkiutils/0.2.0`. Unit tests, which are not built, have no version. */
export const userAgent = `pkiutils/${typeof PKIUTILS_VERSION === 'undefined' ? 'unbuilt' : PKIUTILS_VERSION}`;
