import type { Paint } from '../cli/color.js';
import { attempt } from '../errors.js';
import { isoDate } from '../text/iso-time.js';
import { count, printable } from '../text/printable.js';
import { textWidth } from '../text/width.js';
import { shownName } from '../x509/display-name.js';
import type { Show } from './inspector.js';
import { type Item, typeNames } from './item.js';
import { expiryOf } from './validity.js';

const MILLISECONDS_A_DAY = 86_400_000;

/** The columns of what is left, and of the name. */
const LEFT = 21;
const NAME = 32;

/** `--expires-within` unless another way is asked for: a line for everything that expires. */
export function showExpiries(now: number, paint: Paint): Show {
  return ({ item, source }, sink) => {
    const expiry = expiryOf(item);
    if (expiry === null) return;
    const days = Math.floor((expiry - now) / MILLISECONDS_A_DAY);
    const color = expiry < now ? paint.red : paint.yellow;
    const name = nameOf(item);
    const columns = [
      isoDate(expiry),
      color(leftText(days).padEnd(LEFT)),
      padded(printable(name), NAME),
      printable(source),
    ];
    sink.write(`${columns.join('  ')}\n`);
  };
}

function leftText(days: number): string {
  if (days >= 0) return `${count(days, 'day')} left`;
  return days === -1 ? 'expired today' : `expired ${count(-days - 1, 'day')} ago`;
}

function nameOf(item: Item): string {
  if (item.type === 'certificate') return shownName(item.view);
  if (item.type !== 'crl') return typeNames[item.type];
  const [issuer] = attempt(() => item.view.issuer.commonNames) ?? [];
  return `CRL of ${issuer ?? 'an issuer without a CN'}`;
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(width - textWidth(text), 0));
