// Networks given as tables (wann/pages/network_data.py), and their forward pass, which computes the
// bits that wann.kernels.forward computes.

import {
  cosPi,
  exp,
  held,
  log,
  maximum,
  minimum,
  rint,
  sigmoid,
  sinPi,
  tanh,
} from "./maths.js";

// Of each operation and condition a function that makes a function of x out of those of its
// arguments. Browsers do not run text under the policy of the page, so formulas are data.
const OPERATIONS = {
  add: (a, b) => (x) => a(x) + b(x),
  subtract: (a, b) => (x) => a(x) - b(x),
  multiply: (a, b) => (x) => a(x) * b(x),
  divide: (a, b) => (x) => a(x) / b(x),
  negative: (a) => (x) => -a(x),
  absolute: (a) => (x) => Math.abs(a(x)),
  select: (condition, a, b) => (x) => (condition(x) ? a(x) : b(x)),
  maximum: (a, b) => (x) => maximum(a(x), b(x)),
  minimum: (a, b) => (x) => minimum(a(x), b(x)),
  rint: (a) => (x) => rint(a(x)),
  floor: (a) => (x) => Math.floor(a(x)),
  sqrt: (a) => (x) => Math.sqrt(a(x)),
  exp: (a) => (x) => exp(a(x)),
  log: (a) => (x) => log(a(x)),
  sin_pi: (a) => (x) => sinPi(a(x)),
  cos_pi: (a) => (x) => cosPi(a(x)),
  tanh: (a) => (x) => tanh(a(x)),
  sigmoid: (a) => (x) => sigmoid(a(x)),
  greater: (a, b) => (x) => a(x) > b(x),
  less: (a, b) => (x) => a(x) < b(x),
  greater_equal: (a, b) => (x) => a(x) >= b(x),
  less_equal: (a, b) => (x) => a(x) <= b(x),
};

/** The function of x that a formula describes: "x", a number, or [operation, ...arguments]. */
export function formulaFunction(tree) {
  if (tree === "x") return (x) => x;
  if (typeof tree === "number") return () => tree;
  const [operation, ...given] = tree;
  return OPERATIONS[operation](...given.map(formulaFunction));
}

/**
 * A network that `computeNodes` reads, of its table. A source below 0 is a row, as -1 - row, one
 * step before: behind the rows of nodes there is another for each row that is remembered.
 */
export function readNetwork(table) {
  const functions = table.activations.map((activation) => formulaFunction(activation.tree));
  const rows = 1 + table.inputs + table.kind.length;
  const from = Int32Array.from(table.source, (row) => (row < 0 ? -1 - row : row));
  const remembered = [...new Set(from.filter((_, edge) => table.source[edge] < 0))];
  return {
    ...table,
    from, // row of the node that each connection comes from
    remembered, // rows that are read one step later
    first: 1 + table.inputs, // row of the first computed node
    rows,
    connections: table.source.length,
    hidden: table.kind.length - table.outputs,
    functions: table.kind.map((kind) => functions[kind]),
    count: Int32Array.from(table.count),
    // Where the value of each connection stands
    source: from.map((row, edge) =>
      table.source[edge] < 0 ? rows + remembered.indexOf(row) : row,
    ),
    weights: table.weights && Float64Array.from(table.weights),
  };
}

/** Room for the values of the bias, the inputs, the computed nodes, and what is remembered. */
export function makeValues(network) {
  const values = new Float64Array(network.rows + network.remembered.length);
  values[0] = 1;
  return values;
}

/**
 * Computes all nodes. `values` holds bias and inputs, and is filled up; `weight` is one number that
 * all connections share, or one for each.
 */
export function computeNodes(network, weight, values) {
  const { count, source, functions, first } = network;
  const shared = typeof weight === "number";
  let edge = 0;
  for (let node = 0; node < count.length; node++) {
    const end = edge + count[node];
    let sum = 0;
    if (!shared) {
      for (; edge < end; edge++) sum += weight[edge] * values[source[edge]];
    } else if (edge < end) {
      sum = values[source[edge++]];
      for (; edge < end; edge++) sum += values[source[edge]];
      sum *= weight;
    }
    values[first + node] = functions[node](sum);
  }
  return values;
}

/** Keeps what the next step reads of this one. */
export function remember({ rows, remembered }, values) {
  remembered.forEach((row, i) => (values[rows + i] = values[row]));
}

/** Forgets all steps, as at the start of an episode. */
export function forget({ rows }, values) {
  values.fill(0, rows);
}

/** Writes an observation into the inputs of `values`, scaled as the network reads it. */
export function readObservation(observation, scaling, values) {
  for (let i = 0; i < observation.length; i++) {
    let value = observation[i];
    if (scaling) {
      value = (value - scaling.shift[i]) / scaling.scale[i];
      if (scaling.clipped) value = held(value, 0, 1);
    }
    values[1 + i] = value;
  }
}

/**
 * Of each row whether it never changes with the inputs: the bias, nodes without inputs, and nodes
 * that hear nothing else.
 */
export function constantRows(network) {
  const constant = new Array(network.rows).fill(false);
  constant[0] = true;
  let edge = 0;
  for (let node = 0; node < network.count.length; node++) {
    const end = edge + network.count[node];
    constant[network.first + node] = true;
    for (; edge < end; edge++) {
      if (!constant[network.source[edge]]) constant[network.first + node] = false;
    }
  }
  return constant;
}
