// The drawing of a network with what its nodes say just now: sign by colour, strength by how full
// the colour is. Signals go from left to right.

import { constantRows } from "./network.js";
import { layOut } from "./network_layout.js";
import { makeCanvas } from "./elements.js";
import { isDark, onThemeChange, themeColours } from "./theme.js";

const SHADES = 24; // steps of strength
const MANY = 400; // connections, from which on they are drawn thinner and less often
const LEAST_CURVE = 5; // pixels of a radius, in which the curve of a function can be seen
const LIGHTEST = 235; // brightness of rings that are seen on a light card
const LEAST_CONTRAST = 3; // of rings to a dark card, as WCAG 2 asks for graphics
const VIEW_COLOURS = ["card", "ink", "soft", "wire", "positive", "negative", "neutral"];

export class NetworkView {
  /** `names` has the names of inputs and outputs, empty where they have none. */
  constructor(actor, names, label) {
    this.actor = actor;
    this.names = names;
    this.phase = 0; // of the dots that wander along connections
    this.onLayout = () => {}; // called when nodes have found their places
    this.sized = makeCanvas("network", label, () => this.resize());
    onThemeChange(() => {
      this.paint();
      this.draw(0);
    });
    this.paint();
  }

  get canvas() {
    return this.sized.canvas;
  }

  /** Begins anew after the actor was given another network. */
  renew() {
    this.resize();
  }

  resize() {
    const { network } = this.actor;
    if (!this.sized.width || !network.layout) return;
    this.places = layOut(network, this.names, this.sized);
    this.constant = constantRows(network);
    this.draw(0);
    this.onLayout();
  }

  paint() {
    this.colours = themeColours(VIEW_COLOURS);
    this.nodes = shades(this.colours.neutral, this.colours);
    this.wires = shades(this.colours.wire, this.colours);
  }

  /** Draws the network; `seconds` have gone by, in which signals have wandered. */
  draw(seconds) {
    const { places, sized } = this;
    if (!places || !sized.seen) return;
    const { pen } = sized;
    pen.clearRect(0, 0, sized.width, sized.height);
    this.phase = (this.phase + seconds * 34) % 1000;
    pen.lineCap = "round";
    this.drawConnections(pen, seconds > 0);
    for (const row of places.drawn) this.drawNode(pen, row);
    this.drawNames(pen);
  }

  drawConnections(pen, moving) {
    const { network, values } = this.actor;
    const { paths, size } = this.places;
    const many = network.connections > MANY;
    const recurrent = (edge) => network.source[edge] >= network.rows;
    const edges = Array.from(network.source.keys());
    // Those that read the step before lie behind the others
    for (const edge of [...edges.filter(recurrent), ...edges.filter((i) => !recurrent(i))]) {
      const path = paths[edge];
      if (!path) continue;
      if (recurrent(edge)) pen.setLineDash([size * 0.4, size * 0.5]);
      const strength = strengthOf(values[network.source[edge]]);
      const share = Math.abs(strength);
      pen.strokeStyle = shadeOf(this.wires, strength);
      pen.globalAlpha = many ? 0.12 + 0.5 * share : 0.6 + 0.35 * share;
      pen.lineWidth = many ? 0.4 + share : size * (0.07 + 0.13 * share);
      pen.stroke(path);
      pen.setLineDash([]);
      if (recurrent(edge) || many || !moving || share < 0.05) continue;
      pen.globalAlpha = 0.9 * share;
      pen.lineWidth = size * 0.34;
      pen.setLineDash([0.01, size * 1.7]);
      pen.lineDashOffset = -this.phase;
      pen.stroke(path);
      pen.setLineDash([]);
    }
    pen.globalAlpha = 1;
  }

