/**
 * JSON objects from a server, read by the kind of their fields: one that is absent or of another kind is undefined, or an
 * empty list.
 */
export type ParsedObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is ParsedObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value a body is, or undefined where it is no JSON. */
export function parsedBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The object a body is, or undefined. */
export function parseObject(body: Uint8Array): ParsedObject | undefined {
  const value = parsedBody(body);
  return isObject(value) ? value : undefined;
}

/** The texts in a list. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export function textIn(object: ParsedObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

export function textsIn(object: ParsedObject, name: string): string[] {
  return textsOf(object[name]);
}

export function objectIn(object: ParsedObject, name: string): ParsedObject | undefined {
  const value = object[name];
  return isObject(value) ? value : undefined;
}

export function objectsIn(object: ParsedObject, name: string): ParsedObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
