// The player: networks that act live, at one shared weight that one drags.

import { element, returnText, wantsLittleMotion } from "./elements.js";
import { Panel } from "./panel.js";
import { SCENES } from "./scenes.js";
import { contestantPlace } from "./side_by_side.js";
import { WeightControl } from "./weight_control.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const REST = 1.6; // seconds after an episode, before the next one begins
const LONGEST_PICTURE = 0.1; // seconds; after a longer break the scene goes on where it was

export class Player {
  constructor(data) {
    this.data = data;
    this.kind = data.task && data.task.scene;
    const scene = this.kind ? SCENES[this.kind.kind] : null;
    this.panels = data.contestants.map((one) => new Panel(data, scene, one));
    this.speed = 1;
    this.episode = 0;
    this.clock = 0;
    this.rested = 0;
    this.paused = wantsLittleMotion();
    this.asked = false; // whether the reader did something whose outcome is to be told
    this.status = element("p", { class: "unseen", role: "status" });
    this.control = this.makeControl();
    this.place = this.assemble();
  }

  get actors() {
    return this.panels.map((panel) => panel.actor);
  }

  get hasOwn() {
    return this.actors.some((actor) => actor.network.weights);
  }

  makeControl() {
    const accuracy = this.data.task && this.data.task.measure === "accuracy";
    const told = {
      ...this.data,
      accuracy,
      what: accuracy ? "Accuracy" : "Mean return",
      labels: this.data.contestants.map((one) => one.label),
      series: this.data.contestants.map((one) => one.series),
    };
    const profiles = this.data.contestants.map((one) => one.profile);
    return new WeightControl(told, profiles, this.hasOwn, (last) => this.changed(last));
  }

  assemble() {
    const count = this.panels.length;
    const panels = this.panels.map(({ cards, label }) =>
      contestantPlace(cards, label.textContent, count),
    );
    const side = element("div", { class: "panels" }, ...panels);
    const controls = element(
      "div",
      { class: "card controls", role: "group", "aria-label": "Weight and episode" },
      this.control.place,
      ...(this.kind ? [this.buttons()] : []),
    );
    const name = `player${count > 1 ? " many" : ""}${this.kind ? "" : " still"}`;
    return element("div", { class: name }, controls, side, this.status);
  }

  buttons() {
    const button = (text, label, click) =>
      element("button", { type: "button", text, "aria-label": label, on: { click } });
    this.pauseButton = button("Pause", "Pause (space)", () => this.pause(!this.paused));
    const speed = element("select", {
      "aria-label": "Speed",
      on: { change: () => (this.speed = Number(speed.value)) },
    });
    for (const value of SPEEDS) {
      speed.append(element("option", { value, text: `${value}×`, selected: value === 1 }));
    }
    const made = element(
      "div",
      { class: "buttons" },
      this.pauseButton,
      button("Restart", "Restart the episode (R)", () => this.restart()),
      speed,
      button("← Push", "Push to the left", () => this.push(-1)),
      button("Push →", "Push to the right", () => this.push(1)),
      element("span", { class: "soft hint", text: "or pull at the scene with the pointer" }),
    );
    this.pause(this.paused);
    return made;
  }

  /** Begins to act, and goes on for as long as the page is open. */
  run() {
    document.addEventListener("keydown", (event) => this.key(event));
    let last = performance.now();
    const picture = (now) => {
      const seconds = Math.min(LONGEST_PICTURE, (now - last) / 1000);
      last = now;
      this.advance(seconds);
      requestAnimationFrame(picture);
    };
    requestAnimationFrame(picture);
  }

  /** Goes on by some seconds of the reader's time, and draws. */
  advance(seconds) {
    if (!this.kind) return;
    if (!this.paused) {
      this.clock += seconds * this.speed;
      while (this.clock >= this.kind.pace) {
        this.clock -= this.kind.pace;
        this.step();
      }
      if (this.actors.every((actor) => actor.over)) this.rest(seconds);
    }
    const share = this.paused ? 1 : this.clock / this.kind.pace;
    for (const panel of this.panels) panel.draw(share, this.paused ? 0 : seconds);
  }

  /** Takes a step of every episode that is not over. */
  step() {
    for (const panel of this.panels) {
      const { actor } = panel;
      if (actor.over) continue;
      panel.scene.pull(this.kind.pace);
      actor.step(actor.weightOf(this.control.weight, this.control.own));
      if (actor.over) panel.end();
    }
  }

  rest(seconds) {
    if (this.rested === 0 && this.asked) this.announce(this.outcome());
    this.asked = false;
    this.rested += seconds;
    if (this.rested >= REST) this.begin(this.episode + 1);
  }

  outcome() {
    const told = this.panels.map(({ actor, label }) => {
      const name = this.panels.length > 1 ? `${label.textContent}: ` : "";
      return `${name}return ${returnText(actor.total)} after ${actor.steps} steps`;
    });
    return `${told.join("; ")}, at ${this.control.words}`;
  }

  begin(episode) {
    this.episode = episode;
    this.rested = 0;
    this.clock = 0;
    const { starts } = this.kind;
    for (const panel of this.panels) panel.restart(starts[episode % starts.length]);
  }

  restart() {
    if (!this.kind) return;
    this.asked = true;
    this.begin(this.episode + 1);
    this.announce("A new episode has begun");
  }

  pause(paused) {
    this.paused = paused;
    if (!this.pauseButton) return;
    this.pauseButton.textContent = paused ? "Play" : "Pause";
    this.pauseButton.setAttribute("aria-label", paused ? "Play (space)" : "Pause (space)");
  }

  push(direction) {
    for (const { actor } of this.panels) actor.scene.nudge(actor.state, direction);
    this.announce(direction < 0 ? "Pushed to the left" : "Pushed to the right");
  }

  /** The weight was changed; `last` where the reader let go of it. */
  changed(last) {
    for (const { actor, drawing } of this.kind && !this.paused ? [] : this.panels) {
      actor.look(actor.weightOf(this.control.weight, this.control.own));
      drawing.draw(0);
    }
    if (!last) return;
    this.asked = true;
    if (this.control.own) this.announce(this.data.ownLabel);
  }

  /** Shows another contestant in place of the first: its label, note, network and profile. */
  show(contestant) {
    this.panels[0].show(contestant);
    const profiles = this.data.contestants.map((one) => one.profile);
    this.control.showNetworks([contestant.profile, ...profiles.slice(1)], this.hasOwn);
    if (this.kind) this.begin(this.episode);
    else this.changed(false);
  }

  announce(text) {
    this.status.textContent = text;
  }

  key(event) {
    const { target } = event;
    const writes = target.closest && target.closest("button, select, textarea, a, summary");
    const types = target.tagName === "INPUT" && target.type !== "range";
    if (writes || types || event.ctrlKey || event.metaKey || event.altKey || !this.kind) return;
    if (event.key === " ") this.pause(!this.paused);
    else if (event.key === "r" || event.key === "R") this.restart();
    else return;
    event.preventDefault();
  }
}

/** Fills `place` with a player, and returns it. */
export function makePlayer(place, data) {
  const player = new Player(data);
  place.append(player.place);
  player.changed(false);
  player.run();
  return player;
}
