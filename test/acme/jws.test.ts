import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  verify,
} from 'node:crypto';
import t from 'tap';
import { type AccountKey, accountKey, signatureBy, thumbprint } from '../../src/acme/account-key.js';
import { authenticated, signedJws } from '../../src/acme/jws.js';

/** Signatures and thumbprints against the examples of RFC 7515 and RFC 7638. */

/** RFC 7515 A.2.1. */
const rsa = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
  d: 'Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ',
  p: '4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc',
  q: 'uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc',
  dp: 'BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0',
  dq: 'h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU',
  qi: 'IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U',
};

/** RFC 7515 A.3.1. */
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
};

const claims = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
const keyOf = (jwk: typeof rsa | typeof ec): AccountKey =>
  accountKey(createPrivateKey({ key: jwk, format: 'jwk' }), 'account.key');

/** True when a signature, r and s side by side, is good for the public half a server is told of. */
const isGood = ({ jwk, hash }: AccountKey, input: string, signature: string): boolean =>
  verify(
    hash,
    Buffer.from(input),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );

t.test('RS256: the signature of RFC 7515 A.2', async (t) => {
  t.equal(
    signatureBy(keyOf(rsa), `eyJhbGciOiJSUzI1NiJ9.${claims}`),
    'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  );
});

t.test('ES256: the signature of RFC 7515 A.3, and ours', async (t) => {
  const key = keyOf(ec);
  const input = `eyJhbGciOiJFUzI1NiJ9.${claims}`;
  const theirs = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
  const ours = signatureBy(key, input);
  t.ok(isGood(key, input, theirs));
  t.ok(isGood(key, input, ours));
  t.notOk(isGood(key, `${input}x`, ours));
});

t.test('the larger curves: their names, hashes, and lengths (RFC 7518 3.4)', async (t) => {
  const rows = [
    ['P-384', 'ES384', 'sha384', 96],
    ['P-521', 'ES512', 'sha512', 132],
  ] as const;
  for (const [namedCurve, algorithm, hash, length] of rows) {
    const key = accountKey(generateKeyPairSync('ec', { namedCurve }).privateKey, 'account.key');
    const { protected: header, payload, signature } = signedJws(key, { nonce: 'n', url: 'https://ca/' }, { a: 1 });
    t.match(key, { algorithm, hash, jwk: { crv: namedCurve } });
    t.equal(Buffer.from(signature, 'base64url').length, length);
    t.ok(isGood(key, `${header}.${payload}`, signature), algorithm);
    t.equal(Buffer.from(header, 'base64url').toString(), `{"alg":"${algorithm}","nonce":"n","url":"https://ca/"}`);
    t.equal(Buffer.from(payload, 'base64url').toString(), '{"a":1}');
  }
});

t.test('a request for a resource has an empty payload (RFC 8555 6.3)', async (t) => {
  const key = keyOf(ec);
  const { protected: header, payload, signature } = signedJws(key, { kid: 'https://ca/1' }, undefined);
  t.equal(payload, '');
  t.ok(isGood(key, `${header}.`, signature));
});

t.test('HS256, of external account bindings (RFC 8555 7.3.4)', async (t) => {
  const secret = Buffer.from('a secret of the CA');
  const { protected: header, payload, signature } = authenticated(secret, { kid: 'kid-1', url: 'https://ca/' }, ec);
  t.equal(Buffer.from(header, 'base64url').toString(), '{"alg":"HS256","kid":"kid-1","url":"https://ca/"}');
  t.equal(signature, createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url'));
});

t.test('thumbprints', async (t) => {
  const ofTheRfc = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
    },
  });
  t.equal(thumbprint(accountKey(ofTheRfc, 'rsa')), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'RFC 7638 3.1');
  // openssl dgst -sha256 of the members of RFC 7638 3.2, in their order.
  t.equal(thumbprint(keyOf(ec)), 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U', 'P-256');
});

t.test('keys no CA takes a signature of', async (t) => {
  const rows: readonly (readonly [key: KeyObject, kind: string])[] = [
    [generateKeyPairSync('ed25519').privateKey, 'ed25519'],
    [generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'secp256k1'],
    [generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'rsa'],
    [generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, 'rsa-pss'],
  ];
  for (const [key, kind] of rows) {
    t.throws(() => accountKey(key, 'account.key'), {
      code: 'ACME_KEY',
      message: new RegExp(kind),
      source: 'account.key',
    });
  }
});
