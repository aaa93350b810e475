import type { Paint } from '../../cli/color.js';
import type { Severity } from '../../rules/rule.js';
import { count, printable } from '../../text/printable.js';
import { formLines } from './form.js';
import type { JudgedRequest } from './judged-request.js';

/** The report for people: what the CA's form would show, the findings, the verdict. */
export function textReport(judged: JudgedRequest, title: string, paint: Paint): string {
  const form = formLines(judged);
  const width = form.reduce((width, [label]) => Math.max(width, label.length), 0) + 2;
  const lines = [
    paint.bold(printable(title)),
    ...form.map(([label, value]) => `  ${paint.dim(label.padEnd(width))}${printable(value)}`),
    ...findingLines(judged, paint),
    verdictLine(judged, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** The findings, a line each, and under each what to do, where that was not said before. */
function findingLines({ findings }: JudgedRequest, paint: Paint): string[] {
  const colors: Record<Severity, (text: string) => string> = {
    error: paint.red,
    warning: paint.yellow,
    notice: paint.cyan,
  };
  const said = new Set<string>();
  return findings.flatMap(({ severity, rule, message, source, hint }) => {
    const line = `${colors[severity](severity.padEnd(7))} ${rule}: ${printable(message)} ${paint.dim(`[${source}]`)}`;
    // Twenty names with one fault need one hint.
    if (said.has(hint)) return [line];
    said.add(hint);
    return [line, `        ${paint.dim(`hint: ${printable(hint)}`)}`];
  });
}

function verdictLine({ profile, verdict, findings }: JudgedRequest, paint: Paint): string {
  const counts = (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [count(number, severity)];
  });
  const word = verdict === 'accept' ? paint.green('accepted') : paint.red('refused');
  const details = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  return `${paint.bold(word)} by profile ${printable(profile.name)}${details}`;
}
