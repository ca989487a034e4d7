// Acrobot-v1: the physics of envs/classic_physics.py, step by step.

import { DONE, REWARD, choiceOfThree, clip, cosine, sine } from "./dynamics.js";

const HALF = 0.1; // s
const WHOLE = 0.2; // s
const FASTEST = [4.0 * Math.PI, 9.0 * Math.PI]; // rad/s
const GOAL_HEIGHT = 1;

function accelerations(theta1, theta2, spin1, spin2, torque) {
  const cos = cosine(theta2);
  const sin = sine(theta2);
  const d1 = 3.5 + cos;
  const d2 = 1.25 + 0.5 * cos;
  const phi2 = 4.9 * sine(theta1 + theta2);
  const phi1 =
    -0.5 * (spin2 * spin2) * sin - spin2 * spin1 * sin + 14.7 * sine(theta1) + phi2;
  const second =
    (torque + (d2 / d1) * phi1 - 0.5 * (spin1 * spin1) * sin - phi2) / (1.25 - (d2 * d2) / d1);
  return [-(d2 * second + phi1) / d1, second];
}

function wrapAngle(angle) {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle < -Math.PI ? angle + 2 * Math.PI : angle;
}

function average(share, first, second, third, fourth) {
  return (share / 6.0) * (first + 2.0 * second + 2.0 * third + fourth);
}

function elbowAndHand(state) {
  const elbow = [Math.sin(state[0]), -Math.cos(state[0])];
  const angle = state[0] + state[1];
  return [elbow, [elbow[0] + Math.sin(angle), elbow[1] - Math.cos(angle)]];
}

export const acrobot = {
  view: { halfWidth: 2.6, low: -2.2, high: 2.2 },
  observations: 6,
  outputs: 3,

  observe(state, into) {
    into[0] = Math.fround(cosine(state[0]));
    into[1] = Math.fround(sine(state[0]));
    into[2] = Math.fround(cosine(state[1]));
    into[3] = Math.fround(sine(state[1]));
    into[4] = Math.fround(state[2]);
    into[5] = Math.fround(state[3]);
  },

  // Runge and Kutta, fourth order: u and v are the angular velocities.
  step(state, outputs, at) {
    const [a, b, u, v] = state;
    const torque = choiceOfThree(outputs, at);
    const [u1, v1] = accelerations(a, b, u, v, torque);
    const [ua, va] = [u + HALF * u1, v + HALF * v1];
    const [u2, v2] = accelerations(a + HALF * u, b + HALF * v, ua, va, torque);
    const [ub, vb] = [u + HALF * u2, v + HALF * v2];
    const [u3, v3] = accelerations(a + HALF * ua, b + HALF * va, ub, vb, torque);
    const [uc, vc] = [u + WHOLE * u3, v + WHOLE * v3];
    const [u4, v4] = accelerations(a + WHOLE * ub, b + WHOLE * vb, uc, vc, torque);
    state[0] = wrapAngle(wrapAngle(a + average(WHOLE, u, ua, ub, uc)));
    state[1] = wrapAngle(wrapAngle(b + average(WHOLE, v, va, vb, vc)));
    state[2] = clip(u + average(WHOLE, u1, u2, u3, u4), -FASTEST[0], FASTEST[0]);
    state[3] = clip(v + average(WHOLE, v1, v2, v3, v4), -FASTEST[1], FASTEST[1]);
    state[DONE] = -cosine(state[0]) - cosine(state[1] + state[0]) > GOAL_HEIGHT ? 1 : 0;
    state[REWARD] = state[DONE] - 1;
  },

  light: (state) => (elbowAndHand(state)[1][1] + 2) / 3,
  action: (outputs, at) => choiceOfThree(outputs, at),
  follow: () => 0,
  ended: "The hand reached the line",
  succeeded: true,

  draw(brush, state, action) {
    const { colours } = brush;
    const [elbow, hand] = elbowAndHand(state);
    brush.line([-2.6, GOAL_HEIGHT], [2.6, GOAL_HEIGHT], 0.03, colours.track);
    brush.trail(hand, colours.pole);
    brush.rod([0, 0], elbow, 0.14, colours.cart);
    brush.rod(elbow, hand, 0.12, colours.pole);
    brush.disc([0, 0], 0.1, colours.axle);
    brush.disc(elbow, 0.1, colours.axle);
    if (action) brush.turn(elbow, 0.32, action, colours.force);
  },

  grab(state, x, y) {
    const [elbow, hand] = elbowAndHand(state);
    if (Math.hypot(x - hand[0], y - hand[1]) < 0.5) return "hand";
    return Math.hypot(x - elbow[0], y - elbow[1]) < 0.5 ? "elbow" : null;
  },
  pull(state, held, x, y, seconds) {
    const [elbow, hand] = elbowAndHand(state);
    const [joint, end, row] = held === "hand" ? [elbow, hand, 3] : [[0, 0], elbow, 2];
    const [dx, dy] = [end[0] - joint[0], end[1] - joint[1]];
    state[row] += 12 * (dx * (y - end[1]) - dy * (x - end[0])) * seconds;
  },
  nudge(state, direction) {
    state[2] += 1.5 * direction;
  },
  tell: (state) => (state[DONE] ? "the hand is above the line" : "the hand is below the line"),
};
