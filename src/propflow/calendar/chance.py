"""
Irregular rounds: every 5 to 10 minutes, so that nobody who watches can tell when the next comes.

Whoever holds the seed can work every round out; nobody else can, before it is over. Beforehand
a round's `Commitment.seal` may be shown to anybody, and afterwards its `Commitment.key`: then
everybody can check that the round was drawn before it was walked, and was walked as drawn. A key
tells of its own day and of no other.

Source: HMAC, RFC 2104; SHA-256, FIPS 180-4.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import date, time, timedelta, tzinfo
from hashlib import sha256

import attrs

from propflow.calendar.clock import instant
from propflow.calendar.ground import Ground
from propflow.calendar.rhythm import (
    DAY,
    ONE_DAY,
    ONE_MINUTE,
    STILL,
    Rhythm,
    RhythmError,
    check_time,
    minutes_of,
    place,
)
from propflow.calendar.words import say_step, write_times
from propflow.durations import say_duration


@attrs.frozen
class Irregular(Rhythm):
    """
    Again and again after between so many and so many minutes, drawn anew for every day.

    From *first* on (or from midnight) the first call comes after one such gap, and each later one
    after another, not later than *last*; a *last* before *first* is on the next morning. Gaps
    are whole minutes that really pass, each equally likely, also when the clocks change. The same
    site, duty, day and seed give the same round.

    Attributes:
        least: Shortest gap, whole minutes, at least one.
        most: Longest gap, longer than the shortest and shorter than the round.
        first: Where the round begins, local time.
        last: Where it ends, local time.

    Raises:
        RhythmError: Gaps that are none, one end without the other, or both ends the same.

    Source: chart 17, patrols "at irregular intervals".
    """

    elapsed = True
    plain = False

    least: timedelta
    most: timedelta
    first: time | None = None
    last: time | None = None
    ground: Ground = attrs.field(factory=Ground, eq=False, repr=False, kw_only=True)
    _begin: int = attrs.field(init=False, eq=False, repr=False)
    _end: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.least < ONE_MINUTE or self.least % ONE_MINUTE or self.most % ONE_MINUTE:
            raise RhythmError(str(self), "the gaps are whole numbers of minutes, at least one.")
        if self.least >= self.most:
            raise RhythmError(
                str(self),
                "the first gap is shorter than the second, as in 'every 5 to 10 minutes'.",
            )
        if (self.first is None) != (self.last is None):
            raise RhythmError(str(self), "'from' and 'to' go together; without both it is all day.")
        begin, end = 0, DAY - 1
        if self.first is not None and self.last is not None:
            check_time(self, self.first)
            check_time(self, self.last)
            begin, end = minutes_of((self.first, self.last))
            if begin == end:
                raise RhythmError(
                    str(self), "it ends when it begins; for all day leave out 'from' and 'to'."
                )
            end += DAY if end < begin else 0
        if self.most // ONE_MINUTE > end - begin:
            raise RhythmError(str(self), "the longest gap is longer than the whole round.")
        object.__setattr__(self, "_begin", begin)
        object.__setattr__(self, "_end", end)

    def settle(self, ground: Ground) -> Rhythm:
        """
        The rhythm of one duty of one site, with its seed.
        """
        return attrs.evolve(self, ground=ground)

    def key(self, day: date) -> bytes:
        """
        What the round of a day is drawn from: 32 bytes, of no use for any other day.
        """
        what = f"{self.ground.site}\0{self.ground.duty}\0{day}"
        return hmac.new(self.ground.seed, what.encode(), sha256).digest()

    def starting(self, day: date) -> tuple[int, ...]:
        """
        The calls of the round that begins on *day*, on a day on which no clock changes.
        """
        return self.drawn(self.key(day))

    def drawn(self, key: bytes) -> tuple[int, ...]:
        """
        The calls that come of a key, in minutes after the midnight before the round.
        """
        return tuple(self._calls(key, self._begin, self._end, 1))

    def fall(
        self, day: date, minutes: tuple[int, ...], zone: tzinfo
    ) -> Iterator[tuple[int, timedelta]]:
        """
        Where the calls fall: their gaps are minutes that really pass.
        """
        if not minutes:
            return
        begin, _ = place(day, self._begin, zone)
        end = instant(day, self._end, zone)
        # Rolled to another day it is still the round of its own: the minutes tell which.
        key = next(
            (
                self.key(day + shift * ONE_DAY)
                for shift in sorted(range(-31, 32), key=abs)
                if self.starting(day + shift * ONE_DAY) == minutes
            ),
            self.key(day),
        )
        for seconds in self._calls(key, begin, end, 60):
            yield seconds, STILL

    def _calls(self, key: bytes, begin: int, end: int, unit: int) -> Iterator[int]:
        least = self.least // ONE_MINUTE
        choices = self.most // ONE_MINUTE - least + 1
        now = begin
        for gap in _numbers(key, choices):
            now += (least + gap) * unit
            if now > end:
                return
            yield now

    def say(self, language: str = "en") -> str:
        """
        The rhythm as a phrase for people.
        """
        least, most = (say_step(gap, language) for gap in (self.least, self.most))
        zh = language == "zh"
        if self.first is None or self.last is None:
            if zh:
                return f"全天每隔{least}至{most}一次,间隔随机"
            return f"every {least} to {most} at random, day and night"
        first, last = write_times((self.first,)), write_times((self.last,))
        if zh:
            over = "次日" if self.last < self.first else ""
            return f"{first}至{over}{last}每隔{least}至{most}一次,间隔随机"
        return f"every {least} to {most} at random, from {first} to {last}"

    def __str__(self) -> str:
        window = "".join(
            f" {word} {write_times((end,))}"
            for word, end in (("from", self.first), ("to", self.last))
            if end is not None
        )
        return f"every {say_duration(self.least)} to {say_duration(self.most)}{window}"


def _numbers(key: bytes, choices: int) -> Iterator[int]:
    """
    Numbers from 0 until before *choices*, each equally likely, that come of a key without end.
    """
    fair = 2**32 // choices * choices  # what lies above would make small numbers likelier
    block = 0
    while True:
        drawn = hmac.new(key, block.to_bytes(8, "big"), sha256).digest()
        for start in range(0, len(drawn), 4):
            number = int.from_bytes(drawn[start : start + 4], "big")
            if number < fair:
                yield number % choices
        block += 1


@attrs.frozen(kw_only=True)
class Commitment:
    """
    Proof that an irregular round was drawn before it was walked.

    Attributes:
        site: Name of the site.
        duty: Name of the duty.
        day: Day on which the round begins.
        rhythm: The rhythm, as it is written.
        seal: SHA-256 over all of these and the key, in hexadecimal: shown beforehand.
        key: The key in hexadecimal, ``""`` until the round is over and may be shown.
    """

    site: str
    duty: str
    day: date
    rhythm: str
    seal: str
    key: str = ""

    def proves(self, calls: tuple[int, ...]) -> bool:
        """
        Whether these calls are the round that was sealed.

        Args:
            calls: Minutes after the midnight of *day*, on a day on which no clock changed.
        """
        from propflow.calendar.reader import parse_rhythm

        rhythm = parse_rhythm(self.rhythm)
        try:
            key = bytes.fromhex(self.key)
        except ValueError:
            return False
        sealed = _seal(self.site, self.duty, self.day, self.rhythm, key)
        return (
            isinstance(rhythm, Irregular)
            and hmac.compare_digest(sealed, self.seal)
            and rhythm.drawn(key) == calls
        )


def commitment(rhythm: Irregular, day: date, *, site: str, duty: str, seed: bytes) -> Commitment:
    """
    What may be shown of a round before it begins: its seal, and not its key.
    """
    whole = reveal(rhythm, day, site=site, duty=duty, seed=seed)
    return attrs.evolve(whole, key="")


def reveal(rhythm: Irregular, day: date, *, site: str, duty: str, seed: bytes) -> Commitment:
    """
    What may be shown of a round when it is over: its key, by which everybody can check it.
    """
    key = attrs.evolve(rhythm, ground=Ground(site=site, duty=duty, seed=seed)).key(day)
    return Commitment(
        site=site,
        duty=duty,
        day=day,
        rhythm=str(rhythm),
        seal=_seal(site, duty, day, str(rhythm), key),
        key=key.hex(),
    )


def _seal(site: str, duty: str, day: date, rhythm: str, key: bytes) -> str:
    what = f"{site}\0{duty}\0{day}\0{rhythm}"
    return sha256(what.encode() + b"\0" + key).hexdigest()
