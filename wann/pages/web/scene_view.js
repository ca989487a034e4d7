// The picture of an actor in its scene, and the pointer that pulls at it.

import { Brush } from "./brush.js";
import { makeCanvas } from "./elements.js";
import { onThemeChange, themeColours } from "./theme.js";

const SCENE_COLOURS = [
  "pole",
  "cart",
  "wheel",
  "axle",
  "track",
  "soil",
  "force",
  "glow",
  "dark",
];
const LIGHT_EASE = 0.08; // of the way to how well it goes, in a picture

export class SceneView {
  constructor(actor, label) {
    this.actor = actor;
    this.held = null; // what the pointer holds, and where the pointer is
    this.lit = 0;
    this.sized = makeCanvas("scene", label, () => this.draw(1));
    this.brush = new Brush(this.sized.pen, actor.scene.view);
    const repaint = () => {
      this.brush.colours = themeColours(SCENE_COLOURS);
      this.draw(1);
    };
    onThemeChange(repaint);
    this.brush.colours = themeColours(SCENE_COLOURS);
    this.listen();
  }

  get canvas() {
    return this.sized.canvas;
  }

  /** Draws the state that is `share` of the way from the last step but one to the last. */
  draw(share) {
    const { actor, brush, sized } = this;
    if (!sized.width || !sized.seen) return;
    const state = this.between(share);
    const { scene } = actor;
    brush.begin(sized.width, sized.height, scene.follow(state));
    this.lit += ((actor.steps ? scene.light(actor.state) : 0) - this.lit) * LIGHT_EASE;
    const { low, high } = scene.view;
    brush.glow(scene.follow(state), (low + high) / 2, this.lit);
    scene.draw(brush, state, actor.steps ? actor.action : 0);
    if (this.held) brush.spring(this.holdPlace(state), this.held.place, brush.colours.force);
    brush.end();
  }

  between(share) {
    const { before, state } = this.actor;
    // An angle that was brought back by a whole turn is not drawn on its way
    return state.map((value, i) =>
      Math.abs(value - before[i]) > 3 ? value : before[i] + share * (value - before[i]),
    );
  }

  holdPlace(state) {
    return this.held.name === "cart" ? [state[0], 0] : this.held.place;
  }

  /** Pulls what is held for some seconds. */
  pull(seconds) {
    if (!this.held) return;
    this.actor.scene.pull(this.actor.state, this.held.name, ...this.held.place, seconds);
  }

  listen() {
    const { canvas } = this;
    const placeOf = (event) => {
      const box = canvas.getBoundingClientRect();
      return this.brush.worldOf(event.clientX - box.left, event.clientY - box.top);
    };
    const nameAt = (event) => this.actor.scene.grab(this.actor.state, ...placeOf(event));
    canvas.addEventListener("pointerdown", (event) => {
      const name = nameAt(event);
      if (!name) return;
      this.held = { name, place: placeOf(event) };
      canvas.setPointerCapture(event.pointerId);
      canvas.classList.add("holding");
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.held) this.held.place = placeOf(event);
      else canvas.classList.toggle("holds", nameAt(event) !== null);
    });
    for (const ending of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(ending, () => {
        this.held = null;
        canvas.classList.remove("holding");
      });
    }
    // A finger that pulls the pole must not scroll the page; one beside it may
    const keepStill = (event) => {
      if (nameAt(event.touches[0])) event.preventDefault();
    };
    canvas.addEventListener("touchstart", keepStill, { passive: false });
  }
}