  drawNode(pen, row) {
    const { network, values } = this.actor;
    const { x, y, radius } = this.places;
    const size = radius[row];
    const kind = row < network.first ? null : network.kind[row - network.first];
    if (kind !== null && network.count[row - network.first]) {
      this.drawArrowHead(pen, x[row] - size, y[row], size);
    }
    const strength = strengthOf(values[row]);
    pen.globalAlpha = this.places.unused[row] ? 0.35 : 1;
    pen.beginPath();
    if (this.constant[row])
      pen.rect(x[row] - size * 0.85, y[row] - size * 0.85, 1.7 * size, 1.7 * size);
    else pen.arc(x[row], y[row], size, 0, 2 * Math.PI);
    pen.fillStyle = this.colours.card;
    pen.fill();
    pen.fillStyle = shadeOf(this.nodes, strength);
    pen.fill();
    pen.lineWidth = Math.max(1, size * 0.17);
    pen.strokeStyle = kind === null ? this.colours.soft : this.ringOf(network.activations[kind]);
    if (this.constant[row]) pen.setLineDash([size * 0.3, size * 0.24]);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    if (kind !== null && size >= LEAST_CURVE)
      this.drawCurve(pen, row, network.functions[row - network.first]);
  }

  drawArrowHead(pen, x, y, size) {
    pen.fillStyle = this.colours.soft;
    pen.beginPath();
    pen.moveTo(x - 1, y);
    pen.lineTo(x - 1 - size * 0.55, y + size * 0.34);
    pen.lineTo(x - 1 - size * 0.55, y - size * 0.34);
    pen.fill();
  }

  /** The function that a node computes, from -2 to 2, as a small curve within it. */
  drawCurve(pen, row, activation) {
    const { x, y, radius } = this.places;
    const reach = radius[row] * 0.58;
    pen.beginPath();
    for (let i = -12; i <= 12; i++) {
      const value = Math.max(-1.3, Math.min(1.3, activation(i / 6)));
      pen.lineTo(x[row] + (i / 12) * reach, y[row] - value * reach * 0.72);
    }
    pen.lineWidth = Math.max(0.8, radius[row] * 0.1);
    pen.strokeStyle = contrasting(shadeOf(this.nodes, strengthOf(this.actor.values[row])));
    pen.globalAlpha = 0.85;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  drawNames(pen) {
    pen.textBaseline = "middle";
    for (const { text, x, y, align, font, faded } of this.places.names) {
      pen.globalAlpha = faded ? 0.5 : 1;
      pen.font = font;
      pen.textAlign = align;
      pen.fillStyle = this.colours.ink;
      pen.fillText(text, x, y);
    }
    pen.globalAlpha = 1;
  }

  /** The colour of rings of an activation, which must be seen on the card. */
  ringOf({ fill }) {
    const { card, ink, soft } = this.colours;
    if (!isDark()) return brightness(fill) > LIGHTEST ? soft : fill;
    if (brightness(fill) < brightness(card)) return soft;
    for (let share = 0; share < 1; share += 0.1) {
      const lighter = mixed(fill, ink, share);
      if (contrast(lighter, card) >= LEAST_CONTRAST) return lighter;
    }
    return ink;
  }

  /** Whether nodes are large enough to show the functions that they compute. */
  get showsFunctions() {
    return !this.places || this.places.size >= LEAST_CURVE;
  }

  /** The row of the node at a place on the canvas, or null. */
  rowAt(x, y) {
    if (!this.places) return null;
    const { places } = this;
    const near = places.drawn.filter(
      (row) => Math.hypot(places.x[row] - x, places.y[row] - y) < places.radius[row] + 6,
    );
    return near.length ? near[near.length - 1] : null;
  }
}

/** Colours from that of no signal to those of strong ones, of either sign. */
function shades(nothing, { positive, negative }) {
  const towards = (colour) =>
    Array.from({ length: SHADES + 1 }, (_, i) => mixed(nothing, colour, i / SHADES));
  return { positive: towards(positive), negative: towards(negative) };
}

function shadeOf({ positive, negative }, strength) {
  return (strength < 0 ? negative : positive)[Math.round(Math.abs(strength) * SHADES)];
}

/** A value as a strength from -1 to 1. */
function strengthOf(value) {
  return Number.isNaN(value) ? 0 : Math.tanh(value * 1.1);
}

function channels(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

function brightness(colour) {
  const [red, green, blue] = channels(colour);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The contrast of two colours as WCAG 2 defines it, from 1 to 21. */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mixed(from, to, share) {
  const goal = channels(to);
  const parts = channels(from).map((value, i) => Math.round(value + share * (goal[i] - value)));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function contrasting(colour) {
  return brightness(colour) > 130 ? "#14181d" : "#ffffff";
}
