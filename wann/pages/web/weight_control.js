// The shared weight: a slider below the profile, a button for each training weight, and a switch
// to the networks' own weights.

import { element, shortWeight, signed } from "./elements.js";
import { ProfileView, valueAt } from "./profile.js";

const FINE = 0.01; // of the slider
const COARSE = 0.05; // of an arrow key
const DEFAULT = 1; // the weight of a network, where none is given
const ABOUT = 0.03; // of the range of a profile

export class WeightControl {
  /**
   * `data` has the bounds, the training weights and what profiles are of; `profiles` one for each
   * network. `onChange` is told of each change, and whether it is the last of a movement.
   */
  constructor(data, profiles, hasOwn, onChange) {
    this.data = data;
    this.onChange = onChange;
    this.weight = startWeight(data, profiles[0]);
    this.own = hasOwn && data.beginWithOwn;
    this.profile = new ProfileView(data, profiles, (weight) => this.set(weight, false));
    this.slider = this.makeSlider();
    this.name = element("span", { class: "soft weight-name", text: "Shared weight" });
    this.value = element("span", { class: "weight-value" });
    this.buttons = data.training.map((weight) =>
      element("button", {
        type: "button",
        class: "training",
        text: shortWeight(weight),
        "aria-label": `Shared weight ${shortWeight(weight)}, ${data.offered.each}`,
        on: { click: () => this.set(weight, true) },
      }),
    );
    this.ownButton = element("button", {
      type: "button",
      class: "own",
      text: data.ownLabel,
      "aria-label": `${data.ownLabel}: each connection has its own`,
      hidden: !hasOwn,
      on: { click: () => this.setOwn(!this.own) },
    });
    this.place = this.assemble();
    this.show();
  }

  makeSlider() {
    const { least, most } = this.data;
    const slider = element("input", {
      type: "range",
      min: least,
      max: most,
      step: FINE,
      "aria-label": "Shared weight of all connections",
      on: {
        input: () => this.set(Number(slider.value), false),
        change: () => this.onChange(true),
        keydown: (event) => this.moveByKey(event),
      },
    });
    return slider;
  }

  moveByKey(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!steps) return;
    event.preventDefault();
    const size = event.shiftKey ? FINE : COARSE;
    this.set(Math.round((this.weight + steps * size) / FINE) * FINE, true);
  }

  assemble() {
    const trained = this.buttons.length
      ? [element("span", { class: "soft hint", text: this.data.offered.hint }), ...this.buttons]
      : [];
    return element(
      "div",
      { class: "weight" },
      element("div", { class: "weight-head" }, this.name, this.value, ...trained, this.ownButton),
      this.profile.place,
      this.slider,
    );
  }

  /** Sets the weight, held within the bounds. */
  set(weight, last) {
    const { least, most } = this.data;
    this.weight = Math.max(least, Math.min(most, Number(weight.toFixed(4))));
    this.own = false;
    this.show();
    this.onChange(last);
  }

  setOwn(own) {
    this.own = own;
    this.show();
    this.onChange(true);
  }

  /** Shows other networks: their profiles, and whether they have weights of their own. */
  showNetworks(profiles, hasOwn) {
    this.ownButton.hidden = !hasOwn;
    this.own = this.own && hasOwn;
    this.profile.show(profiles);
    this.show();
  }

  /** What is told of the weight in words. */
  get words() {
    return this.own ? this.data.ownLabel : `shared weight ${signed(this.weight)}`;
  }

  show() {
    this.value.textContent = this.own ? this.data.ownLabel : signed(this.weight);
    this.value.classList.toggle("is-own", this.own);
    this.name.hidden = this.own;
    this.slider.value = this.weight;
    this.slider.setAttribute("aria-valuetext", this.own ? this.data.ownLabel : signed(this.weight));
    this.slider.classList.toggle("unused", this.own);
    this.ownButton.setAttribute("aria-pressed", this.own);
    for (const [i, button] of this.buttons.entries()) {
      const chosen = !this.own && Math.abs(this.data.training[i] - this.weight) < FINE / 2;
      button.setAttribute("aria-pressed", chosen);
    }
    this.profile.mark(this.own ? null : this.weight);
  }
}

/**
 * A training weight at which the profile is about as high as anywhere, as near to 1 as can be;
 * where that was not measured, the weight that a network computes with unless another is given.
 */
function startWeight(data, profile) {
  const measured = data.training
    .map((weight) => [weight, valueAt(profile, weight)])
    .filter(([, value]) => value !== null);
  if (!measured.length) return DEFAULT;
  const values = profile.map(([, value]) => value).filter(Number.isFinite);
  const best = Math.max(...measured.map(([, value]) => value));
  const near = best - ABOUT * (Math.max(...values) - Math.min(...values));
  const good = measured.filter(([, value]) => value >= near).map(([weight]) => weight);
  return good.reduce((a, b) => (Math.abs(b - 1) < Math.abs(a - 1) ? b : a));
}
