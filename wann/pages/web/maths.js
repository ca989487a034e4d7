// The functions that formulas are made of. They compute the bits that wann.kernels.maths computes.
// Written by wann.formats.export.js_functions, but for this comment and the word export.

/** The whole number nearest to x; of two equally near ones, the even one. */
export function rint(x) {
  const big = 4503599627370496;
  if (!(x > -big && x < big)) return x;
  const nearest = x < 0 ? (x - big) + big : (x + big) - big;
  return nearest === 0 ? x * 0 : nearest;
}

/** sin(pi r) for r from -1/2 to 1/2. */
export function sinePoly(r) {
  const z = r * r;
  let p = -2.113362735205297e-05;
  p = p * z + 0.0004659870158043378;
  p = p * z + -0.0073703643265304155;
  p = p * z + 0.08214587881631043;
  p = p * z + -0.599264528825224;
  p = p * z + 2.5501640398618677;
  p = p * z + -5.1677127800497855;
  p = p * z + 3.1415926535897927;
  return p * r;
}

/** sin(pi x) */
export function sinPi(x) {
  const nearest = rint(x);
  const odd = nearest - 2 * Math.floor(nearest * 0.5);
  return sinePoly(x - nearest) * (1 - 2 * odd);
}

/** cos(pi x) */
export function cosPi(x) {
  const nearest = rint(x);
  const odd = nearest - 2 * Math.floor(nearest * 0.5);
  return sinePoly(0.5 - Math.abs(x - nearest)) * (1 - 2 * odd);
}

const power = new DataView(new ArrayBuffer(8));

/** exp(x), with x held from -708 to 708. */
export function exp(x) {
  if (x > 708) x = 708;
  if (x < -708) x = -708;
  const n = (x * 1.4426950408889634 + 6755399441055744) - 6755399441055744;
  const r = (x - n * 0.6931471803691238) - n * 1.9082149292705877e-10;
  let q = 2.5100375832561234e-08;
  q = q * r + 2.7620075879983367e-07;
  q = q * r + 2.7557268480310024e-06;
  q = q * r + 2.4801521322368692e-05;
  q = q * r + 0.00019841269863040545;
  q = q * r + 0.0013888888917196719;
  q = q * r + 0.008333333333330065;
  q = q * r + 0.041666666666624164;
  q = q * r + 0.16666666666666669;
  q = q * r + 0.5000000000000001;
  power.setUint32(0, (n + 1023) << 20); // the number 2 to the power of n
  return (q * r * r + r + 1) * power.getFloat64(0);
}

const parts = new DataView(new ArrayBuffer(8));

/** The natural logarithm: -Infinity of 0, NaN below it. */
export function log(x) {
  if (!(x > 0)) return x < 0 ? NaN : -1 / (x * x);
  if (x > 1.7976931348623157e+308) return x;
  const small = x < 2.2250738585072014e-308;
  parts.setFloat64(0, small ? x * 1.8014398509481984e+16 : x);
  const high = parts.getUint32(0);
  let n = (high >>> 20) - 1023;
  parts.setUint32(0, (high & 0xfffff) | (1023 << 20)); // the mantissa, from 1 to 2
  let m = parts.getFloat64(0);
  if (m > Math.SQRT2) {
    n += 1;
    m *= 0.5;
  }
  if (small) n -= 54;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 0.14809710360655276;
  p = p * z + 0.1531252814836419;
  p = p * z + 0.18183631680229329;
  p = p * z + 0.22222197056726048;
  p = p * z + 0.2857142876064168;
  p = p * z + 0.3999999999930234;
  p = p * z + 0.6666666666666765;
  p = p * z + 2;
  return n * 0.6931471803691238 + (n * 1.9082149292705877e-10 + p * s);
}

export function sigmoid(x) {
  return 1 / (1 + exp(-x));
}

export function tanh(x) {
  return 1 - 2 / (1 + exp(2 * x));
}

export function maximum(a, b) {
  return a > b || a !== a ? a : b;
}

export function minimum(a, b) {
  return a < b || a !== a ? a : b;
}

/** The number of the largest of outputs[first] to outputs[end - 1]: the first of equal ones. NaN is
 * never the largest; of nothing but NaN it is the first. */
export function largest(outputs, first, end) {
  let best = first;
  for (let i = first + 1; i < end; i++) {
    if (!(outputs[best] >= outputs[i]) && outputs[i] === outputs[i]) best = i;
  }
  return best - first;
}

/** x, but at least `low` and at most `high`. */
export function held(x, low, high) {
  return x < low ? low : x > high ? high : x;
}
