// CartPole-v1, with and without velocities: the physics of envs/classic_physics.py, step by step.

import { drawCartPole, grabCartPole, pullCartPole } from "./cart_pole.js";
import { largest } from "../maths.js";
import { DONE, REWARD, cosine, sine } from "./dynamics.js";

const TILT = (12 * 2 * Math.PI) / 360; // rad, beyond which an episode ends
const EDGE_OF_TRACK = 2.4; // m

// A positive angle leans right.
const CARTPOLE_SHAPE = { length: 1.0, track: EDGE_OF_TRACK, lean: 1 };

export const cartpole = {
  view: { halfWidth: 2.75, low: -0.4, high: 1.38 },
  observations: 4,
  outputs: 2,

  observe(state, into) {
    for (let i = 0; i < 4; i++) into[i] = Math.fround(state[i]);
  },

  step(state, outputs, at) {
    const [x, speed, theta, spin] = state;
    const force = largest(outputs, at, at + 2) ? 10 : -10;
    const cos = cosine(theta);
    const sin = sine(theta);
    const temporary = (force + 0.05 * (spin * spin) * sin) / 1.1;
    const turning = (9.8 * sin - cos * temporary) / (0.5 * (4 / 3 - (0.1 * (cos * cos)) / 1.1));
    const acceleration = temporary - (0.05 * turning * cos) / 1.1;
    state[0] = x + 0.02 * speed;
    state[1] = speed + 0.02 * acceleration;
    state[2] = theta + 0.02 * spin;
    state[3] = spin + 0.02 * turning;
    state[REWARD] = 1;
    state[DONE] = Math.abs(state[0]) > EDGE_OF_TRACK || Math.abs(state[2]) > TILT ? 1 : 0;
  },

  light: (state) => (state[DONE] ? 0 : 1 - 0.5 * Math.min(1, Math.abs(state[2]) / TILT)),
  action: (outputs, at) => (largest(outputs, at, at + 2) ? 1 : -1),
  follow: (state) => state[0],
  ended: "The pole fell, or the cart left the track",

  draw: (brush, state, action) => drawCartPole(brush, state, action, CARTPOLE_SHAPE),
  grab: (state, x, y) => grabCartPole(state, x, y, CARTPOLE_SHAPE),
  pull: (state, held, x, y, seconds) => pullCartPole(state, held, x, y, seconds, CARTPOLE_SHAPE),
  nudge(state, direction) {
    state[3] += 0.8 * direction;
  },
  tell: (state) => (state[DONE] ? "the pole fell" : "the pole is up"),
};

export const cartpoleMemory = {
  ...cartpole,
  observations: 2,

  observe(state, into) {
    into[0] = Math.fround(state[0]);
    into[1] = Math.fround(state[2]);
  },
};
