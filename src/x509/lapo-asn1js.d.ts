declare module '@lapo/asn1js/oids.js' {
  /** By OID: description, comment, and whether it is outdated. */
  export const oids: Readonly<Record<string, { readonly d: string; readonly c: string; readonly w?: boolean }>>;
}
