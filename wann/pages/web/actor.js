// An actor: a network in an episode of a scene, step after step.

import {
  computeNodes,
  forget,
  makeValues,
  readNetwork,
  readObservation,
  remember,
} from "./network.js";
import { DONE, REWARD, STATE_SIZE } from "./tasks/dynamics.js";

export class Actor {
  /** `task` is that of the player's data, `table` a network; `scene` is one of SCENES or null. */
  constructor(task, scene, table) {
    this.scene = scene;
    this.scaling = task && task.scaling;
    this.limit = scene ? task.scene.steps : 0;
    this.state = new Float64Array(STATE_SIZE);
    this.before = new Float64Array(STATE_SIZE);
    this.observation = new Float64Array(scene ? scene.observations : 0);
    this.show(table);
  }

  /** Lets another network act from now on. */
  show(table) {
    this.network = readNetwork(table);
    this.values = makeValues(this.network);
  }

  /** Begins an episode in the state `start`. */
  begin(start) {
    this.state.fill(0);
    this.state.set(start);
    this.before.set(this.state);
    forget(this.network, this.values);
    this.total = 0; // the return so far
    this.steps = 0;
  }

  /** The weight as `computeNodes` takes it: the network's own ones, or `shared`. */
  weightOf(shared, own) {
    return own && this.network.weights ? this.network.weights : shared;
  }

  /** Takes a step at a weight: one that all connections share, or one for each. */
  step(weight) {
    this.before.set(this.state);
    this.look(weight);
    remember(this.network, this.values);
    this.scene.step(this.state, this.values, this.network.rows - this.network.outputs);
    this.total += this.state[REWARD];
    this.steps += 1;
  }

  /** Computes all nodes for the present state or, without a scene, for inputs that are all 1. */
  look(weight) {
    if (this.scene) {
      this.scene.observe(this.state, this.observation);
      readObservation(this.observation, this.scaling, this.values);
    } else this.values.fill(1, 1, this.network.first);
    computeNodes(this.network, weight, this.values);
  }

  /** What the network does just now, from -1 to 1. */
  get action() {
    return this.scene.action(this.values, this.network.rows - this.network.outputs);
  }

  get failed() {
    return this.state[DONE] > 0;
  }

  get over() {
    return this.failed || this.steps >= this.limit;
  }
}
