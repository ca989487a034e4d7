// What the simulators have in common. The state of an episode is a Float64Array: four numbers of
// the state proper, of which some tasks need but two, the last reward, and 1 once it has ended.

import { cosPi, largest, sinPi } from "../maths.js";

export const REWARD = 4;
export const DONE = 5;
export const STATE_SIZE = 6;

const INVERSE_PI = 1 / Math.PI;

/** The cosine of an angle in radians, as wann.envs has it. */
export function cosine(angle) {
  return cosPi(angle * INVERSE_PI);
}

/** The sine of an angle in radians, as wann.envs has it. */
export function sine(angle) {
  return sinPi(angle * INVERSE_PI);
}

/** An output as the share of a force: held to [-1, 1], 0 for NaN. */
export function forceOf(output) {
  if (output > 1) return 1;
  if (output < -1) return -1;
  return Math.abs(output) < 2 ? output : 0;
}

/** -1, 0 or 1: which of three outputs from `at` on is the largest, the first of equals. */
export function choiceOfThree(outputs, at) {
  return largest(outputs, at, at + 3) - 1;
}

/** x, or the bound that it is beyond. */
export function clip(x, low, high) {
  return x > high ? high : x < low ? low : x;
}
