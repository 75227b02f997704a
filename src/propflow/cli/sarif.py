"""
Findings as SARIF 2.1.0, which code scanners and editors read.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from propflow import __version__
from propflow.errors import Place

if TYPE_CHECKING:
    from propflow.verify import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "caution": "note", "note": "note"}


def sarif(found: Iterable[Finding]) -> dict[str, Any]:
    """
    A log with one run: the rules, and a result for each finding.
    """
    from propflow.verify import RULES

    rules = [{"id": name, "shortDescription": {"text": asks}} for name, asks in RULES.items()]
    driver = {"name": "propflow", "version": __version__, "rules": rules}
    results = [_result(finding) for finding in found]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def _result(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.where}: {finding.what}"},
    }
    if finding.place is not None:
        said["locations"] = [{"physicalLocation": _location(finding.place)}]
    if finding.trace:
        steps = [
            {"location": {"message": {"text": f"{step} ({by})" if by else step}}}
            for step, by in finding.trace
        ]
        said["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.waived is not None:
        because = f"{finding.waived.because} ({finding.waived.owner})"
        said["suppressions"] = [{"kind": "external", "justification": because}]
    return said


def _location(place: Place) -> dict[str, Any]:
    path = PurePath(place.file)
    # A scanner wants what it can open: an absolute path as a URI, any other as it is.
    uri = path.as_uri() if path.is_absolute() else path.as_posix()
    return {
        "artifactLocation": {"uri": uri},
        "region": {"startLine": place.line, "startColumn": place.column},
    }
