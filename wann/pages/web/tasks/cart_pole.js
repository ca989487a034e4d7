// A cart with a pole, as it is drawn, and how it is pulled by the pointer.

const CART_WIDTH = 0.44; // m, all lengths here
const CART_HEIGHT = 0.2;
const WHEEL = 0.065;
const GROUND = -CART_HEIGHT / 2 - WHEEL;
const GRAB_CART = 0.3;
const GRAB_POLE = 0.22;
const PULL_CART = 45; // 1/s^2
const PULL_POLE = 90;
const DAMPING = 3; // 1/s

function tipOf(state, shape) {
  return [
    state[0] + shape.lean * shape.length * Math.sin(state[2]),
    shape.length * Math.cos(state[2]),
  ];
}

/** Draws track, cart and pole; `action` is the force, from -1 to 1. */
export function drawCartPole(brush, state, action, shape) {
  const { colours } = brush;
  const [x] = state;
  const tip = tipOf(state, shape);
  drawTrack(brush, shape.track);
  brush.trail(tip, colours.pole);
  brush.shadow(x, GROUND, CART_WIDTH * 0.62);
  drawForce(brush, x, action);
  for (const side of [-1, 1]) {
    brush.wheel(x + side * CART_WIDTH * 0.3, -CART_HEIGHT / 2 - WHEEL * 0.1, WHEEL, x);
  }
  brush.box(x, 0, CART_WIDTH, CART_HEIGHT, 0.06, colours.cart);
  brush.rod([x, 0], tip, 0.055, colours.pole);
  brush.disc(tip, 0.062, colours.pole);
  brush.disc([x, 0], 0.036, colours.axle);
}

function drawTrack(brush, track) {
  const { colours } = brush;
  brush.line([-track, GROUND], [track, GROUND], 0.022, colours.track);
  for (const end of [-track, track]) {
    brush.line([end, GROUND - 0.07], [end, GROUND + 0.16], 0.035, colours.track);
  }
  for (let mark = -2; mark <= 2; mark++) {
    brush.line([mark, GROUND - 0.05], [mark, GROUND], 0.012, colours.track);
  }
}

function drawForce(brush, x, action) {
  if (Math.abs(action) < 0.02) return;
  const side = Math.sign(action);
  const from = x + side * (CART_WIDTH / 2 + 0.05);
  brush.arrow([from, 0], [from + action * 0.5, 0], 0.035, brush.colours.force);
}

/** What of the cart-pole is at (x, y): "pole", "cart", or null. */
export function grabCartPole(state, x, y, shape) {
  const [tipX, tipY] = tipOf(state, shape);
  const [dx, dy] = [tipX - state[0], tipY];
  const share = ((x - state[0]) * dx + y * dy) / (dx * dx + dy * dy);
  const along = Math.max(0.35, Math.min(1, share));
  if (Math.hypot(x - state[0] - along * dx, y - along * dy) < GRAB_POLE) return "pole";
  return Math.hypot(x - state[0], y) < GRAB_CART ? "cart" : null;
}

/** Pulls what is held towards (x, y) for some seconds: a spring that acts on the velocities. */
export function pullCartPole(state, held, x, y, seconds, shape) {
  if (held === "cart") {
    state[1] += (PULL_CART * (x - state[0]) - DAMPING * state[1]) * seconds;
    return;
  }
  const wanted = Math.atan2(shape.lean * (x - state[0]), y);
  const turns = (wanted - state[2]) / (2 * Math.PI);
  const off = 2 * Math.PI * (turns - Math.round(turns));
  state[3] += (PULL_POLE * off - DAMPING * state[3]) * seconds;
}
