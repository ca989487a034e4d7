// A brush that draws a scene in metres on a canvas: what the drawings of the tasks are made of.

const TRAIL_LENGTH = 46; // places
const CAMERA_EASE = 0.12; // of the way in a picture
const LEAST_SHARE = 0.7; // of the height of a picture that a scene fills at least

export class Brush {
  /** `view` is what of the world must be seen: halfWidth, low and high, in metres. */
  constructor(pen, view) {
    this.pen = pen;
    this.view = view;
    this.camera = 0; // the place in the middle of the picture
    this.places = [];
    this.colours = {};
  }

  /** Forgets where things were. */
  reset() {
    this.places = [];
  }

  /** Begins a picture of so many pixels; `x` is to be seen where the whole view has no room. */
  begin(width, height, x) {
    const { halfWidth, low, high } = this.view;
    this.width = width;
    this.height = height;
    const whole = height / (high - low);
    // Small screens show a part of the world, large enough to be seen, that moves along
    this.scale = Math.min(whole, Math.max(width / (2 * halfWidth), LEAST_SHARE * whole));
    const reach = Math.max(0, halfWidth - width / this.scale / 2);
    const wanted = Math.max(-reach, Math.min(reach, x));
    this.camera += (wanted - this.camera) * CAMERA_EASE;
    this.pen.save();
    this.pen.clearRect(0, 0, width, height);
    this.pen.translate(width / 2, height / 2 + (this.scale * (high + low)) / 2);
    this.pen.scale(this.scale, -this.scale);
    this.pen.translate(-this.camera, 0);
    this.pen.lineCap = "round";
    this.pen.lineJoin = "round";
  }

  end() {
    this.pen.restore();
  }

  /** The place in the world of a place on the canvas in pixels. */
  worldOf(x, y) {
    const { high, low } = this.view;
    return [
      (x - this.width / 2) / this.scale + this.camera,
      (this.height / 2 - y) / this.scale + (high + low) / 2,
    ];
  }

  /** Lights the scene behind all else, from 0 (not at all) to 1. */
  glow(x, y, share) {
    const reach = (0.5 * this.height) / this.scale;
    const light = this.pen.createRadialGradient(x, y, 0, x, y, reach);
    light.addColorStop(0, this.colours.glow);
    light.addColorStop(1, this.colours.dark);
    this.pen.save();
    this.pen.globalAlpha = Math.max(0, Math.min(1, share)) ** 1.5;
    this.pen.fillStyle = light;
    this.pen.fillRect(x - reach, y - reach, 2 * reach, 2 * reach);
    this.pen.restore();
  }

  line(from, to, width, colour) {
    this.pen.lineWidth = width;
    this.pen.strokeStyle = colour;
    this.pen.beginPath();
    this.pen.moveTo(...from);
    this.pen.lineTo(...to);
    this.pen.stroke();
  }

  rod(from, to, width, colour) {
    this.line(from, to, width, colour);
  }

  disc([x, y], radius, colour) {
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
    this.pen.fill();
  }

  box(x, y, width, height, radius, colour) {
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.roundRect(x - width / 2, y - height / 2, width, height, radius);
    this.pen.fill();
  }

  /** A wheel that has rolled so far as `rolled` says. */
  wheel(x, y, radius, rolled) {
    this.disc([x, y], radius, this.colours.wheel);
    const angle = -rolled / radius;
    const [cos, sin] = [Math.cos(angle) * radius * 0.6, Math.sin(angle) * radius * 0.6];
    this.line([x - cos, y - sin], [x + cos, y + sin], radius * 0.22, this.colours.axle);
  }

  shadow(x, y, halfWidth) {
    this.pen.save();
    this.pen.globalAlpha = 0.16;
    this.pen.fillStyle = "#000000";
    this.pen.beginPath();
    this.pen.ellipse(x, y - 0.03, halfWidth, 0.035, 0, 0, 2 * Math.PI);
    this.pen.fill();
    this.pen.restore();
  }

  arrow([x, y], [toX, toY], width, colour) {
    const side = Math.sign(toX - x) || 1;
    const head = Math.min(width * 2.6, Math.abs(toX - x) * 0.8);
    this.line([x, y], [toX - side * head * 0.5, toY], width, colour);
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.moveTo(toX, toY);
    this.pen.lineTo(toX - side * head, toY + head * 0.75);
    this.pen.lineTo(toX - side * head, toY - head * 0.75);
    this.pen.fill();
  }

  /** An arrow around a joint: counterclockwise for a positive share of the largest torque. */
  turn([x, y], radius, share, colour) {
    const end = Math.PI / 2 + share * 1.9;
    this.pen.lineWidth = radius * 0.14;
    this.pen.strokeStyle = colour;
    this.pen.beginPath();
    this.pen.arc(x, y, radius, Math.PI / 2, end, share < 0);
    this.pen.stroke();
    this.disc([x + radius * Math.cos(end), y + radius * Math.sin(end)], radius * 0.17, colour);
  }

  /** Where a place was in the last pictures, fading. */
  trail(place, colour) {
    this.places.push([...place]);
    if (this.places.length > TRAIL_LENGTH) this.places.shift();
    this.pen.save();
    this.pen.lineCap = "butt";
    for (let i = 1; i < this.places.length; i++) {
      const [from, to] = [this.places[i - 1], this.places[i]];
      this.pen.globalAlpha = 0.3 * (i / this.places.length) ** 2;
      this.line(from, to, 0.03, colour);
    }
    this.pen.restore();
  }

  /** The ground below the places of a line, down to `bottom`. */
  ground(places, bottom, colour) {
    this.pen.beginPath();
    this.pen.moveTo(places[0][0], bottom);
    for (const place of places) this.pen.lineTo(...place);
    this.pen.lineTo(places[places.length - 1][0], bottom);
    this.pen.fillStyle = this.colours.soil;
    this.pen.fill();
    for (let i = 1; i < places.length; i++) this.line(places[i - 1], places[i], 0.014, colour);
  }

  pennant([x, y], size, colour) {
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.moveTo(x, y);
    this.pen.lineTo(x + size, y - size * 0.35);
    this.pen.lineTo(x, y - size * 0.7);
    this.pen.fill();
  }

  /** Draws something around a place as its origin, turned by an angle. */
  turned([x, y], angle, draw) {
    this.pen.save();
    this.pen.translate(x, y);
    this.pen.rotate(angle);
    draw();
    this.pen.restore();
  }

  /** The spring between what is held and the pointer. */
  spring(from, to, colour) {
    this.pen.save();
    this.pen.setLineDash([0.05, 0.05]);
    this.line(from, to, 0.02, colour);
    this.pen.restore();
    this.disc(to, 0.05, colour);
  }
}
