import { type AsnType, type Constructed, fromBER } from 'asn1js';
import { element } from '../der/writer.js';

/**
 * BER rewritten as DER, so that the strict reader can take it: definite lengths in their shortest form, strings in one
 * piece, integers without padding. Values inside OCTET STRINGs stay as they are, and so does what follows it. asn1js reads
 * it; load with import().
 *
 * @returns undefined when it is not BER either
 */
export function berToDer(bytes: Uint8Array): Buffer | undefined {
  try {
    const { offset, result } = fromBER(bytes);
    return offset === -1 ? undefined : Buffer.concat([rewrite(result), bytes.subarray(offset)]);
  } catch {
    // asn1js throws errors of many kinds on hostile input; all of them mean that it cannot read it.
    return undefined;
  }
}

/** Tags of strings that BER may cut into pieces: BIT STRING, OCTET STRING and the character strings. */
const isString = (tag: number): boolean => tag === 3 || tag === 4 || tag === 12 || (tag >= 18 && tag <= 30);

function rewrite(block: AsnType): Buffer {
  const { idBlock, lenBlock, valueBeforeDecodeView } = block;
  const identifier = valueBeforeDecodeView[0] as number;
  if (!idBlock.isConstructed) {
    const content = valueBeforeDecodeView.subarray(idBlock.blockLength + lenBlock.blockLength);
    return element(identifier, content);
  }
  const parts = partsOf(block);
  if (idBlock.tagClass === 1 && isString(idBlock.tagNumber)) {
    return element(identifier & ~0x20, ...joined(parts, idBlock.tagNumber === 3));
  }
  return element(identifier, ...parts.map(rewrite));
}

function partsOf(block: AsnType): AsnType[] {
  const { value } = (block as Constructed).valueBlock;
  return Array.isArray(value) ? value : [];
}

/** The octets of a string's pieces; of a BIT STRING's only the last may have unused bits, and says so in front. */
function joined(parts: readonly AsnType[], isBits: boolean): Uint8Array[] {
  const contents = parts.map((part) => {
    const whole = rewrite(part);
    const headerLength = (whole[1] as number) < 0x80 ? 2 : 2 + ((whole[1] as number) & 0x7f);
    return whole.subarray(headerLength);
  });
  if (!isBits) return contents;
  const unused = contents.at(-1)?.subarray(0, 1) ?? Buffer.of(0);
  return [unused, ...contents.map((content) => content.subarray(1))];
}
