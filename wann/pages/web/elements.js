// Elements of the page, made in one call. Text is always set as text.

/** An HTML element; `attributes` may hold `text`, and `on` with listeners by event. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element, likewise. */
export function svgElement(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, { text, on, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on || {})) made.addEventListener(name, listener);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** A number with so many decimals, with a real minus sign. */
export function decimal(value, decimals) {
  if (!Number.isFinite(value)) return "–";
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? (0).toFixed(decimals) : text).replace("-", "−");
}

/** A weight with its sign. */
export function signed(value) {
  return (value > 0 ? "+" : "") + decimal(value, 2);
}

/** A weight with its sign and no more decimals than it needs. */
export function shortWeight(value) {
  return signed(value).replace(/0$/, "").replace(/\.0$/, "");
}

/** A return: whole numbers where it is large. */
export function returnText(value) {
  return decimal(value, Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1);
}

/** Whether the reader asked for little motion. */
export function wantsLittleMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

const SERIES = 8; // colours of contestants behind the first, as figures have them

/** The class of the colour that a contestant has in drawings of several. */
export function seriesClass(number) {
  return `series-${number === 0 ? 0 : 1 + ((number - 1) % SERIES)}`;
}

/**
 * A canvas that keeps the size of its element, and knows whether it is on the screen. `onResize` is
 * told when its size changes, and when it comes to the screen.
 */
export function makeCanvas(className, label, onResize) {
  const canvas = element("canvas", { class: className, role: "img", "aria-label": label });
  const sized = { canvas, pen: canvas.getContext("2d"), width: 0, height: 0, seen: true };
  const fit = () => {
    const density = globalThis.devicePixelRatio || 1;
    sized.width = canvas.clientWidth;
    sized.height = canvas.clientHeight;
    canvas.width = Math.max(1, Math.round(sized.width * density));
    canvas.height = Math.max(1, Math.round(sized.height * density));
    sized.pen.setTransform(density, 0, 0, density, 0, 0);
    onResize(sized);
  };
  new ResizeObserver(fit).observe(canvas);
  globalThis.addEventListener("beforeprint", () => {
    sized.seen = true; // on paper, all of it is
    onResize(sized);
  });
  new IntersectionObserver((entries) => {
    sized.seen = entries[entries.length - 1].isIntersecting;
    if (sized.seen) onResize(sized);
  }).observe(canvas);
  return sized;
}
