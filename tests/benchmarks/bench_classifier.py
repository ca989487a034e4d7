"""`WannClassifier` on data sets of scikit-learn, by gradients and by evolution.

    python tests/benchmarks/bench_classifier.py iris,wine,breast_cancer --seeds 5,6,7
    python tests/benchmarks/bench_classifier.py digits --seeds 5,6

Prints a line for each data set, method and seed, which draws the quarter that is tested on: the
score there, seconds of processor time of fitting, and connections. For PyTorch on one thread set
OMP_NUM_THREADS=1.
"""

import argparse
import time

from sklearn import datasets
from sklearn.model_selection import train_test_split

from wann import WannClassifier

LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", help=f"some of {', '.join(LOADERS)}, separated by commas")
    parser.add_argument("--seeds", default="5,6,7")
    asked = parser.parse_args()
    for name in asked.names.split(","):
        x, y = LOADERS[name](return_X_y=True)
        for method in ("gradient", "evolution"):
            for seed in map(int, asked.seeds.split(",")):
                parts = train_test_split(x, y, random_state=seed, stratify=y, test_size=0.25)
                started = time.process_time()
                model = WannClassifier(method=method, random_state=seed).fit(parts[0], parts[2])
                seconds = time.process_time() - started
                score = model.score(parts[1], parts[3])
                print(
                    f"{name} {method} seed {seed}: {score:.3f} in {seconds:.1f} s, "
                    f"{model.network_.connections} connections",
                    flush=True,
                )


if __name__ == "__main__":
    main()
