// A drawing as the examples of a data set are: scaled, centred, straightened and resized as those
// were before a network saw them.

import { boxOf, inkOf, moved } from "./strokes.js";

const LEAST_MOMENT = 1e-2; // below this second vertical moment an image has no slant to speak of
const LEAST_EXTENT = 1e-6;

// Of each way of drawing a function of strokes, in units of the pad, that makes an image of
// `source` (height and width): how the makers of the data set scaled and centred their images.
const NORMALISED = {
  // A box of 20 x 20 pixels, whose centre of mass lies in the middle of 28 x 28 (LeCun et al.)
  mnist: (strokes, [height, width]) => {
    const radius = 1.2;
    const fitted = fittedInto(strokes, 20 - 2 * radius, 20 - 2 * radius);
    const ink = inkOf(moved(fitted, 1, 14, 14), height, width, radius);
    const [row, column] = centreOfMass(ink, width);
    return inkOf(moved(fitted, 1, 28 - column, 28 - row), height, width, radius);
  },
  // A bitmap of 32 x 32 pixels that the digit fills, whose blocks of 4 x 4 are counted (Alpaydin)
  digits: (strokes, [height, width]) => {
    const [block, radius] = [4, 1.9];
    const [tall, wide] = [height * block, width * block];
    const fitted = fittedInto(strokes, tall - 2 * radius, wide - 2 * radius);
    const ink = inkOf(moved(fitted, 1, wide / 2, tall / 2), tall, wide, radius);
    return blockMeans(ink, height, width, block);
  },
  plain: (strokes, [height, width]) => {
    const size = Math.min(height, width);
    const placed = moved(strokes, size, (width - size) / 2, (height - size) / 2);
    return inkOf(placed, height, width, Math.max(0.7, size * 0.045));
  },
};

/** The inputs of a network for strokes on a pad from 0 to 1; `drawing` is that of the data. */
export function drawnImage(strokes, drawing) {
  const [height, width] = drawing.source;
  if (!strokes.some((stroke) => stroke.length)) {
    return new Float64Array(drawing.size ? drawing.size ** 2 : height * width);
  }
  let image = NORMALISED[drawing.kind](strokes, drawing.source);
  if (drawing.deskew) image = straightened(image, height, width);
  if (drawing.size) image = resized(image, height, width, drawing.size);
  return image.map((value) => Math.max(0, Math.min(1, value)));
}

/** Strokes around 0, as large as fits into a box, in their own shape. */
function fittedInto(strokes, height, width) {
  const { left, right, top, bottom } = boxOf(strokes);
  const [tall, wide] = [bottom - top, right - left];
  // What is hardly more than a dot is not blown up to a blot
  const scale = Math.min(height / Math.max(tall, 0.1), width / Math.max(wide, 0.1));
  return moved(strokes, scale, -scale * (left + wide / 2), -scale * (top + tall / 2));
}

function centreOfMass(image, width) {
  let [mass, rows, columns] = [0, 0, 0];
  image.forEach((value, at) => {
    mass += value;
    rows += value * (Math.floor(at / width) + 0.5);
    columns += value * ((at % width) + 0.5);
  });
  return mass > LEAST_EXTENT ? [rows / mass, columns / mass] : [14, 14];
}

function blockMeans(image, height, width, block) {
  const means = new Float64Array(height * width);
  image.forEach((value, at) => {
    const [row, column] = [Math.floor(at / (width * block)), at % (width * block)];
    means[Math.floor(row / block) * width + Math.floor(column / block)] += value / block ** 2;
  });
  return means;
}

/** An image whose principal axis stands upright, as `wann.datasets.images.deskew` makes it. */
export function straightened(image, height, width) {
  const straight = new Float64Array(height * width);
  const skew = skewOf(image, height, width);
  for (let row = 0; row < height; row++) {
    const shift = skew * (row - 0.5 * height);
    const whole = Math.floor(shift);
    const part = shift - whole;
    for (let column = 0; column < width; column++) {
      const left = column + whole;
      const low = left >= 0 && left < width ? image[row * width + left] : 0;
      const high = left + 1 >= 0 && left + 1 < width ? image[row * width + left + 1] : 0;
      straight[row * width + column] = low * (1 - part) + high * part;
    }
  }
  return straight;
}

function skewOf(image, height, width) {
  let [mass, momentRow, momentColumn] = [0, 0, 0];
  const each = (add) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) add(image[row * width + column], row, column);
    }
  };
  each((value, row, column) => {
    mass += value;
    momentRow += value * row;
    momentColumn += value * column;
  });
  mass = mass > 0 ? mass : 1;
  const [meanRow, meanColumn] = [momentRow / mass, momentColumn / mass];
  let [mu02, mu11] = [0, 0];
  each((value, row, column) => {
    mu02 += value * (row - meanRow) ** 2;
    mu11 += value * (row - meanRow) * (column - meanColumn);
  });
  return mu02 > LEAST_MOMENT ? mu11 / mu02 : 0;
}

/** An image of size x size, interpolated linearly between the centres of pixels. */
export function resized(image, height, width, size) {
  const [across, down] = [sourcesOf(width, size), sourcesOf(height, size)];
  const made = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (const [fromRow, rowShare] of down[row]) {
        for (const [fromColumn, share] of across[column]) {
          sum += rowShare * share * image[fromRow * width + fromColumn];
        }
      }
      made[row * size + column] = sum;
    }
  }
  return made;
}

/** Of each new pixel the old ones around its centre, and their shares. */
function sourcesOf(before, after) {
  return Array.from({ length: after }, (_, i) => {
    const centre = Math.max(0, Math.min(before - 1, ((i + 0.5) * before) / after - 0.5));
    const left = Math.min(Math.floor(centre), Math.max(before - 2, 0));
    const share = centre - left;
    return before > 1 ? [[left, 1 - share], [left + 1, share]] : [[left, 1]];
  });
}
