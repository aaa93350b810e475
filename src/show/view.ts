import { paint } from '../cli/color.js';
import { showBrief } from './brief.js';
import { showFields } from './fields.js';
import type { Show } from './inspector.js';
import { showJson } from './json.js';
import { type FingerprintKind, showFingerprint, showNames, showPem } from './lines.js';
import { showPins, showTlsa } from './pins.js';
import { withPublicHalves } from './public-half.js';
import { withFilename } from './with-filename.js';

/** A way of showing, in words that can be sent to another thread. */
export type View = (
  | { readonly kind: 'brief' | 'expiries' | 'long' | 'json' | 'names' | 'pin' | 'pem' | 'markdown' }
  | { readonly kind: 'field'; readonly list: string }
  | { readonly kind: 'fingerprint'; readonly hash: FingerprintKind }
  | { readonly kind: 'tlsa'; readonly port: number | undefined }
) & {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly isColored: boolean;
  /** True where every line gets the name of its input in front. */
  readonly hasFilenames: boolean;
};

/** @throws {UsageError} a field no object has */
export async function openView(view: View): Promise<Show> {
  const show = await showOf(view);
  return withPublicHalves(view.hasFilenames ? withFilename(show) : show);
}

async function showOf(view: View): Promise<Show> {
  const { now, isColored } = view;
  switch (view.kind) {
    case 'json':
      return showJson(now);
    case 'names':
      return showNames();
    case 'pem':
      return showPem();
    case 'field':
      return showFields(view.list, now);
    case 'fingerprint':
      return showFingerprint(view.hash);
    case 'pin':
      return showPins();
    case 'tlsa':
      return showTlsa(view.port);
    case 'brief':
      return showBrief({ now, paint: paint(isColored) });
    case 'expiries': {
      const { showExpiries } = await import('./expiry-lines.js');
      return showExpiries(now, paint(isColored));
    }
    case 'markdown': {
      const { showMarkdown } = await import('./markdown.js');
      return showMarkdown(now);
    }
    case 'long': {
      const { showLong } = await import('./long.js');
      return showLong({ now, paint: paint(isColored) });
    }
  }
}
