"""
The complaint as a BPMN process, run by SpiffWorkflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.walk import OPENING, severity

_MODEL = Path(__file__).with_name("complaint.bpmn")


class Process:
    """
    The process, read once.
    """

    def __init__(self) -> None:
        from SpiffWorkflow.bpmn.parser import BpmnParser

        parser = BpmnParser()
        parser.add_bpmn_file(str(_MODEL))
        self.spec: Any = parser.get_spec("complaint")

    def begin(self) -> Any:
        """
        A new case, up to its first manual task.
        """
        from SpiffWorkflow.bpmn import BpmnWorkflow

        workflow = BpmnWorkflow(self.spec)
        workflow.set_data(**OPENING)
        workflow.do_engine_steps()
        return workflow


def complete(workflow: Any, step: str, facts: Mapping[str, object]) -> None:
    """
    Do the manual task that is open, and whatever follows by itself.
    """
    from SpiffWorkflow import TaskState

    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    if task.task_spec.name != step:
        raise ValueError(step)
    task.data.update(facts)
    if step == "record":
        task.data["severity"] = severity(facts)
    task.run()
    workflow.do_engine_steps()
