// The story of a run: how its champion came about, its front, and which mutation brought what.
// Networks of it can be put into the player, or the classifier, above.

import { decimal, element, returnText } from "./elements.js";
import { FrontView } from "./front_view.js";
import { lineageTable } from "./lineage.js";
import { readNetwork } from "./network.js";
import { sparkline } from "./sparkline.js";
import { StillView } from "./still_view.js";

export class Story {
  /** `page` has the part in which networks act, as `player`. */
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.chosen = null;
    this.shownButtons = [];
    this.status = element("p", { class: "unseen", role: "status" });
    const parts = [this.milestones(), this.front(), this.lineage()].filter(Boolean);
    this.place = element("div", { class: "story" }, ...parts, this.notes(), this.status);
  }

  get player() {
    return this.page.made.get("player");
  }

  milestones() {
    if (!this.data.milestones.length) return null;
    const cards = this.data.milestones.map((one) => this.milestone(one));
    return part(
      "Milestones",
      "Champions at several generations, with what they earned when they were confirmed " +
        `(${this.data.measure}) and what they earn over the shared weight.`,
      element("ol", { class: "milestones" }, ...cards),
    );
  }

  milestone(told) {
    const network = readNetwork(told.network);
    const view = new StillView(network, `Drawing of the network: ${sizeOf(told)}`);
    view.canvas.hidden = !network.layout;
    return element(
      "li",
      { class: "card milestone" },
      element("h4", { text: `Generation ${told.generation}` }),
      view.canvas,
      element("p", { class: "soft", text: `${sizeOf(told)}, ${earnedText(told.mean)}` }),
      ...sparkline(told.profile, this.data),
      this.showButton(told),
    );
  }

  front() {
    if (!this.data.front.length) return null;
    this.frontView = new FrontView(this.data.front, this.data.measure, (told) => this.show(told));
    return part(
      "Front",
      "The best networks of each size. A click, or Enter, puts one into the player above; the " +
        "filled one is the champion.",
      element("div", { class: "card" }, this.frontView.place),
    );
  }

  lineage() {
    if (!this.data.line.length) return null;
    return part(
      "Lineage",
      "What each birth on the champion's line changed. What a network earned is its mean when it " +
        "was first scored, less that of its parent as the gain: with weights and episodes of " +
        "their generations, so that small differences are luck.",
      lineageTable(this.data.line),
    );
  }

  showButton(told) {
    const button = element("button", {
      type: "button",
      text: "Show above",
      "aria-label": `Show above: the network of generation ${told.generation}`,
      on: { click: () => this.show(told) },
    });
    this.shownButtons.push([button, told]);
    return button;
  }

  /** Puts a network into the player. */
  show(told) {
    if (!this.player) return;
    this.player.show(told);
    this.chosen = told;
    for (const [button, own] of this.shownButtons) {
      button.setAttribute("aria-pressed", own === told);
    }
    if (this.frontView) this.frontView.choose(told);
    this.status.textContent = `${told.label} is shown in the player`;
    // Where the player is higher than the screen, its upper end is what has changed
    document.getElementById("player").scrollIntoView({ block: "start" });
  }

  notes() {
    const told = this.data.notes.map((note) => element("p", { class: "soft", text: note }));
    return element("div", { class: "story-note" }, ...told);
  }
}

function part(heading, text, ...inside) {
  return element(
    "div",
    { class: "story-part" },
    element("h3", { text: heading }),
    element("p", { class: "soft", text }),
    ...inside,
  );
}

function sizeOf(told) {
  return told.connections === 1 ? "1 connection" : `${told.connections} connections`;
}

function earnedText(mean) {
  if (mean === null) return "not measured";
  return `mean ${Math.abs(mean) < 10 ? decimal(mean, 3) : returnText(mean)}`;
}

/** Fills `place` with the story of a run, and returns it. */
export function makeStory(place, data, page) {
  if (!data.milestones) return null; // what is written there says why
  const story = new Story(data, page);
  place.append(story.place);
  return story;
}
