// What networks earn over the shared weight, with a marker that follows the slider below it.

import { element, returnText, seriesClass, signed, svgElement } from "./elements.js";

export const SLIDER_THUMB = 26; // pixels; the profile has the scale of the slider
const PAD_TOP = 22;
const PAD_BOTTOM = 20;

export class ProfileView {
  /** `onPick` is told a weight that is pointed at. */
  constructor(data, profiles, onPick) {
    this.data = data;
    this.profiles = profiles;
    this.weight = 0;
    this.svg = svgElement("svg", { class: "profile", role: "img" });
    this.place = element("div", { class: "profile-place" }, this.svg);
    this.hideUnlessMeasured();
    new ResizeObserver(() => this.draw()).observe(this.place);
    this.listen(onPick);
  }

  /** Shows other profiles: of each network pairs of a weight and what is earned at it. */
  show(profiles) {
    this.profiles = profiles;
    this.hideUnlessMeasured();
    this.draw();
  }

  /** An empty grid would be taken for a curve of zero. */
  hideUnlessMeasured() {
    const values = this.profiles.flat().map(([, value]) => value);
    this.place.hidden = !values.some(Number.isFinite);
  }

  draw() {
    const [width, height] = [this.place.clientWidth, this.place.clientHeight];
    if (!width) return;
    this.width = width;
    this.height = height;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("aria-label", this.description());
    const values = this.profiles.flat().map(([, value]) => value);
    [this.low, this.high] = range(values, this.data.accuracy);
    this.svg.replaceChildren(...this.grid(), ...this.lines(), ...this.scales());
    this.marker = svgElement("line", { class: "marker", y1: PAD_TOP - 8, y2: height - PAD_BOTTOM });
    this.dots = this.profiles.map((_, i) =>
      svgElement("circle", { class: `dot ${seriesClass(this.data.series[i])}`, r: 5.5 }),
    );
    this.svg.append(this.marker, ...this.dots);
    this.mark(this.weight);
  }

  grid() {
    const { training } = this.data;
    const bottom = this.height - PAD_BOTTOM;
    const found = [this.low, (this.low + this.high) / 2, this.high].map((value) =>
      svgElement("line", {
        class: "rule",
        x1: 0,
        x2: this.width,
        y1: this.y(value),
        y2: this.y(value),
      }),
    );
    for (const weight of training) {
      const x = this.x(weight);
      found.push(svgElement("line", { class: "trained", x1: x, x2: x, y1: PAD_TOP, y2: bottom }));
    }
    return found;
  }

  /** What the grid means; it lies above the lines, and is read on them. */
  scales() {
    const found = [];
    const what = this.data.what.toLowerCase();
    const ends = [
      [this.low, ""],
      [this.high, ` ${what}`],
    ];
    for (const [value, told] of ends) {
      const number = this.data.accuracy ? `${Math.round(100 * value)} %` : returnText(value);
      const text = number + told;
      found.push(svgElement("text", { class: "scale", x: 2, y: this.y(value) - 4, text }));
    }
    for (let weight = Math.ceil(this.data.least); weight <= this.data.most + 1e-9; weight += 1) {
      found.push(
        svgElement("text", {
          class: "scale tick",
          x: this.x(weight),
          y: this.height - 5,
          text: signed(weight).replace(/\.00$/, ""),
        }),
      );
    }
    return found;
  }

  lines() {
    return this.profiles
      .map((points, i) => {
        const shown = points.filter(([, value]) => Number.isFinite(value));
        const path = shown.map(([weight, value]) => `${this.x(weight)},${this.y(value)}`).join(" ");
        const curve = `curve ${seriesClass(this.data.series[i])}`;
        return shown.length ? svgElement("polyline", { class: curve, points: path }) : null;
      })
      .filter(Boolean);
  }

  /** Moves the marker to a weight; null hides it. */
  mark(weight) {
    this.weight = weight;
    if (!this.marker) return;
    this.marker.classList.toggle("hidden", weight === null);
    for (const [i, dot] of this.dots.entries()) {
      const value = weight === null ? null : valueAt(this.profiles[i], weight);
      dot.classList.toggle("hidden", value === null);
      if (value === null) continue;
      dot.setAttribute("cx", this.x(weight));
      dot.setAttribute("cy", this.y(value));
    }
    if (weight === null) return;
    this.marker.setAttribute("x1", this.x(weight));
    this.marker.setAttribute("x2", this.x(weight));
  }

  description() {
    const told = this.profiles.map((points, i) => {
      const finite = points.filter(([, value]) => Number.isFinite(value));
      if (!finite.length) return "not measured";
      const best = finite.reduce((a, b) => (b[1] > a[1] ? b : a));
      return `${this.data.labels[i]}: at most ${returnText(best[1])}, at weight ${signed(best[0])}`;
    });
    return `${this.data.what} over the shared weight. ${told.join("; ")}.`;
  }

  x(weight) {
    const { least, most } = this.data;
    const room = this.width - SLIDER_THUMB;
    return SLIDER_THUMB / 2 + (room * (weight - least)) / (most - least);
  }

  y(value) {
    const room = this.height - PAD_TOP - PAD_BOTTOM;
    return PAD_TOP + (room * (this.high - value)) / (this.high - this.low || 1);
  }

  listen(onPick) {
    const pick = (event) => {
      const box = this.svg.getBoundingClientRect();
      const { least, most } = this.data;
      const share = (event.clientX - box.left - SLIDER_THUMB / 2) / (box.width - SLIDER_THUMB);
      onPick(Math.max(least, Math.min(most, least + share * (most - least))));
    };
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      pick(event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (event.buttons) pick(event);
    });
  }
}

/** What a profile says at a weight, between its points by a straight line; null without one. */
export function valueAt(points, weight) {
  const after = points.findIndex(([at]) => at >= weight - 1e-12);
  if (after < 0 || weight < points[0][0] - 1e-12) return null; // not measured there
  const [right, value] = points[after];
  if (after === 0 || right === weight) return Number.isFinite(value) ? value : null;
  const [left, before] = points[after - 1];
  if (!Number.isFinite(before) || !Number.isFinite(value)) return null;
  return before + ((value - before) * (weight - left)) / (right - left);
}

function range(values, accuracy) {
  const finite = values.filter(Number.isFinite);
  if (accuracy) return [0, 1];
  const [low, high] = [Math.min(...finite, Infinity), Math.max(...finite, -Infinity)];
  if (low > high) return [0, 1];
  const floor = low >= 0 && low < 0.5 * high ? 0 : low;
  return floor === high ? [floor - 1, high + 1] : [floor, high];
}
