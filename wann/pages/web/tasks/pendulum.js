// Pendulum-v1: the physics of envs/classic_physics.py, step by step.

import { DONE, REWARD, clip, cosine, forceOf, sine } from "./dynamics.js";

const TWO_PI = 2 * Math.PI;
const EFFORT = Math.fround(0.001);
const WORST = -16.3; // the least reward of a step

function endOf(state) {
  return [-Math.sin(state[0]), Math.cos(state[0])]; // a positive angle leans left
}

export const pendulum = {
  view: { halfWidth: 1.9, low: -1.3, high: 1.3 },
  observations: 3,
  outputs: 1,

  observe(state, into) {
    into[0] = Math.fround(cosine(state[0]));
    into[1] = Math.fround(sine(state[0]));
    into[2] = Math.fround(state[1]);
  },

  step(state, outputs, at) {
    const [theta, spin] = state;
    const torque = Math.fround(2.0 * forceOf(outputs[at]));
    const turned = theta + Math.PI;
    const off = turned - TWO_PI * Math.floor(turned / TWO_PI) - Math.PI;
    const effort = Math.fround(EFFORT * Math.fround(torque * torque));
    state[1] = clip(spin + (15.0 * sine(theta) + Math.fround(3.0 * torque)) * 0.05, -8.0, 8.0);
    state[0] = theta + state[1] * 0.05;
    state[REWARD] = -(off * off + 0.1 * (spin * spin) + effort);
    state[DONE] = 0;
  },

  light: (state) => 1 - state[REWARD] / WORST,
  action: (outputs, at) => forceOf(outputs[at]),
  follow: () => 0,
  ended: "The episode ended",

  draw(brush, state, action) {
    const { colours } = brush;
    const end = endOf(state);
    brush.trail(end, colours.pole);
    brush.rod([0, 0], end, 0.16, colours.pole);
    brush.disc([0, 0], 0.08, colours.axle);
    if (Math.abs(action) > 0.02) brush.turn([0, 0], 0.4, action, colours.force);
  },

  grab: (state, x, y) => (Math.hypot(x, y) < 1.35 ? "pole" : null),
  pull(state, held, x, y, seconds) {
    const [endX, endY] = endOf(state);
    state[1] = clip(state[1] + 25 * (endX * y - endY * x) * seconds, -8.0, 8.0);
  },
  nudge(state, direction) {
    state[1] = clip(state[1] - 3 * direction, -8.0, 8.0);
  },
  tell: (state) => (Math.cos(state[0]) > 0.9 ? "the pendulum is up" : "the pendulum is not up"),
};
