import { isoDate } from '../text/iso-time.js';
import { printable } from '../text/printable.js';
import type { Certificate } from '../x509/certificate.js';
import { readableValue } from '../x509/general-name.js';
import type { Show } from './inspector.js';
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
    const { notAfter, daysLeft, status } = validity(item.view, now);
    const cells = [
      namesText(item.view),
      notAfter === null ? '' : isoDate(notAfter),
      daysLeft === null ? '' : String(daysLeft),
      status === null ? '' : statusWords[status],
      code(item.view.issuer.commonNames[0] ?? item.view.issuer.toString()),
      code(source),
    ];
    sink.write(`${isFirst ? head : ''}| ${cells.join(' | ')} |\n`);
    isFirst = false;
  };
}

function namesText({ subject, subjectAltNames }: Certificate): string {
  const names = subjectAltNames.flatMap((name) =>
    name.type === 'dns' || name.type === 'ip' ? [readableValue(name)] : [],
  );
  if (names.length === 0) return code(subject.commonNames[0] ?? subject.toString());
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return names.slice(0, NAMES_SHOWN).map(code).join(', ') + more;
}

/** A code span that no text can end, in a table that no text can split. */
const code = (text: string): string =>
  text === '' ? '' : `\`${printable(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
