/**
 * RFC 9525 6.3 as slow and obvious as it can be said, for property tests to compare with: one rule a line, nothing
 * shared with src/names.
 */
export function slowMatch(presented: string, reference: string): boolean {
  const host = reference.endsWith('.') ? reference.slice(0, -1) : reference;
  if (!isName(host)) return false;
  const pattern = presented.split('.');
  const labels = host.split('.');
  const isWildcard = pattern[0] === '*';
  if (isWildcard && pattern.length < 2) return false;
  if (!isName((isWildcard ? ['w', ...pattern.slice(1)] : pattern).join('.'))) return false;
  if (isWildcard && !isName(pattern.slice(1).join('.'))) return false;
  if (pattern.length !== labels.length) return false;
  for (let i = 0; i < labels.length; i++) {
    if (i === 0 && isWildcard) continue;
    if (pattern[i]?.toLowerCase() !== labels[i]?.toLowerCase()) return false;
  }
  return true;
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';
const digits = '0123456789';

function isName(name: string): boolean {
  if (name.length === 0 || name.length > 253) return false;
  const labels = name.split('.');
  for (const label of labels) {
    if (label.length === 0 || label.length > 63) return false;
    if (label[0] === '-' || label[label.length - 1] === '-') return false;
    for (const character of label) if (!`${letters}${digits}-`.includes(character)) return false;
  }
  const last = (labels[labels.length - 1] ?? '').toLowerCase();
  if ([...last].every((character) => digits.includes(character))) return false;
  if (last.startsWith('0x') && [...last.slice(2)].every((character) => `${digits}abcdef`.includes(character)))
    return false;
  return true;
}
