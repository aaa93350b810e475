/** Numbers from 0 to below a bound, by xorshift32: what they make can be made again from the seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Choices made by such numbers. */
export function randomChoices(seed: number) {
  const random = randomNumbers(seed);
  return {
    random,
    chance: (oneIn: number): boolean => random(oneIn) === 0,
    pick<T>(list: readonly T[]): T {
      const picked = list[random(list.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}
