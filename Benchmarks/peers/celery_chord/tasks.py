"""The tasks, and the settings that Celery's guides advise for many short ones."""

import os
import sys

from celery import Celery, chord
from celery.signals import worker_ready

SOCKET = os.environ["REDIS_SOCKET"]
DOCUMENT = "This agreement is made between the parties named above. " * 18

app = Celery("celery_chord", broker=f"redis+socket://{SOCKET}", backend=f"redis+socket://{SOCKET}")
app.conf.update(
    # A task that a crash interrupts is done again, as it is by the others.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # "Optimizing": many short tasks want many reserved ahead.
    worker_prefetch_multiplier=64,
    result_expires=7 * 24 * 3600,
)


@app.task
def classify(text: str) -> dict:
    return {"ok": True}


@app.task
def extract(kind: dict, text: str) -> dict:
    return {"ok": True}


@app.task
def validate(kind: dict) -> dict:
    return {"ok": True}


@app.task
def summarize(results: list, text: str) -> dict:
    return {"ok": True}


@worker_ready.connect
def say_ready(**_) -> None:
    """At the level WARNING, which spares two lines of log for each task, the worker itself does not say it."""
    print("celery_chord is ready", file=sys.stderr, flush=True)


def contract_review():
    """classify, then extract and validate side by side, then summarize."""
    return classify.s(DOCUMENT) | chord([extract.s(DOCUMENT), validate.s()], summarize.s(DOCUMENT))
