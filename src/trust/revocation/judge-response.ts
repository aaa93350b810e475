import { createHash } from 'node:crypto';
import { verifySigned } from '../../crypto/verify-signed.js';
import { attempt, isPkiError } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';
import { ExtensionOid } from '../../x509/extension.js';
import { keyBits } from '../../x509/key-bits.js';
import { sameName } from '../../x509/name.js';
import { type BasicOcspResponse, OCSP_NONCE, OcspResponse, type SingleOcspResponse } from '../../x509/ocsp.js';
import type { Problem } from '../problem.js';
import { isIdOf } from './certificate-id.js';
import { timeFlaw } from './freshness.js';
import { judgeLists } from './judge-lists.js';
import { CLOCK_TOLERANCE, type RevocationList, type StatusAnswer, type StatusQuestion } from './question.js';

/** A response to be judged, and what was asked. */
export interface ResponseEvidence {
  readonly der: Uint8Array;
  /** The nonce that was sent, undefined where none was. */
  readonly nonce: Uint8Array | undefined;
  /** Lists at hand, by which a certificate that signs responses may be revoked itself. */
  readonly lists?: readonly RevocationList[];
}

/** The time a response without a next update counts: that newer information is always at hand means asking again. */
const AGE_WITHOUT_NEXT = 3_600_000;

const responseTimes = {
  what: 'the response',
  prefix: 'ocsp',
  thisClause: 'RFC 6960 4.2.2.1',
  nextClause: 'RFC 6960 4.2.2.1',
  ageWithoutNext: AGE_WITHOUT_NEXT,
} as const;

/** The status of a certificate by an OCSP response (RFC 6960 3.2), or the reason not to rely on that. */
export function judgeResponse(question: StatusQuestion, evidence: ResponseEvidence): StatusAnswer | Problem {
  try {
    return judged(question, evidence);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const message = `the response is damaged or none: ${error.message}`;
    return { code: 'ocsp_malformed', message, clause: 'RFC 6960 4.2.1' };
  }
}

/** The words for responses that are none. */
const refusals: Readonly<Record<string, string>> = {
  malformedRequest: 'the responder calls the request malformed',
  internalError: 'the responder has an internal error',
  tryLater: 'the responder says to try later',
  sigRequired: 'the responder wants signed requests',
  unauthorized: 'the responder does not answer for this certificate (unauthorized)',
};

function judged(question: StatusQuestion, { der, nonce, lists = [] }: ResponseEvidence): StatusAnswer | Problem {
  const { status, basic } = new OcspResponse(der);
  if (status !== 'successful') {
    const message = refusals[status] ?? `the responder answers with status ${status}`;
    return { code: `ocsp_${status}`, message, clause: 'RFC 6960 4.2.1' };
  }
  if (basic === undefined) {
    return { code: 'ocsp_malformed', message: 'the response is empty', clause: 'RFC 6960 4.2.1' };
  }
  const own = basic.responses.filter(({ id }) => isIdOf(id, question));
  const [single] = own;
  if (single === undefined) {
    return { code: 'ocsp_other', message: 'the response is not for this certificate', clause: 'RFC 6960 3.2 (1)' };
  }
  if (own.length > 1) {
    return { code: 'ocsp_other', message: 'the response has several answers', clause: 'RFC 6960 4.2.2.3' };
  }
  return (
    signerProblem(basic, question, lists) ??
    nonceProblem(basic, nonce) ??
    criticalProblem(basic, single) ??
    timeFlaw(single, question, responseTimes) ??
    producedProblem(basic, question) ??
    answerOf(single)
  );
}

function answerOf({ status, reason, revokedAt, thisUpdate, nextUpdate }: SingleOcspResponse): StatusAnswer | Problem {
  if (status === 'unknown') {
    const message = 'the responder does not know the certificate';
    return { code: 'ocsp_unknown', message, clause: 'RFC 6960 2.2' };
  }
  const state = status === 'good' ? 'good' : reason === 'certificateHold' ? 'suspended' : 'revoked';
  return { state, since: revokedAt, reason, thisUpdate, nextUpdate };
}

/** RFC 6960 4.2.2.2: signed with the issuer's key, or with one it certified for just this. */
function signerProblem(
  basic: BasicOcspResponse,
  question: StatusQuestion,
  lists: readonly RevocationList[],
): Problem | undefined {
  if (isNamed(basic, question.issuer)) return signatureProblem(basic, question.issuer);
  const problems = basic.certificates
    .filter((each) => isNamed(basic, each))
    .map(
      (delegate) =>
        delegateProblem(delegate, question) ??
        delegateStatusProblem(delegate, question, lists) ??
        signatureProblem(basic, delegate),
    );
  if (problems.includes(undefined)) return undefined;
  const [first] = problems;
  return first ?? signerFault('the response is signed with a certificate that is not at hand');
}

