"""How well detection does on the labelled texts, as a table. Usage: detection.py [--json] [--misses] [--every N]

Sets (tests/intake/labelled): `validation` is what training keeps back of the tuning half, and may be looked at (--misses); the
held-out half was never looked at while rules, weights and settings were made, and only its totals are printed: `held_out` was
written freely, `held_out_trackers` retells posts of public issue trackers. Exit status 1 when the held-out half as a whole is
below the thresholds. --every N looks at every Nth text only.

What counts as backend work, in the sets, in training and in the rules:

- Backend: the text asks for something new or changed on the server side: endpoint, API, service, worker, job, queue,
  webhook, data model, stored field, server rule, sign-in, rights, integration with an outside system, data processing,
  response time of an API or its queries, or the cloud resources of such a feature. A bare title that names such a thing
  counts.
- A mixed request counts; its user-interface part is handed over.
- A report of a fault counts only when it states, as a demand, what the server should do instead ("must answer 409");
  "it should work" states nothing.
- Upkeep is other: refactoring, renaming, upgrades, tests, builds, containers for development, pipelines, releases,
  hosting chores.
- A feature of a library, command-line tool, compiler, app, game, notebook or device is other, whatever it calls or
  imitates.
- Infrastructure counts when it is what a backend feature runs on (queue, table, function, bucket, alarm, permission),
  not when it is where code is built or developers work.
- Questions, spikes and discussions are other, a request in the form of a question ("could you add ...?") is not a
  question.
- Reviews, documentation, user-interface work, reports of finished work, talk, and decisions not to build are other.
"""

import json
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from train_detection import tuning_texts

from backend_factory.intake import detect

LABELLED = Path(__file__).parent.parent / "tests" / "intake" / "labelled"
VALIDATION, HELD_OUT, WHOLE = "validation", ("held_out", "held_out_trackers"), "held_out_whole"
LEAST_PRECISION = 0.97
LEAST_RECALL = 0.95
MOST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """A labelled text with what detection said."""

    text: str
    backend: bool
    found: bool
    reason: str
    milliseconds: float


def main(arguments: list[str]) -> int:
    """Exit status."""
    every = int(arguments[arguments.index("--every") + 1]) if "--every" in arguments else 1
    answers = {name: [answer(label, text) for label, text in labelled(name)[::every]] for name in (VALIDATION, *HELD_OUT)}
    answers[WHOLE] = [each for name in HELD_OUT for each in answers[name]]
    figures = {name: figures_of(found) for name, found in answers.items()}
    held = figures[WHOLE]
    passed = held["precision"] >= LEAST_PRECISION and held["recall"] >= LEAST_RECALL
    if "--json" in arguments:
        wanted = {"precision": LEAST_PRECISION, "recall": LEAST_RECALL}
        print(json.dumps({"sets": figures, "wanted": wanted, "passed": passed}, indent=2))
    else:
        show(figures, [each for each in answers[VALIDATION] if each.found != each.backend] if "--misses" in arguments else [])
        print(f"\nheld out: precision >= {LEAST_PRECISION}, recall >= {LEAST_RECALL}: {'reached' if passed else 'MISSED'}")
    return 0 if passed else 1


def labelled(name: str) -> list[tuple[str, str]]:
    """The texts of a set with their labels."""
    if name == VALIDATION:
        return [*tuning_texts(kept_back=True)]
    lines = (LABELLED / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t", 2) for line in lines if line and not line.startswith("#"))
    return [(label, text.replace("\\n", "\n")) for label, _, text in rows]


def answer(label: str, text: str) -> Answer:
    """Ask detection once, and take the time."""
    began = time.perf_counter()
    detection = detect(text)
    milliseconds = (time.perf_counter() - began) * 1e3
    return Answer(text, label == "backend", detection.verdict == "backend", detection.reason, milliseconds)


def figures_of(answers: list[Answer]) -> dict[str, float]:
    """The totals of a set."""
    right = sum(each.backend and each.found for each in answers)
    alarms = sum(each.found and not each.backend for each in answers)
    missed = sum(each.backend and not each.found for each in answers)
    return {
        "texts": len(answers),
        "precision": round(right / max(1, right + alarms), 4),
        "recall": round(right / max(1, right + missed), 4),
        "found_rightly": right,
        "false_alarms": alarms,
        "missed": missed,
        "left_alone_rightly": len(answers) - right - alarms - missed,
        "median_ms": round(statistics.median(each.milliseconds for each in answers), 3),
    }


def show(figures: dict[str, dict[str, float]], misses: list[Answer]) -> None:
    """Print the table, and what was missed of the texts that may be looked at."""
    columns = list(figures[WHOLE])
    print(" | ".join([f"{'set':18}", *columns]))
    for name, row in figures.items():
        print(" | ".join([f"{name:18}", *(f"{row[column]:>{len(column)}}" for column in columns)]))
    for each in misses:
        print(f"\n{'missed     ' if each.backend else 'false alarm'} {' '.join(each.text.split())[:MOST_SHOWN]}")
        print(f"            {each.reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
