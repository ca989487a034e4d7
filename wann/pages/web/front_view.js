// The confirmed front: what networks earn against how many connections they have. Each can be
// chosen, by pointer or keyboard.

import { decimal, element, returnText, svgElement } from "./elements.js";

const FRONT_HEIGHT = 256;
const FRONT_LEFT = 58;
const FRONT_BOTTOM = 40;
const FRONT_TOP = 30; // below what the scale is called
const FRONT_EDGE = 14;

export class FrontView {
  /** `onChoose` is told the network that was chosen. */
  constructor(front, measure, onChoose) {
    this.front = front.filter((one) => one.mean !== null);
    this.measure = measure;
    this.onChoose = onChoose;
    this.chosen = null;
    this.svg = svgElement("svg", { class: "front", role: "group", "aria-label": "The front" });
    this.caption = element("p", { class: "soft note", text: " " });
    this.box = element("div", { class: "front-place" }, this.svg);
    this.place = element("div", {}, this.box, this.caption);
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /** Marks a network as the chosen one; one that is not of the front leaves none marked. */
  choose(told) {
    this.chosen = this.front.includes(told) ? told : null;
    for (const point of this.points || []) {
      point.setAttribute("aria-pressed", this.front[this.points.indexOf(point)] === this.chosen);
    }
    this.caption.textContent = this.chosen ? this.words(this.chosen) : " ";
  }

  words(one) {
    return `${one.connections} connections: ${this.measure} ${this.number(one.mean)}`;
  }

  number(value) {
    return Math.abs(value) < 10 ? decimal(value, 2) : returnText(value);
  }

  draw() {
    const width = this.box.clientWidth;
    if (!width || !this.front.length) return;
    const sizes = this.front.map((one) => one.connections);
    const means = this.front.map((one) => one.mean);
    const x = scale(Math.min(...sizes), Math.max(...sizes), FRONT_LEFT, width - FRONT_EDGE);
    const lowest = FRONT_HEIGHT - FRONT_BOTTOM - FRONT_EDGE;
    const y = scale(Math.min(...means), Math.max(...means), lowest, FRONT_TOP);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${FRONT_HEIGHT}`);
    this.points = this.front.map((one) => this.point(one, x(one.connections), y(one.mean)));
    this.svg.replaceChildren(
      ...this.scales(width, x, y, sizes, means),
      svgElement("path", { class: "curve series-0", d: steps(this.front, x, y) }),
      ...this.points,
    );
    this.choose(this.chosen);
  }

  scales(width, x, y, sizes, means) {
    const bottom = FRONT_HEIGHT - FRONT_BOTTOM;
    const text = (attributes, content) =>
      svgElement("text", { class: "scale", ...attributes, text: content });
    const ends = (values) => [...new Set([Math.min(...values), Math.max(...values)])];
    const tick = (left, top, content) => text({ x: left, y: top, class: "scale tick" }, content);
    const rule = (height) =>
      svgElement("line", { class: "rule", x1: FRONT_LEFT, x2: width, y1: height, y2: height });
    const found = [rule(bottom)];
    for (const mean of ends(means)) {
      found.push(text({ x: 2, y: y(mean) + 4 }, this.number(mean)), rule(y(mean)));
    }
    for (const size of ends(sizes)) found.push(tick(x(size), bottom + 16, size));
    found.push(tick((FRONT_LEFT + width) / 2, FRONT_HEIGHT - 4, "connections"));
    found.push(text({ x: 2, y: 11 }, this.measure));
    return found;
  }

  point(one, x, y) {
    const kind = one.champion ? "dot is-champion" : "dot";
    const dot = svgElement("circle", { class: kind, cx: x, cy: y, r: 7 });
    const choose = () => {
      this.onChoose(one);
    };
    return svgElement(
      "g",
      {
        class: "front-point",
        role: "button",
        tabindex: 0,
        "aria-pressed": false,
        "aria-label": this.words(one) + (one.champion ? ", the champion" : ""),
        on: {
          click: choose,
          keydown: (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            event.stopPropagation();
            choose();
          },
          pointerenter: () => (this.caption.textContent = this.words(one)),
        },
      },
      svgElement("circle", { class: "target", cx: x, cy: y, r: 14 }),
      dot,
    );
  }
}

function scale(low, high, from, to) {
  if (high === low) return () => (from + to) / 2;
  return (value) => from + ((to - from) * (value - low)) / (high - low);
}

function steps(front, x, y) {
  return front
    .map((one, i) => {
      const [px, py] = [x(one.connections), y(one.mean)];
      return i ? `H${px}V${py}` : `M${px},${py}`;
    })
    .join("");
}
