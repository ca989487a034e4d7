// What is given to the networks: a pad to draw on, sliders, and held-out examples to pick.

import { floatsOf } from "./answers.js";
import { drawnImage } from "./drawn_image.js";
import { decimal, element, makeCanvas } from "./elements.js";
import { PixelView } from "./pixel_view.js";
import { onThemeChange, themeColours } from "./theme.js";

const EMPTY = "The pad is empty: draw on it. What is said now is the answer to no ink at all.";
const PEN_WIDTH = 0.085; // of the pad

export class Pad {
  /** `data` is that of the section; `onChange` is told when there are other inputs. */
  constructor(data, onChange) {
    this.data = data;
    this.onChange = onChange;
    this.strokes = [];
    this.chosen = 0; // index of an example, or null where the reader made the inputs
    const values = floatsOf(data.examples.values);
    const size = data.task.inputs.length;
    this.examples = data.examples.classes.map((_, i) => values.slice(i * size, (i + 1) * size));
    this.inputs = Float64Array.from(this.examples[0]);
    this.told = element("p", { class: "soft note" });
    this.place = element("article", { class: "card pad-card" }, ...this.parts(), this.told);
    this.tell();
  }

  parts() {
    const made = [];
    if (this.data.drawing) made.push(this.board());
    else if (this.data.sliders) made.push(this.makeSliders());
    const text = "Held-out examples, which no search has seen:";
    made.push(element("p", { class: "soft", text }));
    this.pictures = this.examples.map((_, i) => this.picture(i));
    made.push(element("div", { class: "examples", role: "group" }, ...this.pictures));
    return made;
  }

  board() {
    const label = "A pad to draw on with the pointer; examples to pick stand below";
    this.sized = makeCanvas("pad", label, () => this.draw());
    onThemeChange(() => this.draw());
    const { canvas } = this.sized;
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      if (this.chosen !== null) this.clear();
      this.strokes.push([this.placeOf(event)]);
      this.drawn();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!event.buttons || !this.strokes.length || this.chosen !== null) return;
      this.strokes[this.strokes.length - 1].push(this.placeOf(event));
      this.drawn();
    });
    const on = { click: () => this.clear() };
    const clear = element("button", { type: "button", text: "Clear", on });
    const head = element("span", { class: "soft", text: "Draw here" });
    return element("div", {}, element("div", { class: "card-head" }, head, clear), canvas);
  }

  makeSliders() {
    this.sliders = this.data.task.inputs.map((name, i) => {
      const slider = element("input", {
        type: "range",
        min: 0,
        max: 1,
        step: 0.01,
        "aria-label": name,
        on: { input: () => this.slid(i, Number(slider.value)) },
      });
      return slider;
    });
    const rows = this.sliders.map((slider, i) =>
      element("label", {}, element("span", { text: this.data.task.inputs[i] }), slider),
    );
    return element("div", { class: "sliders" }, ...rows);
  }

  picture(i) {
    const { classes } = this.data.examples;
    const name = this.data.task.outputs[classes[i]];
    const button = element("button", {
      type: "button",
      class: "example",
      "aria-label": `Example ${i + 1}, of the class ${name}`,
      on: { click: () => this.pick(i) },
    });
    if (!this.data.shape) button.textContent = name;
    else {
      const view = new PixelView(this.data.shape, "", false);
      view.show(this.examples[i]);
      button.append(view.canvas);
    }
    return button;
  }

  placeOf(event) {
    const box = this.sized.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  pick(i) {
    this.chosen = i;
    this.strokes = [];
    this.give(Float64Array.from(this.examples[i]));
  }

  clear() {
    this.chosen = null;
    this.strokes = [];
    this.drawn();
  }

  drawn() {
    this.give(drawnImage(this.strokes, this.data.drawing));
  }

  slid(i, value) {
    this.chosen = null;
    const inputs = Float64Array.from(this.inputs);
    inputs[i] = value;
    this.give(inputs);
  }

  give(inputs) {
    this.inputs = inputs;
    this.draw();
    this.tell();
    this.onChange();
  }

  tell() {
    this.pictures.forEach((button, i) => button.setAttribute("aria-pressed", i === this.chosen));
    (this.sliders || []).forEach((slider, i) => {
      slider.value = this.inputs[i];
      slider.setAttribute("aria-valuetext", decimal(this.inputs[i], 2));
    });
    const { examples, task, drawing } = this.data;
    const scaled =
      "Inputs are scaled: 0 is the least value among the examples to learn from, 1 the largest.";
    if (this.chosen !== null) {
      const name = task.outputs[examples.classes[this.chosen]];
      this.told.textContent = `This example is of the class ${name}.`;
    } else if (drawing && !this.strokes.length) this.told.textContent = EMPTY;
    else this.told.textContent = drawing ? drawing.note : scaled;
  }

  draw() {
    if (!this.sized || !this.sized.width) return;
    const { pen, width, height } = this.sized;
    const colours = themeColours(["pixel-empty", "pixel-full"]);
    pen.fillStyle = colours["pixel-empty"];
    pen.fillRect(0, 0, width, height);
    if (this.chosen !== null) this.drawExample(pen, width, height);
    pen.strokeStyle = colours["pixel-full"];
    pen.lineWidth = PEN_WIDTH * width;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    for (const stroke of this.strokes) {
      pen.beginPath();
      pen.moveTo(stroke[0][0] * width, stroke[0][1] * height);
      for (const [x, y] of stroke) pen.lineTo(x * width, y * height);
      pen.stroke();
    }
  }

  drawExample(pen, width, height) {
    if (!this.data.shape) return;
    const view = new PixelView(this.data.shape, "", false);
    view.show(this.inputs);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(view.canvas, 0, 0, width, height);
  }
}
