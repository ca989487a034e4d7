// Figures that can be enlarged: each gets a button that opens it in the whole window, where wheel,
// fingers, pointer and keys move it and bring it nearer.

import { element } from "./elements.js";

const NEAREST_ZOOM = 40; // times the whole figure
const ZOOM_STEP = 1.4; // of a key or a button
const WHEEL_FACTOR = 0.0015; // of a wheel's unit
const MOVED_SHARE = 0.15; // of what is seen, that an arrow key moves it by

/** Adds the buttons to all figures in `place`. */
export function makeFigures(place) {
  for (const figure of place.querySelectorAll(".figure")) {
    const drawing = figure.querySelector("svg");
    if (!drawing) continue;
    const name = drawing.getAttribute("aria-label");
    const open = element("button", {
      type: "button",
      class: "enlarge",
      text: "Enlarge",
      "aria-label": `Enlarge: ${name}`,
      on: { click: () => openFigure(drawing, name) },
    });
    figure.querySelector(".figure-head").append(open);
  }
  return {};
}

/** What of an SVG drawing is seen: its view box, which `whole` is at first. */
export class ZoomView {
  constructor(whole) {
    this.whole = whole;
    this.reset();
  }

  reset() {
    [this.x, this.y, this.width, this.height] = this.whole;
  }

  /** Comes nearer by a factor; the point (a, b), as shares of what is seen, stays where it is. */
  zoom(factor, a = 0.5, b = 0.5) {
    const [, , width, height] = this.whole;
    const nearness = Math.min(NEAREST_ZOOM, Math.max(1, (width / this.width) * factor));
    const [left, top] = [this.x + a * this.width, this.y + b * this.height];
    this.width = width / nearness;
    this.height = height / nearness;
    this.x = left - a * this.width;
    this.y = top - b * this.height;
    this.hold();
  }

  /** Moves what is seen by shares of itself. */
  move(across, down) {
    this.x += across * this.width;
    this.y += down * this.height;
    this.hold();
  }

  /** Keeps what is seen within the drawing. */
  hold() {
    const [x, y, width, height] = this.whole;
    this.x = Math.min(x + width - this.width, Math.max(x, this.x));
    this.y = Math.min(y + height - this.height, Math.max(y, this.y));
  }

  get box() {
    return [this.x, this.y, this.width, this.height].map((value) => value.toFixed(3)).join(" ");
  }
}

function openFigure(drawing, name) {
  const place = drawing.parentNode;
  const next = drawing.nextSibling;
  const before = drawing.getAttribute("viewBox");
  const view = new ZoomView(before.split(" ").map(Number));
  const show = (change) => {
    change();
    drawing.setAttribute("viewBox", view.box);
  };
  const labels = { class: "zoom-surface", tabindex: 0, "aria-label": name };
  const surface = element("div", labels, drawing);
  const button = (text, label, change) =>
    element("button", { type: "button", text, "aria-label": label, on: { click: change } });
  const dialog = element(
    "dialog",
    { class: "zoom", "aria-label": name },
    element(
      "div",
      { class: "zoom-tools" },
      button("+", "Nearer (+)", () => show(() => view.zoom(ZOOM_STEP))),
      button("−", "Farther (-)", () => show(() => view.zoom(1 / ZOOM_STEP))),
      button("Whole", "The whole figure (0)", () => show(() => view.reset())),
      button("Close", "Close (Escape)", () => dialog.close()),
    ),
    surface,
  );
  followKeys(dialog, view, show);
  followPointers(surface, drawing, view, show);
  dialog.addEventListener("close", () => {
    drawing.setAttribute("viewBox", before);
    place.insertBefore(drawing, next);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  surface.focus();
}

function followKeys(dialog, view, show) {
  const changes = {
    "+": () => view.zoom(ZOOM_STEP),
    "=": () => view.zoom(ZOOM_STEP),
    "-": () => view.zoom(1 / ZOOM_STEP),
    0: () => view.reset(),
    ArrowLeft: () => view.move(-MOVED_SHARE, 0),
    ArrowRight: () => view.move(MOVED_SHARE, 0),
    ArrowUp: () => view.move(0, -MOVED_SHARE),
    ArrowDown: () => view.move(0, MOVED_SHARE),
  };
  dialog.addEventListener("keydown", (event) => {
    // Other parts of the page listen to keys, too.
    event.stopPropagation();
    const change = changes[event.key];
    if (!change || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(change);
  });
}

function followPointers(surface, drawing, view, show) {
  const held = new Map(); // the pointers that are down: where each was last
  const shares = (event) => {
    const box = drawing.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  surface.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      show(() => view.zoom(Math.exp(-event.deltaY * WHEEL_FACTOR), ...shares(event)));
    },
    { passive: false },
  );
  surface.addEventListener("dblclick", (event) => {
    show(() => view.zoom(ZOOM_STEP * ZOOM_STEP, ...shares(event)));
  });
  surface.addEventListener("pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    held.set(event.pointerId, shares(event));
  });
  surface.addEventListener("pointermove", (event) => {
    const last = held.get(event.pointerId);
    if (!last) return;
    const now = shares(event);
    const others = [...held.entries()].filter(([id]) => id !== event.pointerId);
    held.set(event.pointerId, now);
    if (others.length) {
      const [, other] = others[0];
      const factor = distanceOf(now, other) / (distanceOf(last, other) || 1);
      show(() => view.zoom(factor, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2));
    } else show(() => view.move(last[0] - now[0], last[1] - now[1]));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    surface.addEventListener(end, (event) => held.delete(event.pointerId));
  }
}

function distanceOf([a, b], [c, d]) {
  return Math.hypot(a - c, b - d);
}
