import { families } from '../src/rules/judge.js';
import { builtInProfiles, profiles } from '../src/rules/profile.js';
import { type Rule, severityOfId, usualSeverity } from '../src/rules/rule.js';

/** The manual page pkiutils-rules(7): every rule of csr-check, from the rules themselves. */
export function rulesPage(): string {
  const sections = families.flatMap(({ title, rules }) => [
    `.Sh ${title.toUpperCase()}`,
    '.Bl -tag -width Ds',
    ...rules.flatMap(ruleItem),
    '.El',
  ]);
  return `${[...head(), ...sections, ...tail].join('\n')}\n`;
}

function head(): string[] {
  const count = families.flatMap(({ rules }) => rules).length;
  return [
    '.\\" Generated from src/rules by npm run update:rules-page: change the rules, not this page.',
    '.Dd November 23, 2026',
    '.Dt PKIUTILS-RULES 7',
    '.Os',
    '.Sh NAME',
    '.Nm pkiutils-rules',
    '.Nd the rules csr-check judges requests by',
    '.Sh DESCRIPTION',
    '.Xr csr-check 1',
    `asks ${count} rules.`,
    'The first letter of a rule is its severity:',
    '.Sq e_',
    'is an error, what a CA must refuse;',
    '.Sq w_',
    'a warning, what it should not take;',
    '.Sq n_',
    'a notice, what it will ignore.',
    'A profile may see a rule otherwise; then that is said.',
    'Each rule is given with its source, the reason for it, and how to satisfy it.',
    'BR is the Baseline Requirements of the CA/Browser Forum for TLS server certificates.',
    '.Pp',
    'The profiles are:',
    '.Bl -tag -width letsencrypt',
    ...builtInProfiles.flatMap((name) => [`.It Cm ${name}`, text(profiles[name].title)]),
    '.El',
  ];
}

function ruleItem(rule: Rule): string[] {
  return [
    `.It Cm ${rule.id}`,
    text(`${sentence(rule.title)}.`),
    `.Pq ${macroArgument(rule.source)}`,
    ...(rule.since === undefined ? [] : ['.br', text(`In force since ${rule.since}.`)]),
    ...severityLines(rule),
    '.Pp',
    ...rule.why.split(/(?<=\.) (?=[A-Z`*])/).map(text),
    text(`To satisfy it: ${rule.hint}.`),
  ];
}

/** Where its severity is not the one of its id. */
function severityLines(rule: Rule): string[] {
  const { id, later } = rule;
  const own = severityOfId(id);
  const others = builtInProfiles.flatMap((name) => {
    const severity = usualSeverity(profiles[name], rule);
    return severity === own ? [] : [`${name} ${severity === 'off' ? 'does not ask it' : `${severity}`}`];
  });
  const change = later === undefined ? [] : [`from ${later.from} ${later.severity}`];
  const parts = [...others, ...change];
  return parts.length === 0 ? [] : ['.br', text(`Elsewhere: ${parts.join(', ')}.`)];
}

const sentence = (words: string): string => words.replace(/^./, (first) => first.toUpperCase());

/** Text as roff takes it: no backslash, and no control character at the start of a line. */
const text = (words: string): string => words.replaceAll('\\', '\\e').replace(/^([.'])/, '\\&$1');

/** Punctuation alone in an argument would be taken for a delimiter. */
const macroArgument = (words: string): string => text(words).replace(/"/g, '\\(dq');

const tail = [
  '.Sh SEE ALSO',
  '.Xr csr-check 1 ,',
  '.Xr pkiutils 7',
  '.Sh STANDARDS',
  '.Rs',
  '.%A CA/Browser Forum',
  '.%T Baseline Requirements for the Issuance and Management of Publicly-Trusted TLS Server Certificates',
  '.Re',
  '.Rs',
  '.%R RFC 2986',
  '.%T PKCS #10: Certification Request Syntax Specification Version 1.7',
  '.Re',
  '.Rs',
  '.%R RFC 5280',
  '.%T Internet X.509 Public Key Infrastructure Certificate and CRL Profile',
  '.Re',
];
