/** The release of tldts that src/names/public-suffix-list.ts was made from. Made by `npm run update:suffixes`. */
export const suffixVersion = '7.5.5';
