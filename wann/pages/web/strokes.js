// Strokes of the pointer as an image: grey values from 0 (no ink) to 1, row by row. A stroke is a
// list of places [x, y], in pixels of the image.

/** How much ink a pixel has: all within `radius` of a stroke, with a soft edge of a pixel. */
export function inkOf(strokes, height, width, radius) {
  const ink = new Float64Array(height * width);
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      addSegment(ink, height, width, stroke[Math.max(0, i - 1)], stroke[i], radius);
    }
  }
  return ink;
}

function addSegment(ink, height, width, from, to, radius) {
  const reach = radius + 1;
  const [left, right] = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach];
  const [top, bottom] = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach];
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(height, bottom); row++) {
    for (let column = Math.max(0, Math.floor(left)); column < Math.min(width, right); column++) {
      const distance = distanceTo(from, to, column + 0.5, row + 0.5);
      const value = Math.max(0, Math.min(1, radius + 0.5 - distance));
      const at = row * width + column;
      if (value > ink[at]) ink[at] = value;
    }
  }
}

function distanceTo([fromX, fromY], [toX, toY], x, y) {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX * alongX + alongY * alongY;
  const share = length ? ((x - fromX) * alongX + (y - fromY) * alongY) / length : 0;
  const held = Math.max(0, Math.min(1, share));
  return Math.hypot(x - fromX - held * alongX, y - fromY - held * alongY);
}

/** The smallest box around strokes. */
export function boxOf(strokes) {
  const places = strokes.flat();
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  return { left, right, top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Strokes scaled, then moved. */
export function moved(strokes, scale, x, y) {
  return strokes.map((stroke) => stroke.map(([a, b]) => [a * scale + x, b * scale + y]));
}
