import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { octetsSource } from '../../input/source.js';
import { PileBudget } from '../../trust/budget.js';
import { addTo, comparableName } from '../../trust/name-index.js';
import { issuerAmong } from '../../trust/revocation/issuer.js';
import type { Certificate } from '../../x509/certificate.js';
import { type SourceProblem, sourceProblem } from './verdict.js';
import { isWebUrl, type Web } from './web.js';

/** The issuer of a certificate, or the reasons why it could not be had. */
export type FoundIssuer = { readonly issuer: Certificate } | { readonly problems: readonly SourceProblem[] };

/** Finds issuers: among the certificates at hand, then where a certificate says its issuer's is. */
export class Issuers {
  readonly #atHand: Certificate[];
  readonly #byName: Map<string, Certificate[]> = new Map();
  readonly #budget: PileBudget;
  readonly #web: Web;
  readonly #at: number;
  readonly #fetched = new Map<string, Promise<readonly Certificate[]>>();

  constructor(atHand: readonly Certificate[], web: Web, at: number) {
    this.#atHand = [...atHand];
    for (const each of atHand) this.#index(each);
    this.#budget = new PileBudget(atHand.length);
    this.#web = web;
    this.#at = at;
  }

  /** The certificates at hand, those that were fetched among them. */
  get known(): readonly Certificate[] {
    return this.#atHand;
  }

  async of(certificate: Certificate): Promise<FoundIssuer> {
    const named = this.#byName.get(comparableName(certificate.issuer) ?? '') ?? [];
    const atHand = issuerAmong(certificate, named, this.#at, this.#budget);
    if (atHand !== undefined) return { issuer: atHand };
    const problems: SourceProblem[] = [];
    for (const url of certificate.issuerUrls.filter(isWebUrl)) {
      try {
        const issuer = issuerAmong(certificate, await this.#fetch(url), this.#at, this.#budget);
        if (issuer !== undefined) {
          this.#atHand.push(issuer);
          this.#index(issuer);
          return { issuer };
        }
        problems.push(missing(url, 'the certificate there is not the issuer'));
      } catch (error) {
        problems.push(sourceProblem(url, error));
      }
    }
    const message = `the certificate of its issuer ${certificate.issuer} is not at hand`;
    return { problems: [...problems, missing(undefined, message)] };
  }

  #index(certificate: Certificate): void {
    const name = comparableName(certificate.subject);
    if (name !== undefined) addTo(this.#byName, name, certificate);
  }

  #fetch(url: string): Promise<readonly Certificate[]> {
    const known = this.#fetched.get(url);
    if (known !== undefined) return known;
    const fetching = this.#web.file(url).then((octets) => certificatesIn(url, octets));
    this.#fetched.set(url, fetching);
    return fetching;
  }
}

const missing = (source: string | undefined, message: string): SourceProblem => ({
  source,
  code: 'no_issuer',
  message,
  clause: undefined,
  hint: source === undefined ? 'give it with --issuer' : undefined,
});

async function* noPassphrases(): AsyncGenerator<Buffer, void> {}

/** The certificates in some octets: one in DER, as RFC 5280 4.2.2.1 wants it, a PKCS#7, or PEM. @throws {PkiError} */
async function certificatesIn(name: string, octets: Buffer): Promise<Certificate[]> {
  const contents = await soundContentsOf(octetsSource(name, octets), { passphrases: noPassphrases });
  const certificates = contents.flatMap(({ object }) => (object.type === 'certificate' ? [object.view] : []));
  if (certificates.length === 0) throw nothingWanted('a certificate', contents, name);
  return certificates;
}
