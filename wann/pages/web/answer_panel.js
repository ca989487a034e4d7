// What one network answers: the classes with their shares, the vote of the training weights, and
// which pixels and which part of the network spoke.

import {
  contributionsTo,
  largestOf,
  outputsFor,
  scaledInputs,
  sharesOf,
  usesOf,
  voteOf,
} from "./answers.js";
import { decimal, element, shortWeight } from "./elements.js";
import { Panel } from "./panel.js";
import { PixelView } from "./pixel_view.js";

const SHARES = "The share of each class, a softmax of the outputs:";
const NOT_FINITE = "Outputs are too large to be numbers here: the classes have no shares.";
const MOST_LISTED = 12; // inputs of a table whose contributions are listed

export class AnswerPanel {
  constructor(data, contestant) {
    this.data = data;
    this.off = scaledInputs(new Float64Array(data.task.inputs.length), data.inputScaling);
    this.panel = new Panel(data, null, contestant);
    this.answer = element("p", { class: "answer" });
    this.bars = data.task.outputs.map((name) => makeBar(name));
    this.vote = element("p", { class: "soft note" });
    this.votes = data.training.map((weight) => makeVote(weight));
    this.makePixels();
    this.cards = [this.answerCard(), this.pixelCard(), this.panel.cards[1]];
    this.show(contestant);
  }

  makePixels() {
    const { shape } = this.data;
    this.reasons = element("p", { class: "soft note" });
    if (!shape) return;
    this.seen = new PixelView(shape, "What the network sees", false);
    this.spoke = new PixelView(shape, "Which pixels spoke for and against the answer", true);
    this.used = new PixelView(shape, "How many connections leave each pixel", true);
  }

  answerCard() {
    const { label, note } = this.panel;
    const bars = element("ul", { class: "bars" }, ...this.bars.map((bar) => bar.row));
    const votes = element("ul", { class: "votes" }, ...this.votes.map((vote) => vote.row));
    const head = element("div", { class: "card-head" }, label, this.answer);
    this.told = element("p", { class: "soft note", text: SHARES });
    const parts = [head, this.told, bars, this.vote, votes, note];
    return element("article", { class: "card answer-card" }, ...parts);
  }

  pixelCard() {
    const figure = (view, text) =>
      element("figure", {}, view.canvas, element("figcaption", { class: "soft", text }));
    const figures = this.data.shape
      ? [
          figure(this.seen, "seen"),
          figure(this.spoke, "spoke for (blue) and against (orange)"),
          figure(this.used, "connections of each pixel"),
        ]
      : [];
    return element(
      "article",
      { class: "card pixel-card" },
      element("div", { class: "figures" }, ...figures),
      this.reasons,
    );
  }

  get network() {
    return this.panel.actor.network;
  }

  /** Shows another contestant in place of this one. */
  show(contestant) {
    this.panel.show(contestant);
    if (this.used) this.used.show(usesOf(this.network));
  }

  /** Answers for some inputs at a weight, which all connections share unless `own` is true. */
  tell(given, shared, own) {
    const { actor, drawing } = this.panel;
    const inputs = scaledInputs(given, this.data.inputScaling);
    if (this.seen) this.seen.show(given);
    const weight = actor.weightOf(shared, own);
    const outputs = outputsFor(this.network, inputs, weight, actor.values);
    const winner = largestOf(outputs);
    this.tellAnswer(outputs, winner);
    this.tellVote(inputs);
    this.tellReasons(inputs, weight, winner);
    drawing.draw(0);
    this.panel.tell();
  }

  tellAnswer(outputs, winner) {
    const shares = sharesOf(outputs);
    this.winner = winner;
    this.answer.textContent = `It says: ${this.data.task.outputs[winner]}`;
    this.told.textContent = shares ? SHARES : NOT_FINITE;
    this.bars.forEach((bar, i) => {
      const share = shares ? 100 * shares[i] : NaN;
      bar.row.classList.toggle("is-winner", i === winner);
      bar.fill.style.width = `${share || 0}%`;
      bar.number.textContent = `${decimal(share, 1)} %`;
      bar.row.title = `output ${decimal(outputs[i], 4)}`;
    });
  }

  tellVote(inputs) {
    const { training, task } = this.data;
    if (!training.length) return;
    const { values } = this.panel.actor;
    const { answers, counts, winner } = voteOf(this.network, inputs, training, values);
    this.voted = winner;
    this.vote.textContent =
      `The shared weights vote for ${task.outputs[winner]}: ` +
      `${counts[winner]} of ${training.length}.`;
    this.votes.forEach((vote, i) => {
      vote.named.textContent = task.outputs[answers[i]];
      vote.row.classList.toggle("is-winner", answers[i] === winner);
    });
  }

  tellReasons(inputs, weight, winner) {
    const { task, shape } = this.data;
    const { values } = this.panel.actor;
    const found = contributionsTo(this.network, inputs, weight, winner, values, this.off);
    const name = task.outputs[winner];
    const how =
      `Each input's part in the output of ${name}: the output as it is, less what it is with ` +
      "this input switched off (0), computed for one input after the other.";
    if (shape) {
      this.spoke.show(found);
      this.reasons.textContent = `${how} Pixels without ink change nothing.`;
      return;
    }
    const order = Array.from(found.keys()).sort((a, b) => Math.abs(found[b]) - Math.abs(found[a]));
    const listed = order
      .slice(0, MOST_LISTED)
      .filter((i) => found[i] !== 0)
      .map((i) => `${task.inputs[i]} ${found[i] > 0 ? "+" : ""}${decimal(found[i], 2)}`);
    this.reasons.textContent = `${how} ${listed.join(", ") || "None changes it"}.`;
  }
}

function makeBar(name) {
  const fill = element("span", { class: "fill" });
  const number = element("span", { class: "number" });
  const track = element("span", { class: "track" }, fill);
  const label = element("span", { class: "name", text: name });
  return { fill, number, row: element("li", {}, label, track, number) };
}

function makeVote(weight) {
  const named = element("strong");
  const at = element("span", { class: "soft", text: shortWeight(weight) });
  return { named, row: element("li", {}, at, " ", named) };
}
