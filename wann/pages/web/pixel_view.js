// Numbers of an image's pixels as a picture: as grey values, or by sign around 0.

import { element } from "./elements.js";
import { onThemeChange, themeColours } from "./theme.js";

export class PixelView {
  /**
   * `signed` shows positive numbers in one colour and negative ones in another. Without a label it
   * is part of something that has one.
   */
  constructor([height, width], label, signed) {
    this.signed = signed;
    const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
    this.canvas = element("canvas", { class: "pixels", width, height, ...named });
    this.values = new Float64Array(height * width);
    onThemeChange(() => this.draw());
  }

  show(values) {
    this.values = values;
    this.draw();
  }

  draw() {
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    const image = pen.createImageData(width, height);
    const colours = themeColours(["pixel-empty", "pixel-full", "positive", "negative"]);
    const [empty, full, positive, negative] = Object.values(colours).map(channelsOf);
    const most = this.signed ? Math.max(1e-300, ...this.values.map(Math.abs)) : 1;
    this.values.forEach((value, at) => {
      const goal = !this.signed ? full : value < 0 ? negative : positive;
      const share = Number.isFinite(value) ? Math.min(1, Math.abs(value) / most) : 0;
      for (let i = 0; i < 3; i++) image.data[4 * at + i] = empty[i] + share * (goal[i] - empty[i]);
      image.data[4 * at + 3] = 255;
    });
    pen.putImageData(image, 0, 0);
  }
}

function channelsOf(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}
