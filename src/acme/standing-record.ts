import type { Responder } from './responder.js';

/** dns-persist-01 with a record that was put up once and for all: there is nothing to do. */
export const standingRecord: Responder = {
  types: ['dns-persist-01'],
  async prepare() {},
  async present() {},
  async withdraw() {},
  async close() {},
};
