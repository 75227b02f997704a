"""
How long `propflow list` keeps one waiting, as a whole process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import Contender, Row, plain

#: What `propflow list` may need of each distribution that propflow depends on.
IMPORTS = {
    "attrs": "attrs",
    "cattrs": "cattrs",
    "click": "click",
    "croniter": "croniter",
    "jinja2": "jinja2",
    "pluggy": "pluggy",
    "python-dateutil": "dateutil.rrule",
    "pyyaml": "yaml",
    "rich": "rich.console, rich.table",
    "tzdata": "tzdata",
}
_COMMAND = Path(sys.executable).with_name("propflow")


def _process(*words: str) -> Callable[[], Callable[[], int]]:
    def ready() -> Callable[[], int]:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

        def once() -> int:
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
            return 1

        # Bytecode is compiled once in the life of an installation, so not during a turn.
        once()
        return once

    return ready


ROW = Row(
    id="startup",
    title="`propflow list` as a whole process",
    unit="start",
    told="time",
    rounds=25,
    turn=0.0,
    goal=1.5,
    does=(
        "a new process lists the contents of the shipped handbook into nothing; from its start "
        "to its end, bytecode and disk warm."
    ),
    fair=(
        "no: the limit only imports every run-time dependency, and does nothing with it; "
        "propflow leaves out those that the command does not need."
    ),
    contenders=(
        Contender(
            name="propflow list",
            part="propflow",
            prepare=plain(_process(str(_COMMAND), "list")),
            lacks="starts, reads the handbook's table of contents and prints it.",
            package="propflow",
        ),
        Contender(
            name="imports only",
            part="limit",
            prepare=plain(_process(sys.executable, "-c", f"import {', '.join(IMPORTS.values())}")),
            lacks="`python -c 'import ...'` with every dependency of propflow.",
        ),
        Contender(
            name="python",
            part="scale",
            prepare=plain(_process(sys.executable, "-c", "pass")),
            lacks="`python -c pass`: the interpreter and nothing else.",
        ),
    ),
)
