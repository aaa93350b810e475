import { trailingText } from '../certificate-warnings.js';
import type { Extension } from '../extension.js';
import type { ExtensionType, Warn } from './extension-type.js';

const unheard: Warn = () => {};

/**
 * The value of an extension of a kind.
 *
 * @param warn takes what is readable, though it should not be there
 * @throws {DerError} the content is not what the extension's specification says
 */
export function readValue<T>(type: ExtensionType<T>, { inner, valueElement }: Extension, warn: Warn = unheard): T {
  const value = type.read(inner, warn);
  if (inner.end < valueElement.end) warn(trailingText(valueElement.end - inner.end));
  return value;
}
