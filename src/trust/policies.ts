import type { Certificate } from '../x509/certificate.js';
import { ExtensionOid } from '../x509/extension.js';
import { inhibitAnyPolicy, policyConstraints } from '../x509/extensions/policy-constraints.js';
import { ANY_POLICY, type PolicyMapping, policyMappings } from '../x509/extensions/policy-mappings.js';
import { addTo } from './name-index.js';
import type { Problem } from './problem.js';

/**
 * Certificate policies along a path (RFC 5280 6.1), by the graph of RFC 9618: a node for each policy of a level, however
 * many ways lead to it, where RFC 5280's tree has a node for each way and grows with the power of the path's length.
 */

/** A policy that is valid at one depth (RFC 9618 5.1). */
interface PolicyNode {
  readonly policy: string;
  readonly parents: readonly PolicyNode[];
  /** The policies that satisfy this one in the next certificate. */
  expected: readonly string[];
}

/** The nodes of one depth by their policy. */
type Level = Map<string, PolicyNode>;

/**
 * The reason a path does not satisfy the policies asked for, undefined where it does.
 *
 * @param path the anchor's certificate left out, the one it issued first, the judged one last
 * @param wanted the user-initial-policy-set; empty means any policy, and that none has to be there
 * @throws {DerError}
 */
export function policyProblem(path: readonly Certificate[], wanted: readonly string[]): Problem | undefined {
  const size = path.length;
  let level: Level | undefined = new Map([[ANY_POLICY, { policy: ANY_POLICY, parents: [], expected: [ANY_POLICY] }]]);
  // RFC 5280 6.1.2: counts of certificates until each applies.
  let explicitPolicy = wanted.length > 0 ? 0 : size + 1;
  let inhibitAny = size + 1;
  let policyMapping = size + 1;
  for (const [i, certificate] of path.entries()) {
    const isLast = i === size - 1;
    const { isSelfIssued } = certificate;
    if (level !== undefined) level = nextLevel(level, certificate, inhibitAny > 0 || (!isLast && isSelfIssued));
    if (level === undefined && explicitPolicy === 0) return noPolicy;
    if (isLast) {
      if (explicitPolicy > 0) explicitPolicy--;
      if (certificate.value(policyConstraints)?.requireExplicitPolicy === 0) explicitPolicy = 0;
      break;
    }
    const mappings = certificate.value(policyMappings) ?? [];
    if (level !== undefined) level = mapped(level, mappings, policyMapping > 0);
    if (!isSelfIssued) {
      if (explicitPolicy > 0) explicitPolicy--;
      if (policyMapping > 0) policyMapping--;
      if (inhibitAny > 0) inhibitAny--;
    }
    const limits = certificate.value(policyConstraints);
    explicitPolicy = Math.min(explicitPolicy, limits?.requireExplicitPolicy ?? explicitPolicy);
    policyMapping = Math.min(policyMapping, limits?.inhibitPolicyMapping ?? policyMapping);
    inhibitAny = Math.min(inhibitAny, certificate.value(inhibitAnyPolicy) ?? inhibitAny);
  }
  if (explicitPolicy > 0) return undefined;
  return level !== undefined && satisfies(level, wanted) ? undefined : noPolicy;
}

const noPolicy: Problem = {
  code: 'policy',
  message: 'no policy that is asked for is valid along the path',
  clause: 'RFC 5280 6.1.5 (g)',
};

/** RFC 9618 5.3 (d): the policies of a certificate that the level above it expects; undefined where none is left. */
function nextLevel(above: Level, certificate: Certificate, isAnyAllowed: boolean): Level | undefined {
  if (certificate.extension(ExtensionOid.certificatePolicies) === undefined) return undefined;
  const policies = new Set(certificate.policies);
  const expecting = new Map<string, PolicyNode[]>();
  for (const node of above.values()) {
    for (const policy of node.expected) addTo(expecting, policy, node);
  }
  const level: Level = new Map();
  const anyAbove = above.get(ANY_POLICY);
  for (const policy of policies) {
    if (policy === ANY_POLICY) continue;
    const parents = expecting.get(policy) ?? (anyAbove === undefined ? undefined : [anyAbove]);
    if (parents !== undefined) level.set(policy, { policy, parents, expected: [policy] });
  }
  if (policies.has(ANY_POLICY) && isAnyAllowed) {
    for (const [policy, parents] of expecting) {
      if (!level.has(policy)) level.set(policy, { policy, parents, expected: [policy] });
    }
  }
  return level.size === 0 ? undefined : level;
}

/** RFC 9618 5.4 (b): the same level after the certificate's policy mappings; undefined where nothing is left. */
function mapped(level: Level, mappings: readonly PolicyMapping[], isMappingAllowed: boolean): Level | undefined {
  const targets = new Map<string, string[]>();
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
    addTo(targets, issuerDomainPolicy, subjectDomainPolicy);
  }
  const anyPolicy = level.get(ANY_POLICY);
  for (const [policy, expected] of targets) {
    const node = level.get(policy);
    if (!isMappingAllowed) level.delete(policy);
    else if (node !== undefined) node.expected = expected;
    else if (anyPolicy !== undefined) level.set(policy, { policy, parents: anyPolicy.parents, expected });
  }
  return level.size === 0 ? undefined : level;
}

/**
 * RFC 9618 5.5 (g): whether the policies that hold for the last certificate are among those wanted. They are the nodes
 * below anyPolicy from which a way leads down to the last level, and anyPolicy itself where it got that far.
 */
function satisfies(last: Level, wanted: readonly string[]): boolean {
  if (wanted.length === 0 || wanted.includes(ANY_POLICY) || last.has(ANY_POLICY)) return true;
  const seen = new Set<PolicyNode>(last.values());
  for (const node of seen) {
    const isTop = node.policy !== ANY_POLICY && node.parents.some(({ policy }) => policy === ANY_POLICY);
    if (isTop && wanted.includes(node.policy)) return true;
    for (const parent of node.parents) seen.add(parent);
  }
  return false;
}
