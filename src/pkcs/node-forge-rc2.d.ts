/** The one part of node-forge that is used. Strings hold an octet a character. */
declare module 'node-forge/lib/rc2.js' {
  interface ByteBuffer {
    getBytes(): string;
    putBytes(bytes: string): ByteBuffer;
  }
  type Pad = (blockSize: number, buffer: ByteBuffer, decrypting: boolean) => boolean;
  interface Rc2Cipher {
    start(iv: string): void;
    update(input: ByteBuffer): void;
    /** False when the input is not a whole number of blocks, or what `pad` says. */
    finish(pad: Pad): boolean;
    readonly output: ByteBuffer;
  }
  const rc2: { createDecryptionCipher(key: string, effectiveBits: number): Rc2Cipher };
  export default rc2;
}

declare module 'node-forge/lib/util.js' {
  const util: { createBuffer(bytes: string): import('node-forge/lib/rc2.js').ByteBuffer };
  export default util;
}
