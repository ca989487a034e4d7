// What a network answers: its outputs for some inputs, the shares of the classes, the vote over
// several weights, and what each input says for the answer.

import { largest } from "./maths.js";
import { computeNodes } from "./network.js";

/** The outputs of a network, whose nodes are left in `values`. */
export function outputsFor(network, inputs, weight, values) {
  values.set(inputs, 1);
  computeNodes(network, weight, values);
  return values.slice(network.rows - network.outputs);
}

/** The index of the largest output, the first of equal ones; NaN never is, unless all are. */
export function largestOf(outputs) {
  return largest(outputs, 0, outputs.length);
}

/** The softmax of the outputs: the share of each class; null where they are too large for one. */
export function sharesOf(outputs) {
  const most = Math.max(...outputs);
  const powers = Array.from(outputs, (value) => Math.exp(value - most));
  const whole = powers.reduce((a, b) => a + b, 0);
  return Number.isFinite(whole) ? powers.map((power) => power / whole) : null;
}

/** What a network answers at each of some weights, and the class that most of them name. */
export function voteOf(network, inputs, weights, values) {
  const answers = weights.map((weight) => largestOf(outputsFor(network, inputs, weight, values)));
  const counts = new Array(network.outputs).fill(0);
  for (const answer of answers) counts[answer] += 1;
  return { answers, counts, winner: largestOf(counts) };
}

/** Inputs as networks see them that were trained on scaled ones; `scaling` may be null. */
export function scaledInputs(inputs, scaling) {
  if (!scaling) return inputs;
  return inputs.map((value, i) => (value - scaling.shift[i]) / scaling.scale[i]);
}

/**
 * How much each input raises one output: the output as it is, less what it is with this input
 * switched off, which is what `off` has for it. Inputs that are off already change nothing, and
 * where outputs are not finite nothing can be said (0).
 */
export function contributionsTo(network, inputs, weight, output, values, off) {
  const found = new Float64Array(inputs.length);
  const row = network.rows - network.outputs + output;
  const used = usesOf(network);
  const switched = Float64Array.from(inputs);
  outputsFor(network, inputs, weight, values);
  const whole = values[row];
  inputs.forEach((value, i) => {
    if (value === off[i] || !used[i]) return;
    switched[i] = off[i];
    outputsFor(network, switched, weight, values);
    const part = whole - values[row];
    found[i] = Number.isFinite(part) ? part : 0;
    switched[i] = value;
  });
  outputsFor(network, inputs, weight, values);
  return found;
}

/** How many connections leave each input. */
export function usesOf(network) {
  const uses = new Float64Array(network.inputs);
  for (const row of network.source) if (row > 0 && row < network.first) uses[row - 1] += 1;
  return uses;
}

/** The numbers in a text of base64: float32, in the order of bytes that all browsers have. */
export function floatsOf(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
