import { valuesOf } from '../x509/general-name.js';
import { publicKeyPin, tlsaData, tlsaRecord } from '../x509/pin.js';
import type { Show } from './inspector.js';
import { type Item, typeNames } from './item.js';
import { publicKeyIn } from './public-half.js';

/** `--pin`: the pin of every object's public key, as curl takes it. */
export function showPins(): Show {
  return ({ item, source }, sink) => {
    const key = publicKeyIn(item);
    if (key === undefined) sink.passOver(source, `no public key in ${typeNames[item.type]}`);
    else sink.write(`${publicKeyPin(key)}\n`);
  };
}

/**
 * `--tlsa`: the data of a TLSA record for every object's public key; with a port the whole records, one for each of its DNS
 * names. A wildcard has none: it would have to stand in the middle of the record's name (RFC 4592 2.1.1).
 */
export function showTlsa(port: number | undefined): Show {
  return ({ item, source }, sink) => {
    const key = publicKeyIn(item);
    if (key === undefined) {
      sink.passOver(source, `no public key in ${typeNames[item.type]}`);
      return;
    }
    if (port === undefined) {
      sink.write(`${tlsaData(key)}\n`);
      return;
    }
    const hosts = hostsOf(item);
    if (hosts.length === 0) sink.passOver(source, `no host name for a TLSA record in ${typeNames[item.type]}`);
    for (const host of hosts) sink.write(`${tlsaRecord(host, port, key)}\n`);
  };
}

/** The DNS names without a wildcard. */
function hostsOf(item: Item): string[] {
  if (item.type !== 'certificate' && item.type !== 'request') return [];
  return valuesOf(item.view.subjectAltNames, 'dns').filter((name) => /^[a-z0-9._-]+$/i.test(name));
}
