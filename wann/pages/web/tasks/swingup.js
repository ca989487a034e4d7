// Cart-pole swing-up: the physics of envs/cartpole_physics.py, step by step.

import { cosPi } from "../maths.js";
import { drawCartPole, grabCartPole, pullCartPole } from "./cart_pole.js";
import { DONE, REWARD, cosine, sine } from "./dynamics.js";

const GRAVITY = 9.82; // m/s^2
const CART_MASS = 0.5; // kg
const POLE_MASS = 0.5; // kg
const POLE_LENGTH = 0.6; // m
const FORCE = 10; // N, at action 1
const TIME_STEP = 0.01; // s
const FRICTION = 0.1; // N s/m
const TRACK = 2.4; // m, beyond which an episode ends
const TOTAL_MASS = CART_MASS + POLE_MASS;
const MASS_LENGTH = POLE_MASS * POLE_LENGTH;

// A positive angle leans left.
const SHAPE = { length: POLE_LENGTH, track: TRACK, lean: -1 };

function forceOnCart(output) {
  return output > 1 ? 1 : output < -1 ? -1 : output;
}

export const swingup = {
  view: { halfWidth: 2.75, low: -0.86, high: 0.92 },
  observations: 5,
  outputs: 1,

  observe(state, into) {
    into[0] = state[0];
    into[1] = state[1];
    into[2] = cosine(state[2]);
    into[3] = sine(state[2]);
    into[4] = state[3];
  },

  step(state, outputs, at) {
    const [x, speed, theta, spin] = state;
    const cos = cosine(theta);
    const sin = sine(theta);
    const force = forceOnCart(outputs[at]) * FORCE;
    const square = spin * spin;
    const acceleration =
      (-2.0 * MASS_LENGTH * square * sin +
        3.0 * POLE_MASS * GRAVITY * sin * cos +
        4.0 * force -
        4.0 * FRICTION * speed) /
      (4.0 * TOTAL_MASS - 3.0 * POLE_MASS * cos * cos);
    const turning =
      (-3.0 * MASS_LENGTH * square * sin * cos +
        6.0 * TOTAL_MASS * GRAVITY * sin +
        6.0 * (force - FRICTION * speed) * cos) /
      (4.0 * POLE_LENGTH * TOTAL_MASS - 3.0 * MASS_LENGTH * cos * cos);
    state[0] = x + speed * TIME_STEP;
    state[1] = speed + acceleration * TIME_STEP;
    state[2] = theta + spin * TIME_STEP;
    state[3] = spin + turning * TIME_STEP;
    state[REWARD] = ((cosine(state[2]) + 1) / 2) * cosPi(state[0] * (0.5 / TRACK));
    state[DONE] = Math.abs(state[0]) <= TRACK ? 0 : 1;
  },

  /** How well it goes just now, from 0 to 1: the scene is lit by it. */
  light: (state) => state[REWARD],
  action: (outputs, at) => forceOnCart(outputs[at]),
  follow: (state) => state[0],
  ended: "The cart left the track",

  draw: (brush, state, action) => drawCartPole(brush, state, action, SHAPE),
  grab: (state, x, y) => grabCartPole(state, x, y, SHAPE),
  pull: (state, held, x, y, seconds) => pullCartPole(state, held, x, y, seconds, SHAPE),
  nudge(state, direction) {
    state[3] -= 5 * direction;
  },
  tell: (state) => (cosine(state[2]) > 0.9 ? "the pole is up" : "the pole is not up"),
};

/** The same, of which networks do not see the velocities. */
export const swingupMemory = {
  ...swingup,
  observations: 3,

  observe(state, into) {
    into[0] = state[0];
    into[1] = cosine(state[2]);
    into[2] = sine(state[2]);
  },
};
