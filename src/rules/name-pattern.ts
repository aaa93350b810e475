/** A profile's pattern: labels, `*` for any one, `**` in front for any number of them. */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase().split('.');
  const labels = name.split('.');
  if (wanted[0] === '**') {
    const tail = wanted.slice(1);
    if (labels.length <= tail.length) return false;
    return tail.every((label, i) => fitsLabel(label, labels[labels.length - tail.length + i]));
  }
  return wanted.length === labels.length && wanted.every((label, i) => fitsLabel(label, labels[i]));
}

const fitsLabel = (wanted: string, label: string | undefined): boolean => wanted === '*' || wanted === label;
