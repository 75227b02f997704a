"""
Which days are working days, how surely that is known, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

import attrs

from propflow.calendar.words import say_day
from propflow.errors import HandbookError
from propflow.text import Text

#: How surely it is known whether a day is a working day.
Status = Literal["published", "projected", "unknown"]

_ONE_DAY = timedelta(days=1)
_SURE = {
    "published": ("published", "已公布"),
    "projected": (
        "projected from the week; the year's holidays are not published",
        "按周推算,当年节假日安排尚未公布",
    ),
    "unknown": ("not known", "未知"),
}


@attrs.define(slots=False)
class WorkingDaysError(HandbookError):
    """
    A calendar of working days contradicts itself.

    Attributes:
        what: What is wrong and what to do.
    """

    what: str

    def __str__(self) -> str:
        return f"working days: {self.what}"


def _as_weekdays(given: Iterable[int]) -> frozenset[int]:
    return frozenset(given)


def _as_dates(given: Iterable[date]) -> frozenset[date]:
    return frozenset(given)


def _as_holidays(
    given: Mapping[date, Text | str] | Iterable[tuple[date, Text | str]],
) -> tuple[tuple[date, Text], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    named = ((day, name if isinstance(name, Text) else Text.of(en=name)) for day, name in pairs)
    return tuple(sorted(named, key=lambda pair: pair[0]))


def _as_published(
    given: Mapping[int, str] | Iterable[int | tuple[int, str]],
) -> tuple[tuple[int, str], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple(sorted((pair, "") if isinstance(pair, int) else pair for pair in pairs))


@attrs.frozen(kw_only=True)
class WorkingDays:
    """
    A week, its holidays, and the days off that are worked after all.

    Attributes:
        weekend: Days of the week that are free, Monday 0 to Sunday 6; not all seven.
        holidays: Pairs of date and name, sorted; a mapping is taken as well.
        working: Days that are worked although the week or a holiday list would have them free,
            such as the make-up Saturdays around China's long holidays.
        published: Pairs of year and source: years whose holidays are officially out. A mapping,
            or years alone, are taken as well.
        known_until: Last day for which the week may stand in where nothing is published;
            nothing means for ever.

    Raises:
        WorkingDaysError: No working day in the week, a day of the week that there is not, or a
            date that is both a holiday and worked.
    """

    weekend: frozenset[int] = attrs.field(default=frozenset({5, 6}), converter=_as_weekdays)
    holidays: tuple[tuple[date, Text], ...] = attrs.field(default=(), converter=_as_holidays)
    working: frozenset[date] = attrs.field(default=frozenset(), converter=_as_dates)
    published: tuple[tuple[int, str], ...] = attrs.field(default=(), converter=_as_published)
    known_until: date | None = None
    _names: dict[date, Text] = attrs.field(init=False, eq=False, repr=False)
    _sources: dict[int, str] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.weekend <= set(range(7)):
            raise WorkingDaysError("the weekend's days are 0 (Monday) to 6 (Sunday).")
        if len(self.weekend) == 7:
            raise WorkingDaysError("all seven days are weekend: nothing would ever be due.")
        object.__setattr__(self, "_names", dict(self.holidays))
        object.__setattr__(self, "_sources", dict(self.published))
        both = sorted(self.working & self._names.keys())
        if both:
            raise WorkingDaysError(f"{both[0]} is a holiday and a working day: say which.")

    def is_working(self, day: date) -> bool:
        """
        Whether *day* is a working day, as far as is known: ask `status` how surely.
        """
        if day in self.working:
            return True
        return day.weekday() not in self.weekend and day not in self._names

    def holiday(self, day: date) -> Text | None:
        """
        The holiday's name, or nothing where the day is none.
        """
        return self._names.get(day)

    def status(self, day: date) -> Status:
        """
        How surely it is known whether *day* is a working day.

        Returns:
            ``published`` in a year whose holidays are out; ``projected`` where only the week
            speaks; ``unknown`` after `known_until`.
        """
        if day.year in self._sources:
            return "published"
        return "projected" if self.known_until is None or day <= self.known_until else "unknown"

    def source(self, day: date) -> str:
        """
        Where the year's holidays were published, or ``""``.
        """
        return self._sources.get(day.year, "")

    def why(self, day: date, language: str = "en") -> str:
        """
        One sentence: working day or not, for what reason, and how surely that is known.
        """
        zh = language == "zh"
        status = self.status(day)
        sure = _SURE[status][zh]
        source = self.source(day)
        if source:
            sure += f"({source})" if zh else f" ({source})"
        free = self._free(day, language)
        if zh:
            return f"{say_day(day, 'zh')}{free}。{sure}。"
        return f"{say_day(day, 'en')} {free}; {sure}."

    def amended(
        self,
        *,
        holidays: Mapping[date, Text],
        working: Iterable[date],
        published: Iterable[tuple[int, str]],
    ) -> WorkingDays:
        """
        The same calendar with days of a site's own, which win over what is there.
        """
        own = frozenset(working)
        return attrs.evolve(
            self,
            holidays=tuple(
                (day, name)
                for day, name in {**self._names, **holidays}.items()
                if day not in own or day in holidays
            ),
            working=(self.working - holidays.keys()) | own,
            published=tuple({**self._sources, **dict(published)}.items()),
        )

    def next(self, day: date) -> date:
        """
        The first working day after *day*.
        """
        day += _ONE_DAY
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def previous(self, day: date) -> date:
        """
        The last working day before *day*.
        """
        day -= _ONE_DAY
        while not self.is_working(day):
            day -= _ONE_DAY
        return day

    def _free(self, day: date, language: str) -> str:
        zh = language == "zh"
        name = self.holiday(day)
        if name is not None:
            said = name.to(language)
            return f"不是工作日,{said}放假" if zh else f"is not a working day: {said}"
        if day in self.working:
            return "是调休工作日" if zh else "is a working day: it makes up for a day off"
        if day.weekday() in self.weekend:
            return "不是工作日,周末" if zh else "is not a working day: weekend"
        return "是工作日" if zh else "is a working day"
