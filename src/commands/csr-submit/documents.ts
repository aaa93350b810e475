/** Everything that reads requests and certificates, loaded in one go: as two parts each would bring the readers along. */
export { chosenChain } from '../../acme/download.js';
export { readInputs } from './inputs.js';