const signerFault = (message: string): Problem => ({ code: 'ocsp_signer', message, clause: 'RFC 6960 4.2.2.2' });

function delegateProblem(delegate: Certificate, { issuer, at }: StatusQuestion): Problem | undefined {
  const { extendedKeyUsage, keyUsage, start, expiry } = delegate;
  const signer = `the response is signed by ${delegate.subject}`;
  if (!sameName(delegate.issuer, issuer.subject) || !isSignedBy(delegate, issuer)) {
    return signerFault(`${signer}, which the issuer did not issue`);
  }
  if (extendedKeyUsage?.includes('OCSPSigning') !== true) {
    return signerFault(`${signer}, which is not for OCSP signing`);
  }
  if (keyUsage !== undefined && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    return signerFault(`${signer}, whose key is not for signatures`);
  }
  if (start === null || expiry === null || at < start || at > expiry) {
    return signerFault(`${signer}, which is not valid at this time`);
  }
  return undefined;
}

/**
 * RFC 6960 4.2.2.2.1: with id-pkix-ocsp-nocheck it is trusted for its lifetime; without, and where no list tells, it is for
 * local policy to say, which here is to trust it, too.
 */
function delegateStatusProblem(
  delegate: Certificate,
  question: StatusQuestion,
  lists: readonly RevocationList[],
): Problem | undefined {
  if (lists.length === 0 || delegate.extension(ExtensionOid.ocspNoCheck) !== undefined) return undefined;
  const { answer } = judgeLists({ ...question, certificate: delegate }, lists);
  if (answer === undefined || answer.state === 'good') return undefined;
  const message = `the response is signed by ${delegate.subject}, which is ${answer.state}`;
  return { code: 'ocsp_signer', message, clause: 'RFC 6960 4.2.2.2.1' };
}

const isSignedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  verifySigned(certificate, issuer.elements.publicKey.encoding()) === 'good';

function isNamed({ responder }: BasicOcspResponse, certificate: Certificate): boolean {
  const { name, keyHash } = responder;
  if (name !== undefined) return attempt(() => sameName(name, certificate.subject)) === true;
  return createHash('sha1').update(keyBits(certificate.elements.publicKey)).digest().equals(keyHash);
}

function signatureProblem(basic: BasicOcspResponse, signer: Certificate): Problem | undefined {
  const verdict = verifySigned(basic, signer.elements.publicKey.encoding());
  const clause = 'RFC 6960 3.2 (2)';
  if (verdict === 'good') return undefined;
  if (verdict === 'bad') {
    return { code: 'ocsp_signature', message: 'the response has a signature that its signer did not make', clause };
  }
  const message = `the signature of the response was not checked: ${verdict.unchecked}`;
  return { code: 'ocsp_unchecked', message, clause, isUncertain: true };
}

function nonceProblem(basic: BasicOcspResponse, sent: Uint8Array | undefined): Problem | undefined {
  if (sent === undefined) return undefined;
  const { nonce } = basic;
  const clause = 'RFC 9654 2.1';
  if (nonce === undefined) {
    const hint = 'leave --nonce out where responses are made in advance';
    return { code: 'ocsp_nonce', message: 'the response has no nonce, though one was sent', clause, hint };
  }
  return Buffer.compare(nonce, sent) === 0
    ? undefined
    : { code: 'ocsp_nonce', message: 'the response has another nonce than was sent', clause };
}

function criticalProblem(basic: BasicOcspResponse, single: SingleOcspResponse): Problem | undefined {
  const unknown = [...basic.extensions, ...single.extensions].find(
    ({ oid, critical }) => critical && oid !== OCSP_NONCE,
  );
  return (
    unknown && {
      code: 'ocsp_critical',
      message: `the response has the critical extension ${unknown.oid}, which nothing here knows`,
      clause: 'RFC 6960 4.4',
    }
  );
}

function producedProblem({ producedAt }: BasicOcspResponse, { at }: StatusQuestion): Problem | undefined {
  return producedAt <= at + CLOCK_TOLERANCE
    ? undefined
    : { code: 'ocsp_not_yet_valid', message: 'the response was made in the future', clause: 'RFC 6960 4.2.2.1' };
}
