// The classifier: networks answer what one draws or picks, at one shared weight that one drags.

import { AnswerPanel } from "./answer_panel.js";
import { element } from "./elements.js";
import { Pad } from "./pad.js";
import { contestantPlace } from "./side_by_side.js";
import { WeightControl } from "./weight_control.js";

export class Classifier {
  constructor(data) {
    this.data = data;
    this.panels = data.contestants.map((one) => new AnswerPanel(data, one));
    this.status = element("p", { class: "unseen", role: "status" });
    this.pad = new Pad(data, () => this.changed(false));
    this.control = this.makeControl();
    this.place = this.assemble();
    this.asked = false;
    this.answer();
  }

  get hasOwn() {
    return this.panels.some((panel) => panel.network.weights);
  }

  makeControl() {
    const told = {
      ...this.data,
      accuracy: true,
      what: "Accuracy",
      labels: this.data.contestants.map((one) => one.label),
      series: this.data.contestants.map((one) => one.series),
    };
    const profiles = this.data.contestants.map((one) => one.profile);
    return new WeightControl(told, profiles, this.hasOwn, (last) => this.changed(last));
  }

  assemble() {
    const controls = element(
      "div",
      { class: "card controls", role: "group", "aria-label": "Weight" },
      this.control.place,
    );
    const count = this.panels.length;
    const panels = this.panels.map(({ cards, panel }) =>
      contestantPlace(cards, panel.label.textContent, count),
    );
    return element(
      "div",
      { class: count > 1 ? "classifier many" : "classifier" },
      this.pad.place,
      controls,
      element("div", { class: "panels" }, ...panels),
      this.status,
    );
  }

  /** Something is different: all that changed until the next picture is answered at once. */
  changed(last) {
    this.telling = this.telling || last;
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.answer();
      if (this.telling) this.status.textContent = this.words();
      this.telling = false;
    });
  }

  answer() {
    const { weight, own } = this.control;
    for (const panel of this.panels) panel.tell(this.pad.inputs, weight, own);
  }

  words() {
    const told = this.panels.map(({ panel, answer }) => {
      const name = this.panels.length > 1 ? `${panel.label.textContent}: ` : "";
      return name + answer.textContent;
    });
    return `${told.join("; ")}, at ${this.control.words}`;
  }

  /** Shows another contestant in place of the first: its label, note, network and profile. */
  show(contestant) {
    this.panels[0].show(contestant);
    const profiles = this.data.contestants.map((one) => one.profile);
    this.control.showNetworks([contestant.profile, ...profiles.slice(1)], this.hasOwn);
    this.changed(true);
  }
}

/** Fills `place` with a classifier, and returns it. */
export function makeClassifier(place, data) {
  const classifier = new Classifier(data);
  place.append(classifier.place);
  classifier.changed(false);
  return classifier;
}
