// MountainCar-v0 and MountainCarContinuous-v0: the physics of envs/classic_physics.py.

import { DONE, REWARD, choiceOfThree, clip, cosine, forceOf } from "./dynamics.js";

// The float32 numbers that Gymnasium computes with.
const [POWER, SPEED_LIMIT, LEFT_WALL, RIGHT_WALL, CONTINUOUS_GOAL] = [
  0.0015, 0.07, -1.2, 0.6, 0.45,
].map(Math.fround);
const WORLD = 1.35; // half the width of the view
const MIDDLE = -0.3; // of the view

function stepCar(state, outputs, at) {
  const push = choiceOfThree(outputs, at);
  let [x, speed] = state;
  speed = clip(speed + (push * 0.001 + cosine(3.0 * x) * -0.0025), -0.07, 0.07);
  x = clip(x + speed, -1.2, 0.6);
  if (!(x > -1.2) && speed < 0) speed = 0;
  state[0] = x;
  state[1] = speed;
  state[REWARD] = -1;
  state[DONE] = x < 0.5 || speed < 0 ? 0 : 1;
}

// In float32 from the second step of an episode on, since a start is no float32.
function stepContinuousCar(state, outputs, at) {
  const { fround } = Math;
  let [x, speed] = state;
  const force = fround(forceOf(outputs[at]));
  const angle = Math.abs(fround(x) - x) > 0 ? 3.0 * x : fround(3.0 * x);
  const slope = fround(0.0025 * cosine(angle));
  speed = clip(
    fround(speed + fround(fround(force * POWER) - slope)),
    -SPEED_LIMIT,
    SPEED_LIMIT,
  );
  x = clip(fround(x + speed), LEFT_WALL, RIGHT_WALL);
  if (!(x > LEFT_WALL) && speed < 0) speed = 0;
  state[0] = x;
  state[1] = speed;
  state[DONE] = x < CONTINUOUS_GOAL || speed < 0 ? 0 : 1;
  state[REWARD] = 100.0 * state[DONE] - force * force * 0.1;
}

// Heights and places as Gymnasium draws them, moved so that the valley is in the middle.
function heightAt(x) {
  return Math.sin(3 * x) * 0.45 + 0.55;
}

function placeOf(state) {
  return [state[0] - MIDDLE, heightAt(state[0])];
}

function drawHill(brush, state, action, goal) {
  const { colours } = brush;
  const ground = [];
  for (let x = -1.2; x <= 0.6001; x += 0.02) ground.push([x - MIDDLE, heightAt(x)]);
  brush.ground(ground, -0.2, colours.track);
  const flag = [goal - MIDDLE, heightAt(goal)];
  brush.line(flag, [flag[0], flag[1] + 0.28], 0.014, colours.cart);
  brush.pennant([flag[0], flag[1] + 0.28], 0.13, colours.force);
  const [x, y] = placeOf(state);
  const slope = Math.atan(1.35 * Math.cos(3 * state[0]));
  brush.turned([x, y], slope, () => {
    brush.wheel(-0.055, 0.03, 0.032, 8 * x);
    brush.wheel(0.055, 0.03, 0.032, 8 * x);
    brush.box(0, 0.075, 0.19, 0.06, 0.02, colours.cart);
    brush.box(-0.01, 0.118, 0.1, 0.05, 0.02, colours.pole);
    if (Math.abs(action) > 0.02) {
      const side = Math.sign(action);
      brush.arrow([side * 0.12, 0.08], [side * 0.12 + action * 0.16, 0.08], 0.014, colours.force);
    }
  });
}

function carScene(outputs, step, action, goal) {
  return {
    view: { halfWidth: WORLD, low: -0.2, high: 1.35 },
    observations: 2,
    outputs,
    step,
    action,
    observe(state, into) {
      into[0] = Math.fround(state[0]);
      into[1] = Math.fround(state[1]);
    },
    light: (state) => (state[0] + 1.2) / (goal + 1.2),
    follow: () => 0,
    ended: "The car reached the flag",
    succeeded: true,
    draw: (brush, state, force) => drawHill(brush, state, force, goal),
    grab(state, x, y) {
      const [carX, carY] = placeOf(state);
      return Math.hypot(x - carX, y - carY - 0.07) < 0.25 ? "car" : null;
    },
    pull(state, held, x, y, seconds) {
      const added = 0.12 * (x - placeOf(state)[0]) * seconds;
      state[1] = Math.fround(clip(state[1] + added, -SPEED_LIMIT, SPEED_LIMIT));
    },
    nudge(state, direction) {
      state[1] = Math.fround(clip(state[1] + 0.02 * direction, -SPEED_LIMIT, SPEED_LIMIT));
    },
    tell: (state) => (state[DONE] ? "the car is at the flag" : "the car is on its way"),
  };
}

export const mountainCar = carScene(3, stepCar, choiceOfThree, 0.5);
export const mountainCarContinuous = carScene(
  1,
  stepContinuousCar,
  (outputs, at) => forceOf(outputs[at]),
  0.45,
);
