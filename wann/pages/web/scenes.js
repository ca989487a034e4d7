// The tasks that a page can show, by the names that wann/pages/scene.py gives them.

import { acrobot } from "./tasks/acrobot.js";
import { cartpole, cartpoleMemory } from "./tasks/cartpole.js";
import { mountainCar, mountainCarContinuous } from "./tasks/mountain_car.js";
import { pendulum } from "./tasks/pendulum.js";
import { swingup, swingupMemory } from "./tasks/swingup.js";

export const SCENES = {
  swingup,
  "swingup-memory": swingupMemory,
  "CartPole-v1": cartpole,
  "wann/CartPoleMemory-v1": cartpoleMemory,
  "Acrobot-v1": acrobot,
  "Pendulum-v1": pendulum,
  "MountainCar-v0": mountainCar,
  "MountainCarContinuous-v0": mountainCarContinuous,
};
