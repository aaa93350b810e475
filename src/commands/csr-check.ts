import { paint, wantsColor, wantsColoredData } from '../cli/color.js';
import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import type { Report } from '../cli/report.js';
import { passin } from '../cli/secrets.js';
import { writeAll } from '../cli/sink.js';
import { isPkiError, UsageError } from '../errors.js';
import { type RequestContent, requestsOf } from '../input/requests.js';
import { parseSize, type Source, sourcesOf } from '../input/source.js';
import { suffixVersion } from '../names/public-suffix-version.js';
import { encodePem } from '../pem/encode.js';
import { ExaminedRequest } from '../rules/examined-request.js';
import { judge, ruleIds } from '../rules/judge.js';
import { type JudgeableRequest, judgeableRequest } from '../rules/judgeable-request.js';
import { builtInProfiles } from '../rules/profile.js';
import { criteriaOf } from './csr-check/criteria.js';
import { judgedRequest } from './csr-check/judged-request.js';
import { jsonReport } from './csr-check/report-json.js';
import { textReport } from './csr-check/report-text.js';
import { explainRule, knownRule, listRules, listRulesAsJson, profileSummaries } from './csr-check/rule-list.js';

const options = {
  profile: {
    value: 'PROFILE',
    choices: builtInProfiles,
    help: 'judge by webpki (default), letsencrypt, netlock, internal, client, smime, codesign or a JSON file',
  },
  expect: { value: 'NAME', repeatable: true, help: 'the request must have this name, and no others' },
  key: { value: 'KEY', help: 'this private key must belong to the request' },
  ...passin,
  renews: { value: 'CERT', help: 'the request must have the names and subject of this certificate' },
  pass: { help: 'write accepted requests in fresh PEM; the report goes to standard error' },
  json: { help: 'report as JSON, an object a line' },
  strict: { help: 'refuse for warnings too' },
  verbose: { short: 'v', help: 'name what was not looked into, too' },
  ignore: { value: 'RULE', choices: ruleIds, repeatable: true, help: 'do not ask this rule' },
  only: { value: 'RULE', choices: ruleIds, repeatable: true, help: 'ask this rule and no others' },
  blocklist: { value: 'PATH', help: "Debian's weak keys: a file or directory of hashes or keys" },
  'known-keys': { value: 'FILE', help: 'refuse keys whose SPKI SHA-256 is in FILE' },
  clip: { help: 'read the clipboard instead of a file' },
  'list-rules': { help: 'list the rules; with --json as data' },
  'explain-rule': { value: 'RULE', choices: ruleIds, help: 'say why a rule is there and how to satisfy it' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-check',
  summary: 'find what a CA will refuse in a request, before asking it',
  input: 'a request',
  synopsis: [
    '[--profile PROFILE] [--expect NAME]... [--key KEY] [--renews CERT] [--pass] [-o FILE] [FILE]...',
    '--list-rules [--json]',
    '--explain-rule RULE',
  ],
  options,
  notes: ['Profiles:', ...profileSummaries.map((line) => `  ${line}`)],
  dataVersion: `public suffixes and top-level domains: tldts ${suffixVersion}`,
  run,
});

type CsrCheck = Call<typeof options>;

async function run(call: CsrCheck): Promise<void> {
  const { values, output } = call;
  if (values['list-rules']) output.write(values.json ? listRulesAsJson() : listRules());
  else if (values['explain-rule'] !== undefined) output.write(explainRule(values['explain-rule']));
  else await check(call);
  // With --pass a file appears only when every request was accepted: what it holds can go to the CA as it is.
  if (!values.pass || values.output === undefined || call.report.status === 0) output.commit();
}

async function check(call: CsrCheck): Promise<void> {
  const { values, operands, output, report, stdin } = call;
  const judgeOptions = {
    strict: values.strict,
    verbose: values.verbose,
    ignore: new Set(values.ignore.map((id) => knownRule('--ignore', id).id)),
    only: values.only.length === 0 ? undefined : new Set(values.only.map((id) => knownRule('--only', id).id)),
  };
  const maxSize = parseSize(values['max-size']);
  const sources = values.clip ? await clipboard(operands) : sourcesOf(operands, stdin);
  const criteria = await criteriaOf(values, call);
  const colors = paint(values.pass ? wantsColor(values.color, 2) : wantsColoredData(values));
  const say = values.pass ? (text: string) => writeAll(2, Buffer.from(text)) : (text: string) => output.write(text);
  let index = 0;
  for (const source of sources) {
    for await (const found of requestsOf(source, { maxSize }, report)) {
      const { place } = found.content;
      const read = readable(found, source, report);
      if (read === undefined) continue;
      const { request, envelope } = read;
      index++;
      const examined = new ExaminedRequest(request, criteria, envelope);
      const judgement = judge(examined, judgeOptions);
      if (judgement.verdict === 'refuse') report.raise(1);
      else if (values.pass) output.write(encodePem('CERTIFICATE REQUEST', request.der));
      if (values.quiet) continue;
      const judged = judgedRequest(examined, judgement);
      if (values.json) say(`${jsonReport(judged, source.name, index)}\n`);
      else say(textReport(judged, `${source.name}: request at ${place}`, colors));
    }
  }
}

function readable(found: RequestContent, source: Source, report: Report): JudgeableRequest | undefined {
  try {
    return judgeableRequest(found);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    report.fault(source.name, `${found.content.place}: ${error.message}`, error.hint);
    return undefined;
  }
}

/** The clipboard's text, in the place of files. */
async function clipboard(operands: readonly string[]): Promise<Source[]> {
  if (operands.length > 0) throw new UsageError(`--clip reads the clipboard, not ${operands[0]}`);
  const { readClipboard } = await import('../cli/clipboard.js');
  const text = Buffer.from(await readClipboard());
  async function* chunks(): AsyncGenerator<Buffer, void> {
    if (text.length > 0) yield text;
  }
  return [{ name: 'clipboard', chunks }];
}
