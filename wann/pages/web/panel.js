// A contestant on the page: its scene and its network, and what it has earned so far.

import { Actor } from "./actor.js";
import { decimal, element, returnText, seriesClass } from "./elements.js";
import { NetworkView } from "./network_view.js";
import { SceneView } from "./scene_view.js";
import { onThemeChange } from "./theme.js";

const DRAWN_SLOWLY = 400; // connections, from which on the network is drawn at every fourth picture

export class Panel {
  constructor(data, scene, contestant) {
    this.task = data.task;
    this.names = data.task || { inputs: [], outputs: [] };
    this.actor = new Actor(data.task, scene, contestant.network);
    if (scene) this.actor.begin(data.task.scene.starts[0]);
    this.alone = data.contestants.length === 1;
    this.acts = Boolean(scene || data.examples); // or else stands still
    this.pictures = 0;
    const heading = this.alone ? "h2" : "h3"; // one that stands alone has none above it
    const { label: text, series } = contestant;
    this.label = element(heading, { class: `label ${seriesClass(series)}`, text });
    this.note = element("p", { class: "soft note", text: contestant.note });
    this.total = element("span", { class: "number" });
    this.clock = element("span", { class: "soft" });
    this.ending = element("p", { class: "ending", hidden: true });
    this.makeViews(scene, contestant);
    this.cards = [this.sceneCard(scene), this.networkCard()];
    this.show(contestant);
  }

  makeViews(scene, contestant) {
    if (scene) this.scene = new SceneView(this.actor, `The scene: ${this.task.name}`);
    this.drawing = new NetworkView(this.actor, this.names, `The network ${contestant.label}`);
    this.caption = element("p", { class: "soft caption" });
    this.legend = element("ul", { class: "legend", "aria-label": "Activations of the nodes" });
    this.drawing.onLayout = () => this.tell();
    onThemeChange(() => this.showLegend());
    const { canvas } = this.drawing;
    canvas.addEventListener("pointermove", (event) => this.pointAt(event));
    canvas.addEventListener("pointerleave", () => {
      this.pointed = null;
      this.tell();
    });
  }

  sceneCard(scene) {
    const head = element("div", { class: "card-head" }, this.label);
    if (scene) {
      head.append(element("p", { class: "score" }, this.total, " ", this.clock));
    }
    const why = () => (this.task ? sentence(this.task.why) + FILM : NO_TASK);
    const inside = scene
      ? element("div", { class: "scene-place" }, this.scene.canvas, this.ending)
      : element("p", { class: "no-scene", text: why() });
    return element("article", { class: "card scene-card" }, head, inside, this.note);
  }

  networkCard() {
    return element(
      "article",
      { class: "card network-card" },
      this.drawing.canvas,
      this.caption,
      this.legend,
    );
  }

  /** Shows another contestant in place of this one. */
  show(contestant) {
    this.actor.show(contestant.network);
    this.label.textContent = contestant.label;
    this.note.textContent = contestant.note;
    this.note.hidden = !contestant.note;
    const { network } = this.actor;
    this.drawing.canvas.hidden = !network.layout;
    this.drawing.canvas.setAttribute("aria-label", described(network, contestant.label));
    this.showLegend();
    this.pointed = null;
    this.drawing.renew();
    this.tell();
  }

  restart(start) {
    if (!this.scene) return;
    this.actor.begin(start);
    this.scene.brush.reset();
    this.ending.hidden = true;
    this.cards[0].classList.remove("failed");
  }

  /** Draws everything: `share` of the way to the last step, `seconds` after the last picture. */
  draw(share, seconds) {
    this.pictures += 1;
    if (this.scene) this.scene.draw(share);
    const slow = this.actor.network.connections > DRAWN_SLOWLY;
    if (!slow || this.pictures % 4 === 0) this.drawing.draw(seconds);
    if (this.scene && this.pictures % 3 === 0) this.tellScore();
    if (this.pointed !== null && this.pictures % 6 === 0) this.tell();
  }

  tellScore() {
    const { total } = this.actor;
    this.total.textContent = decimal(total, Math.abs(total) >= 100 ? 0 : 1);
    this.clock.textContent = `return after ${this.actor.steps} of ${this.actor.limit} steps`;
  }

  /** Says that the episode has ended, and how. */
  end() {
    const { actor, ending } = this;
    if (!ending.hidden) return;
    const { ended, succeeded } = actor.scene;
    ending.textContent = actor.failed
      ? `${ended} after ${actor.steps} steps`
      : `${actor.steps} steps: return ${returnText(actor.total)}`;
    ending.hidden = false;
    this.cards[0].classList.toggle("failed", actor.failed && !succeeded);
    this.tellScore();
  }

  pointAt(event) {
    const box = this.drawing.canvas.getBoundingClientRect();
    this.pointed = this.drawing.rowAt(event.clientX - box.left, event.clientY - box.top);
    this.tell();
  }

  /** What is drawn, in words. */
  words(network) {
    const sizes = `${network.connections} connections, ${network.hidden} hidden nodes`;
    if (!network.layout)
      return `${sizes}: too many to be told apart in a drawing, which is left out.`;
    const inputs = this.acts ? "" : ", for inputs that are all 1";
    if (!this.alone) return `${sizes}${inputs}.`; // what stands above several says the rest
    const nodes = this.drawing.showsFunctions
      ? "Each node shows the function that it computes; dashed squares never change."
      : "Each node has the colour of the function that it computes; point at one to read it.";
    const memory = network.remembered.length ? " Dashed lines carry the step before." : "";
    return (
      `${sizes}. Signals go from left to right${inputs}: blue is positive, orange negative, full ` +
      `colour strong.${memory} ${nodes}`
    );
  }

  showLegend() {
    const entry = (activation) => {
      const swatch = element("span", { class: "swatch" });
      swatch.style.borderColor = this.drawing.ringOf(activation);
      return element("li", { title: activation.formula }, swatch, activation.name);
    };
    this.legend.replaceChildren(...this.actor.network.activations.map(entry));
  }

  /** Says below the drawing what the node at the pointer does or, without one, what is drawn. */
  tell() {
    const { network, values } = this.actor;
    if (this.pointed === null) {
      this.caption.textContent = this.words(network);
    } else {
      this.caption.textContent = `${nodeName(network, this.names, this.pointed)}: ${decimal(
        values[this.pointed],
        3,
      )}`;
    }
  }
}

const NO_TASK = "There is no scene to act in: the page was made without the task of the network.";
const FILM = " `wann render` with `--film` makes a film of it, where the environment can be drawn.";

function sentence(text) {
  return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function described(network, label) {
  return (
    `The network ${label}: ${network.inputs} inputs, ${network.hidden} hidden nodes, ` +
    `${network.outputs} outputs, ${network.connections} connections`
  );
}

function nodeName(network, names, row) {
  if (row === 0) return "bias";
  if (row < network.first) return names.inputs[row - 1] ?? `input ${row}`;
  const activation = network.activations[network.kind[row - network.first]];
  const output = row - (network.rows - network.outputs);
  const name = output >= 0 ? (names.outputs[output] ?? `output ${output + 1}`) : "hidden node";
  return `${name}, ${activation.name}: ${activation.formula}`;
}
