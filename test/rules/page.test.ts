import { readFileSync } from 'node:fs';
import t from 'tap';
import { rulesPage } from '../../scripts/rules-page.js';
import { families } from '../../src/rules/judge.js';
import { profiles } from '../../src/rules/profile.js';
import { severityIn } from '../../src/rules/rule.js';

t.test('pkiutils-rules(7) is up to date', (t) => {
  const page = readFileSync(new URL('../../man/pkiutils-rules.7', import.meta.url), 'utf8');
  t.equal(page, rulesPage(), 'npm run update:rules-page writes it anew');
  t.end();
});

t.test('rules are well formed', (t) => {
  const rules = families.flatMap((family) => family.rules);
  const ids = new Set(rules.map(({ id }) => id));
  t.equal(ids.size, rules.length, 'ids are unique');
  for (const { id, title, source, why, hint, unless = [] } of rules) {
    t.match(id, /^[ewn]_[a-z0-9_]+$/, id);
    t.match(why, /^.*[.]$/, `${id}: the reason is sentences`);
    t.notMatch(title, /^[A-Z][a-z]+ |[.]$/, `${id}: the title is a statement without a full stop`);
    t.notMatch(hint, /[.]$/, `${id}: the hint has no full stop`);
    t.ok(source.length > 0);
    for (const other of unless) t.ok(ids.has(other), `${id} gives way to ${other}, which exists`);
  }
  t.end();
});

// The refusals of boulder: csr/csr.go, goodkey/good_key.go, policy/pa.go, and what Go's x509 package cannot parse. What is
// asked for by options of the call, or by fields of a profile file, is the user's own demand.
const boulder = `
  e_der e_structure e_attributes_missing e_trailing_data e_extension_duplicate e_string_characters
  e_signature e_signature_algorithm e_signature_algorithm_fit e_signature_hash e_signature_pss e_signature_unchecked
  e_key_algorithm e_key_eddsa e_key_rsa_pss e_key_profile e_debian_weak_key
  e_rsa_parameters e_rsa_size e_rsa_size_multiple e_rsa_exponent e_rsa_exponent_profile e_rsa_modulus_even
  e_rsa_modulus_factor e_rsa_close_primes e_rsa_roca e_ec_explicit e_ec_curve e_ec_point
  n_ec_point_compressed
  e_common_name_ip e_no_name e_no_host e_names_too_many n_must_staple e_san_email e_san_uri e_ip_special e_ip_length
  e_dns_empty e_dns_url e_dns_characters e_dns_ip e_dns_trailing_dot e_dns_wildcard e_dns_empty_label e_dns_underscore
  e_dns_syntax e_dns_label_length e_dns_length e_dns_numeric_tld e_dns_reserved_label e_dns_punycode e_dns_single_label
  e_dns_internal w_dns_onion e_dns_onion e_dns_reverse e_dns_unknown_tld e_dns_public_suffix e_dns_wildcard_suffix
  e_dns_labels
`;
const demands = `
  e_key_known e_field_required e_field_forbidden e_name_profile
  e_expect_missing e_expect_extra e_key_mismatch e_renew_names e_renew_subject
`;

t.test("letsencrypt's errors are boulder's refusals", (t) => {
  const now = new Date('2026-11-23T00:00:00Z');
  const errors = families
    .flatMap(({ rules }) => rules)
    .filter((rule) => severityIn(profiles.letsencrypt, rule, now) === 'error')
    .map(({ id }) => id);
  t.same(errors.sort(), `${boulder} ${demands}`.trim().split(/\s+/).sort());
  t.end();
});

t.test('rules change with the day', (t) => {
  const rules = families.flatMap((family) => family.rules);
  const clientAuth = rules.find(({ id }) => id === 'w_client_auth');
  const unit = rules.find(({ id }) => id === 'e_subject_unit');
  if (clientAuth === undefined || unit === undefined) throw new Error('the rules are gone');
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  t.equal(severityIn(profiles.webpki, clientAuth, day('2027-03-14')), 'warning');
  t.equal(severityIn(profiles.webpki, clientAuth, day('2027-03-15')), 'error');
  t.equal(severityIn(profiles.netlock, clientAuth, day('2027-03-15')), 'error');
  t.equal(severityIn(profiles.letsencrypt, clientAuth, day('2027-03-15')), 'notice');
  t.equal(severityIn(profiles.internal, clientAuth, day('2027-03-15')), undefined);
  t.equal(severityIn(profiles.webpki, unit, day('2022-08-31')), undefined);
  t.equal(severityIn(profiles.webpki, unit, day('2022-09-01')), 'error');
  t.end();
});
