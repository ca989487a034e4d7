import subprocess

import gymnasium
import numpy as np

import wann


class Chase(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-2.0, 2.0, (1,), np.float64)
    action_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float64)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left, self.gap = 20, self.np_random.uniform(-1, 1)
        return np.array([self.gap]), {}

    def step(self, action):
        self.left, self.gap = self.left - 1, self.gap - 0.2 * float(action[0])
        return np.array([self.gap]), -abs(self.gap), False, self.left == 0, {}


def by_mean_then_size(scores, settings, rng):
    return np.lexsort((scores.connections, -scores.mean))


@wann.activation
def softsign(x):
    return x / (1 + abs(x))


own = {"ranking": by_mean_then_size, "activations": ["linear", "tanh", softsign]}
run = wann.search(env=Chase, max_steps=20, generations=8, population=64, **own)
env, policy, total, over = Chase(), run.champion.policy(Chase()), 0.0, False
observation, _ = env.reset(seed=1)
while not over:
    observation, reward, _, over, _ = env.step(policy(observation))
    total += reward
print(run, total)
run.champion.export("chase.c", to="c")
subprocess.run(["gcc", "-std=c99", "-Os", "-c", "chase.c"], check=True)
