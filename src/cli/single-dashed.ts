/** openssl's words that would pass for short options in a row, as `-out x` for `-o ut`: with one dash they are never that. */
const singleDashed: ReadonlySet<string> = new Set([
  ...['subj', 'newkey', 'nodes', 'noenc', 'noout', 'in', 'out', 'inform', 'outform', 'days', 'keyout', 'key', 'text'],
  ...['x509', 'new', 'req', 'CA', 'CAkey', 'CAfile', 'CApath', 'CAcreateserial', 'set_serial', 'addext', 'extfile'],
  ...[
    'config',
    'passin',
    'passout',
    'inkey',
    'certfile',
    'export',
    'nokeys',
    'nocerts',
    'enddate',
    'startdate',
    'dates',
  ],
  ...['subject', 'issuer', 'serial', 'fingerprint', 'email', 'purpose', 'checkend', 'checkhost', 'modulus', 'pubkey'],
  ...[
    'pubout',
    'connect',
    'showcerts',
    'servername',
    'starttls',
    'sha1',
    'sha256',
    'sha384',
    'sha512',
    'verify',
    'topk8',
  ],
  ...['traditional', 'untrusted', 'reqexts', 'verify_hostname', 'name', 'hash', 'cert', 'chain', 'help', 'version'],
]);

/** True for openssl's spelling of an option: a whole word behind one dash. */
export const isSingleDashed = (argument: string): boolean =>
  argument.startsWith('-') && singleDashed.has(argument.slice(1));
