"""The names of the files in a run directory, which stand here and nowhere else.

config.json         the settings           environment.json   versions and machine
generations.jsonl   a row per generation   timing.jsonl       seconds for each; no result
champion.json       the champion so far    champions/         one file for each improvement
front.json, front/  the confirmed front    checkpoint.npz     the state to resume from
summary.json        the result             log.txt            what happened when
lineage.jsonl       the ancestors of champions and front, and what each birth changed
completions.jsonl   the submissions of an asynchronous search in the order of their completion
seed.json           the network that the search began from, where one was given
data.csv, data.npz  the data set, where it was given as arrays or as a DataFrame
log.csv             the rows of the generations as a table, where that logger was asked for
logged.json         how many rows loggers were sent, and as which run of theirs
tensorboard/        curves for TensorBoard, where that logger was asked for
card.json           what the champion earns under the four weight conditions, where measured
figures/            pictures of the champion and of the search
page.html           the champion at work, to be opened in a browser
lock                who writes to the folder holds it; stays there, and means nothing by itself
"""

CONFIG = "config.json"
ENVIRONMENT = "environment.json"
GENERATIONS = "generations.jsonl"
TIMING = "timing.jsonl"
CHAMPION = "champion.json"
CHAMPIONS = "champions"
FRONT = "front.json"
FRONT_NETWORKS = "front"
CHECKPOINT = "checkpoint.npz"
SUMMARY = "summary.json"
CARD = "card.json"
LOG = "log.txt"
LOCK = "lock"
LINEAGE = "lineage.jsonl"
COMPLETIONS = "completions.jsonl"
START = "seed.json"
FIGURES = "figures"
PAGE = "page.html"
LOG_TABLE = "log.csv"
LOGGED = "logged.json"
TENSORBOARD = "tensorboard"
DATA_TABLE = "data.csv"
DATA_ARRAYS = "data.npz"

# What a run has before it has settings, which make the folder a run.
BEFORE_CONFIG = (ENVIRONMENT, START, COMPLETIONS, DATA_TABLE, DATA_ARRAYS, LOG)
# All that is written to a run: "/" stands behind folders.
OWN = (
    *(CONFIG, *BEFORE_CONFIG, LOCK),
    *(GENERATIONS, TIMING, CHECKPOINT, CHAMPION, FRONT, SUMMARY, LINEAGE, LOG_TABLE, LOGGED, PAGE),
    *(f"{folder}/" for folder in (CHAMPIONS, FRONT_NETWORKS, FIGURES)),
)
