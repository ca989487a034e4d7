// Where the nodes and connections of a network lie on a canvas, of the columns and levels that
// wann/drawing/layout.py found.

const LARGEST_NODE = 15; // pixels, of a radius
const NAME_SIZE = 13;
const LEAST_NAME = 9;
const CHARACTER = 0.6; // width of a letter, as a share of its size

/** Places in pixels of a network with a layout, on a canvas of `width` and `height`. */
export function layOut(network, names, { width, height }) {
  const { column, level, stretch } = network.layout;
  const drawn = column.flatMap((value, row) => (value >= 0 ? [row] : []));
  const tallest = Math.max(1, ...[...level, ...stretch].filter((value) => value !== null));
  const columns = Math.max(...column);
  const rowStep = (height - 44) / tallest;
  const left = 14 + nameRoom(["bias", ...names.inputs], rowStep, network.inputs);
  const right = 14 + nameRoom(names.outputs, rowStep * 2, network.outputs);
  const columnStep = (width - left - right) / Math.max(1, columns);
  const size = Math.max(2, Math.min(LARGEST_NODE, rowStep * 0.42, columnStep * 0.36));
  const step = Math.min(rowStep, size * 4.6);
  const top = (height - step * tallest) / 2;
  const x = column.map((value) => left + value * columnStep);
  const y = level.map((value) => top + value * step);
  const radius = sizes(network, size, step);
  const paths = connectionPaths(network, x, y, radius, columnStep, (at) => top + at * step);
  const unused = unusedRows(network);
  const at = { x, y, radius, step, unused };
  return { drawn, x, y, radius, size, paths, unused, names: placeNames(network, names, at) };
}

function nameRoom(names, step, count) {
  if (step * 0.8 < LEAST_NAME || names.length < count) return 12;
  const longest = Math.max(...names.map((name) => shortName(name).length));
  return 10 + LARGEST_NODE + longest * NAME_SIZE * CHARACTER;
}

function shortName(name) {
  return name.length > 14 ? `${name.slice(0, 13)}…` : name;
}

function sizes(network, size, step) {
  const { room } = network.layout;
  return room.map((value) => Math.max(1.2, Math.min(size, value * step * 0.46)));
}

/** Of each row whether it is the bias or an input that nothing hears. */
function unusedRows(network) {
  const heard = new Set(network.from);
  return Array.from({ length: network.rows }, (_, row) => row < network.first && !heard.has(row));
}

function placeNames(network, names, { x, y, radius, step, unused }) {
  const found = [];
  const add = (row, name, align, side) => {
    const room = network.layout.room[row] * step;
    const font = Math.min(NAME_SIZE, room * 0.8);
    if (network.layout.column[row] < 0 || font < LEAST_NAME) return;
    found.push({
      text: shortName(name),
      x: x[row] + side * (radius[row] + 8),
      y: y[row],
      align,
      font: `${font}px system-ui, sans-serif`,
      faded: unused[row],
    });
  };
  if (names.inputs.length)
    ["bias", ...names.inputs].forEach((name, row) => add(row, name, "right", -1));
  const first = network.rows - network.outputs;
  names.outputs.forEach((name, i) => add(first + i, name, "left", 1));
  return found;
}

// Columns that an arc beside a column takes up: the least, how much more, and a share of both where
// it leads down. As in wann/drawing/lines.py.
const LEAST_ARC = 0.12;
const MORE_ARC = 0.6;
const DOWN = 0.75;

// An arc above two nodes, or a loop above one, for what is read one step later.
function arc(path, [x, y], [toX, toY], columnStep) {
  const top = Math.max(4, Math.min(y, toY) - 0.35 * columnStep - 0.25 * Math.abs(toX - x));
  const same = x === toX && y === toY;
  const reach = same ? 0.6 * columnStep : 0.25 * (x - toX);
  path.bezierCurveTo(x - reach, top, toX + reach, top, toX, toY);
}

// An arc to the left of two nodes of a column, the wider the farther they are apart: a line between
// them would hide behind the nodes between. One that leads down is narrower than one that leads up,
// so that both are seen where two nodes hear each other.
function arcBeside(path, [x, y], [toX, toY], columnStep) {
  const apart = Math.abs(toY - y);
  const width = (LEAST_ARC + (MORE_ARC * apart) / (apart + 2 * columnStep)) * columnStep;
  const bend = (4 / 3) * width * (toY < y ? 1 : DOWN);
  const rise = Math.min(0.35 * apart, 0.3 * columnStep) * Math.sign(toY - y);
  path.bezierCurveTo(x - bend, y + rise, x - bend, toY - rise, toX, toY);
}

// A connection that spans several columns runs level through the columns between its ends.
function connectionPaths(network, x, y, radius, columnStep, heightOf) {
  const { column, stretch } = network.layout;
  const paths = [];
  let edge = 0;
  for (let node = 0; node < network.count.length; node++) {
    const target = network.first + node;
    for (const end = edge + network.count[node]; edge < end; edge++) {
      const source = network.from[edge];
      if (column[source] < 0) {
        paths.push(null);
        continue;
      }
      const path = new Path2D();
      path.moveTo(x[source], y[source]);
      if (network.source[edge] >= network.rows) {
        const beside = column[source] === column[target] && source !== target;
        const bent = beside ? arcBeside : arc;
        bent(path, [x[source], y[source]], [x[target], y[target]], columnStep);
        paths.push(path);
        continue;
      }
      const stop = [x[target] - radius[target] * 1.5, y[target]];
      if (stretch[edge] === null) {
        curve(path, [x[source], y[source]], stop);
      } else {
        const level = heightOf(stretch[edge]);
        const begin = [x[source] + columnStep * 0.8, level];
        const leave = [Math.max(begin[0], x[target] - columnStep * 0.8), level];
        curve(path, [x[source], y[source]], begin);
        path.lineTo(...leave);
        curve(path, leave, stop);
      }
      path.lineTo(x[target], y[target]);
      paths.push(path);
    }
  }
  return paths;
}

function curve(path, [x, y], [toX, toY]) {
  const middle = (x + toX) / 2;
  path.bezierCurveTo(middle, y, middle, toY, toX, toY);
}
