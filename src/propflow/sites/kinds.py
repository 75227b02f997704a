"""
The kinds of word that a file can hold: names of things, names that refer to things, durations.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import attrs

from propflow.durations import Deadline
from propflow.sites.nodes import Word


@attrs.frozen
class Kind:
    """
    What a word stands for.

    Attributes:
        name: The thing: ``role``, ``box``.
        refers: Whether it must be the name of a thing that there is.
        pattern: What it looks like, as a regular expression that JSON Schema knows too.
        wanted: What to write, for whoever wrote something else.
    """

    name: str
    refers: bool = False
    pattern: str = ""
    wanted: str = ""

    def fits(self, word: str) -> bool:
        """
        Whether a word looks like one of these.
        """
        return not self.pattern or re.search(self.pattern, word) is not None


def _refers(name: str) -> Kind:
    return Kind(name, refers=True)


ID = Kind(
    "name",
    pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    wanted="a name of small letters, digits and hyphens, as in 'record-complaint'",
)
BOX = Kind(
    "box",
    refers=True,
    pattern=r"^[0-9A-Za-z]+\.[0-9]+$",
    wanted='the number of a box as in "4.01", in quotes',
)
CELL = Kind("cell")
SENTENCE = Kind("sentence")
NUMBER = Kind("value")
OUTCOME = Kind("outcome")
DATE = Kind("date", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", wanted="a date such as 2025-10-01")
YEAR = Kind("year", pattern=r"^[0-9]{4}$", wanted="a year such as 2025")
HOURS = Kind(
    "shift",
    pattern=r"^[0-9]{2}:[0-9]{2} to [0-9]{2}:[0-9]{2}$",
    wanted='hours such as "20:00 to 08:00", in quotes',
)
DAYS = Kind(
    "days",
    pattern=r"^(mon|tues|wednes|thurs|fri|satur|sun)day"
    r"( to (mon|tues|wednes|thurs|fri|satur|sun)day)?$",
    wanted="days of the week such as saturday, or monday to friday",
)
CSV = Kind(
    "file",
    pattern=r"^[^/\\:]+\.csv$",
    wanted="the name of a CSV file in the site's folder, as in dues.csv",
)
TURN = Kind(
    "turn",
    pattern=r"^[0-9]{1,3}(-[0-9]{1,3})? of [0-9]{1,3} from [0-9]{4}-[0-9]{2}-[0-9]{2}$",
    wanted='days of a cycle such as "1-2 of 6 from 2026-01-05"',
)
SHEET = Kind(
    "file",
    pattern=r"^[^/\\:]+\.(csv|xlsx)$",
    wanted="the name of a CSV or XLSX file beside this one, as in fees.xlsx",
)
SEED = Kind(
    "file",
    pattern=r"^[^/\\:]+$",
    wanted="the name of a file in the site's folder, as in seed.txt",
)

#: A name that is given here.
Id = Annotated[Word, ID]
Box = Annotated[Word, BOX]
Cell = Annotated[Word, CELL]
Sentence = Annotated[Word, SENTENCE]
Value = Annotated[Word, NUMBER]
Outcome = Annotated[Word, OUTCOME]
Date = Annotated[Word, DATE]
Year = Annotated[Word, YEAR]
Hours = Annotated[Word, HOURS]
Days = Annotated[Word, DAYS]
CsvName = Annotated[Word, CSV]
SeedName = Annotated[Word, SEED]
SheetName = Annotated[Word, SHEET]
Turn = Annotated[Word, TURN]
MissedText = Annotated[Word, Kind("policy")]
RhythmText = Annotated[Word, Kind("rhythm")]
EngineName = Annotated[Word, Kind("rule engine")]
CalendarName = Annotated[Word, Kind("calendar")]
ZoneName = Annotated[Word, Kind("time zone")]

#: Names of things that are given elsewhere.
BookName = Annotated[Word, _refers("book")]
FactName = Annotated[Word, _refers("fact")]
HandbookName = Annotated[Word, _refers("handbook")]
LadderName = Annotated[Word, _refers("ladder")]
MessageName = Annotated[Word, _refers("message")]
OfficeName = Annotated[Word, _refers("office")]
PersonName = Annotated[Word, _refers("person")]
PostName = Annotated[Word, _refers("post")]
ProcedureName = Annotated[Word, _refers("procedure")]
RecordName = Annotated[Word, _refers("record")]
RoleName = Annotated[Word, _refers("role")]
SignerName = Annotated[Word, _refers("role or party")]
SettingName = Annotated[Word, _refers("setting")]
ShiftName = Annotated[Word, _refers("shift")]
StepName = Annotated[Word, _refers("step")]
TableName = Annotated[Word, _refers("decision")]


@attrs.frozen
class Length:
    """
    A length of time: written out, or the value of a setting.

    Attributes:
        word: As it is written.
        time: The time, where it is written out.
        setting: The setting, where it is one.
    """

    word: Word
    time: timedelta | None = None
    setting: SettingName | None = None


@attrs.frozen
class Limit:
    """
    How long a step may take: on the clock or in working time, or the value of a setting.

    Attributes:
        word: As it is written.
        time: The time, where it is written out.
        setting: The setting, where it is one.
    """

    word: Word
    time: Deadline | None = None
    setting: SettingName | None = None


__all__ = [
    "BOX",
    "CELL",
    "CSV",
    "DATE",
    "DAYS",
    "HOURS",
    "ID",
    "NUMBER",
    "OUTCOME",
    "SEED",
    "SENTENCE",
    "TURN",
    "YEAR",
    "BookName",
    "Box",
    "CalendarName",
    "Cell",
    "CsvName",
    "Date",
    "Days",
    "EngineName",
    "FactName",
    "HandbookName",
    "Hours",
    "Id",
    "Kind",
    "LadderName",
    "Length",
    "Limit",
    "MessageName",
    "MissedText",
    "OfficeName",
    "Outcome",
    "PersonName",
    "PostName",
    "ProcedureName",
    "RecordName",
    "RhythmText",
    "RoleName",
    "SeedName",
    "Sentence",
    "SettingName",
    "SheetName",
    "ShiftName",
    "SignerName",
    "StepName",
    "TableName",
    "Turn",
    "Value",
    "Year",
    "ZoneName",
]
