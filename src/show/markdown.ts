import { isoDate } from '../text/iso-time.js';
import { printable } from '../text/printable.js';
import { commonNameOf } from '../x509/display-name.js';
import { readableValue } from '../x509/general-name.js';
import type { Show } from './inspector.js';
import { type CertificateReading, readCertificate } from './reading.js';
import { validity } from './validity.js';

const head = '| certificate | valid until | days left | status | issuer | source |\n|---|---|--:|---|---|---|\n';
const statusWords = { valid: 'valid', expired: '**expired**', not_yet_valid: '**not yet valid**' } as const;
/** The names a row has room for. */
const NAMES_SHOWN = 3;

/** `--markdown`: a table with a row for every certificate. What is in certificates stays text: no link, no markup, no HTML. */
export function showMarkdown(now: number): Show {
  let isFirst = true;
  return ({ item, source }, sink) => {
    if (item.type !== 'certificate') return;
    const reading = readCertificate(item.view, []);
    const { notAfter, daysLeft, status } = validity(item.view, now);
    const cells = [
      namesText(reading),
      notAfter === null ? '' : isoDate(notAfter),
      daysLeft === null ? '' : String(daysLeft),
      status === null ? '' : statusWords[status],
      code(commonNameOf(item.view.issuer)),
      code(source),
    ];
    sink.write(`${isFirst ? head : ''}| ${cells.join(' | ')} |\n`);
    isFirst = false;
  };
}

function namesText({ certificate, extensions }: CertificateReading): string {
  const names = extensions.subjectAltNames
    .filter(({ type }) => type === 'dns' || type === 'ip')
    .map((name) => readableValue(name));
  if (names.length === 0) return code(commonNameOf(certificate.subject));
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return names.slice(0, NAMES_SHOWN).map(code).join(', ') + more;
}

/** A code span that no text can end, in a table that no text can split. */
const code = (text: string): string =>
  text === '' ? '' : `\`${printable(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
