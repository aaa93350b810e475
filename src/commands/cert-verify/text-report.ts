import type { Paint } from '../../cli/color.js';
import { count, printable } from '../../text/printable.js';
import type { TriedPath } from '../../trust/path-search.js';
import { subjectText } from '../../x509/display-name.js';
import type { CertificateAnswer } from '../cert-verify.js';
import { hintFor } from './hints.js';

const words = { valid: 'valid', invalid: 'not valid', unknown: 'cannot tell' } as const;

/**
 * The answer for people: the verdict and the path, a certificate a line; where there is none, every path that was tried
 * and the one reason against it.
 *
 * @param isOneOfMany true where the place in the source has to be said
 */
export function textReport(answer: CertificateAnswer, isOneOfMany: boolean, colors: Paint): string {
  const { judged, verification, source } = answer;
  const { verdict, path, tried, untold, isCutShort } = verification;
  const color = verdict === 'valid' ? colors.green : verdict === 'invalid' ? colors.red : colors.yellow;
  const lines = [`${printable(source)}: ${isOneOfMany ? `${judged.place}: ` : ''}${color(words[verdict])}`];
  if (path !== undefined) {
    lines.push(
      ...path.map((each, i) => `  ${printable(subjectText(each))}${i === path.length - 1 ? ', trusted' : ''}`),
    );
  } else {
    for (const each of tried) lines.push(...pathLines(each, answer, colors));
    if (untold > 0) lines.push(`  and ${count(untold, 'other path')} in vain`);
    if (isCutShort) lines.push('  there are too many paths to try them all');
  }
  return `${lines.join('\n')}\n`;
}

function pathLines(tried: TriedPath, answer: CertificateAnswer, colors: Paint): string[] {
  const { certificates, at, problem } = tried;
  const hint = hintFor(tried, answer);
  const reason = [
    colors.red(`    ${printable(problem.message)} [${problem.clause}]`),
    ...(hint === undefined ? [] : [colors.dim(`    hint: ${printable(hint)}`)]),
  ];
  return certificates.flatMap((certificate, i) => [
    `  ${printable(subjectText(certificate))}`,
    ...(i === at ? reason : []),
  ]);
}
