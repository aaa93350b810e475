import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import t from 'tap';
import { sign, signatureAlgorithmFor, verify } from '../../src/crypto/signature.js';
import { element, integer, nullValue, objectIdentifier, sequence } from '../../src/der/writer.js';

const data = Buffer.from('to be signed');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const p256 = ec('P-256');
const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const algorithm = (oid: string, ...parameters: Uint8Array[]) => sequence(objectIdentifier(oid), ...parameters);

t.test('what a key signs with by itself, and that it verifies', async (t) => {
  const table: [
    string,
    { publicKey: KeyObject; privateKey: KeyObject },
    Parameters<typeof signatureAlgorithmFor>[1]?,
  ][] = [
    ['rsa-pkcs1 sha256', rsa],
    ['rsa-pkcs1 sha384', rsa, { hash: 'sha384' }],
    ['rsa-pss sha256', rsa, { pss: true }],
    ['rsa-pss sha512', rsa, { pss: true, hash: 'sha512' }],
    ['rsa-pss sha256', generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
    [
      'rsa-pss sha384',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha384', mgf1HashAlgorithm: 'sha384' }),
    ],
    ['ecdsa sha256', p256],
    ['ecdsa sha384', ec('P-384')],
    ['ecdsa sha512', ec('P-521')],
    ['ecdsa sha256', ec('P-521'), { hash: 'sha256' }],
    ['ecdsa sha256', ec('secp256k1')],
    ['ed25519 null', generateKeyPairSync('ed25519')],
    ['ed448 null', generateKeyPairSync('ed448')],
  ];
  for (const [expected, { privateKey, publicKey }, choice] of table) {
    const chosen = signatureAlgorithmFor(privateKey, choice);
    t.equal(`${chosen.scheme} ${chosen.hash}`, expected);
    const signature = sign(privateKey, chosen, data);
    const signed = { algorithm: chosen.identifier, publicKey: spki(publicKey), signature, data };
    t.equal(verify(signed), 'good', expected);
    t.equal(verify({ ...signed, data: Buffer.from('something else') }), 'bad', `${expected}, other data`);
    t.equal(verify({ ...signed, signature: signature.subarray(1) }), 'bad', `${expected}, cut signature`);
    const other = expected.startsWith('rsa') ? p256 : rsa;
    t.equal(verify({ ...signed, publicKey: spki(other.publicKey) }), 'bad', `${expected}, a key of another type`);
  }
});

t.test('an RSA signature is as long as its modulus, or bad', async (t) => {
  for (const choice of [{ pss: true }, {}]) {
    const chosen = signatureAlgorithmFor(rsa.privateKey, choice);
    // One in 256 starts with a zero.
    let message = data;
    let signature = sign(rsa.privateKey, chosen, message);
    while (signature[0] !== 0) {
      message = Buffer.concat([message, Buffer.of(1)]);
      signature = sign(rsa.privateKey, chosen, message);
    }
    const signed = { algorithm: chosen.identifier, publicKey: spki(rsa.publicKey), data: message };
    t.equal(verify({ ...signed, signature }), 'good', chosen.scheme);
    t.equal(verify({ ...signed, signature: signature.subarray(1) }), 'bad', `${chosen.scheme} without its zero`);
    const longer = Buffer.concat([Buffer.of(0), signature]);
    t.equal(verify({ ...signed, signature: longer }), 'bad', `${chosen.scheme} with one more`);
  }
});

t.test('what does not fit is refused', async (t) => {
  const x25519 = generateKeyPairSync('x25519');
  t.throws(() => signatureAlgorithmFor(p256.privateKey, { pss: true }), {
    message: 'PSS is for RSA keys, this one is ec',
  });
  t.throws(() => signatureAlgorithmFor(generateKeyPairSync('ed25519').privateKey, { hash: 'sha256' }), {
    message: 'Ed25519 has its hash built in, it cannot be chosen',
  });
  t.throws(() => signatureAlgorithmFor(x25519.privateKey), { message: 'keys of type x25519 cannot sign here' });
  const short = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey;
  t.throws(() => sign(short, signatureAlgorithmFor(short, { hash: 'sha512' }), data), { code: 'SIGNING_FAILED' });
});

t.test('an ECDSA signature is DER with r and s in range, or bad', async (t) => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const raw = nodeSign('sha256', data, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' });
  const [r, s] = [raw.subarray(0, 32), raw.subarray(32)];
  const good = sequence(integer(r), integer(s));
  const rawInteger = (content: Uint8Array) => element(0x02, content);
  const table: [string, Uint8Array, 'good' | 'bad'][] = [
    ['as it is', good, 'good'],
    ['a trailing byte', Buffer.concat([good, Buffer.of(0)]), 'bad'],
    ['a third integer', sequence(integer(r), integer(s), integer(1)), 'bad'],
    ['a length in long form', Buffer.concat([Buffer.of(0x30, 0x81), good.subarray(1)]), 'bad'],
    ['a padded integer', sequence(rawInteger(Buffer.concat([Buffer.of(0, 0), r])), integer(s)), 'bad'],
    ['a negative integer', sequence(rawInteger(Buffer.concat([Buffer.of(0xff), r])), integer(s)), 'bad'],
    ['r zero', sequence(integer(0), integer(s)), 'bad'],
    ['s the order', sequence(integer(r), integer(order)), 'bad'],
    ['a set', Buffer.concat([Buffer.of(0x31), good.subarray(1)]), 'bad'],
    ['nothing', new Uint8Array(), 'bad'],
  ];
  const identifier = signatureAlgorithmFor(p256.privateKey).identifier;
  for (const [name, signature, expected] of table) {
    t.equal(verify({ algorithm: identifier, publicKey: spki(p256.publicKey), signature, data }), expected, name);
  }
  const big = integer(
    Buffer.from(
      (BigInt(`0x${s.toString('hex')}`) + BigInt(`0x${order.toString('hex')}`)).toString(16).padStart(66, '0'),
      'hex',
    ),
  );
  t.equal(
    verify({ algorithm: identifier, publicKey: spki(p256.publicKey), signature: sequence(integer(r), big), data }),
    'bad',
    's over the order by the order',
  );
});

t.test('Edwards keys of small order are refused, however they are written', async (t) => {
  const points: [string, string, number][] = [
    ['ed25519', `01${'00'.repeat(31)}`, 64],
    ['ed25519', `01${'00'.repeat(30)}80`, 64],
    ['ed25519', '00'.repeat(32), 64],
    ['ed25519', `ec${'ff'.repeat(30)}7f`, 64],
    ['ed25519', `ed${'ff'.repeat(30)}7f`, 64],
    ['ed25519', `ee${'ff'.repeat(30)}ff`, 64],
    ['ed25519', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 64],
    ['ed25519', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 64],
    ['ed448', `01${'00'.repeat(56)}`, 114],
    ['ed448', `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`, 114],
    ['ed448', '00'.repeat(57), 114],
  ];
  for (const [curve, point, size] of points) {
    const oid = curve === 'ed25519' ? '1.3.101.112' : '1.3.101.113';
    const publicKey = sequence(algorithm(oid), element(0x03, Buffer.of(0), Buffer.from(point, 'hex')));
    // R the neutral element and s zero: valid for every message under the neutral key.
    const signature = Buffer.alloc(size);
    signature[0] = 1;
    t.equal(verify({ algorithm: algorithm(oid), publicKey, signature, data }), 'bad', point);
  }
});

t.test('PSS parameters are honoured', async (t) => {
  const hashes = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' } as const;
  type Hash = keyof typeof hashes;
  const identifier = (hash: Hash, mask: Hash, salt: number, ...more: Uint8Array[]) =>
    algorithm(
      '1.2.840.113549.1.1.10',
      sequence(
        element(0xa0, algorithm(hashes[hash])),
        element(0xa1, algorithm('1.2.840.113549.1.1.8', algorithm(hashes[mask], nullValue()))),
        element(0xa2, integer(salt)),
        ...more,
      ),
    );
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const make = (hash: Hash, mask: Hash, saltLength: number) => {
    // A key bound to parameters makes node:crypto use a mask hash of its own.
    const pkcs8 = rsa.privateKey.export({ type: 'pkcs1', format: 'der' });
    const parameters = identifier(hash, mask, 0);
    const key = sequence(integer(0), parameters, element(0x04, pkcs8));
    const bound = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    return nodeSign(hash, data, { key: bound, padding, saltLength });
  };
  const publicKey = spki(rsa.publicKey);
  const check = (name: string, algorithm: Uint8Array, signature: Uint8Array, expected: unknown) =>
    t.same(verify({ algorithm, publicKey, signature, data }), expected, name);
  check('one hash', identifier('sha256', 'sha256', 32), make('sha256', 'sha256', 32), 'good');
  check('no salt', identifier('sha256', 'sha256', 0), make('sha256', 'sha256', 0), 'good');
  check('another salt length', identifier('sha256', 'sha256', 20), make('sha256', 'sha256', 32), 'bad');
  check('another mask hash', identifier('sha256', 'sha1', 32), make('sha256', 'sha1', 32), 'good');
  check('another mask hash, longer', identifier('sha256', 'sha512', 20), make('sha256', 'sha512', 20), 'good');
  check('a mask hash not the one used', identifier('sha256', 'sha512', 32), make('sha256', 'sha256', 32), 'bad');
  check('all defaults', algorithm('1.2.840.113549.1.1.10', sequence()), make('sha1', 'sha1', 20), 'good');
  check('no parameters', algorithm('1.2.840.113549.1.1.10'), make('sha1', 'sha1', 20), {
    unchecked: 'the PSS signature has no parameters at byte 0',
  });
  const trailer = identifier('sha256', 'sha256', 32, element(0xa3, integer(2)));
  check('a trailer field of its own', trailer, make('sha256', 'sha256', 32), {
    unchecked: 'PSS with an unknown trailer field at byte 67',
  });
});

t.test('what cannot be checked is neither good nor bad', async (t) => {
  const signature = Buffer.alloc(256, 1);
  const publicKey = spki(rsa.publicKey);
  const table: [string, Uint8Array, Uint8Array, RegExp][] = [
    ['an unknown algorithm', algorithm('1.2.3.4'), publicKey, /^signature algorithm 1\.2\.3\.4 is not known here$/],
    ['MD2', algorithm('1.2.840.113549.1.1.2', nullValue()), publicKey, /^hash md2 cannot be computed here$/],
    [
      'a key of an unknown kind',
      algorithm('1.3.101.112'),
      sequence(algorithm('1.2.3.4'), element(0x03, Buffer.alloc(33))),
      /public key/,
    ],
    ['a damaged algorithm', Buffer.of(0x30, 0x05, 0x06), publicKey, /ends/],
  ];
  for (const [name, algorithm, publicKey, reason] of table) {
    const verdict = verify({ algorithm, publicKey, signature, data });
    t.match(verdict, { unchecked: reason }, name);
  }
});

t.test('SHA-1 and MD5 signatures verify: whether they are acceptable is asked elsewhere', async (t) => {
  for (const [oid, hash] of [
    ['1.2.840.113549.1.1.5', 'sha1'],
    ['1.2.840.113549.1.1.4', 'md5'],
  ] as const) {
    const signature = nodeSign(hash, data, rsa.privateKey);
    t.equal(
      verify({ algorithm: algorithm(oid, nullValue()), publicKey: spki(rsa.publicKey), signature, data }),
      'good',
    );
  }
});
