"""
`propflow rounds`: seal a round at random before it is walked, and open it when it is over.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from propflow.cli.desk import json_option, language_option, open_site, print_json, site_option
from propflow.errors import HandbookError

if TYPE_CHECKING:
    from propflow.calendar import Commitment, Irregular
    from propflow.sites import Site


@attrs.define(slots=False)
class RoundError(HandbookError):
    """
    A round cannot be sealed, or must not be opened yet.

    Attributes:
        what: Why, and what to do.
    """

    what: str

    def __str__(self) -> str:
        return self.what


@click.command("rounds")
@click.argument("duty")
@click.option(
    "--day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Day on which the round begins. Today, if not said.",
)
@click.option("--open", "opened", is_flag=True, help="Show key and calls of a round that is over.")
@click.option("--prove", "seal", help="Tell whether a round that is over is the one of this seal.")
@site_option
@language_option
@json_option
def command(
    duty: str,
    day: datetime | None,
    seal: str | None,
    folder: Path | None,
    lang: str | None,
    *,
    opened: bool,
    as_json: bool,
) -> None:
    """
    Print the seal of DUTY's round at random.

    Whoever has the seal beforehand can be shown afterwards that nobody chose the times.
    """
    from propflow.calendar import commitment, reveal

    site = open_site(folder)
    language = lang or site.language
    now = datetime.now(UTC)
    on = now.astimezone(site.zone).date() if day is None else day.date()
    rhythm = _rhythm(site, duty)
    if not opened and seal is None:
        _sealed(
            commitment(rhythm, on, site=site.id, duty=duty, seed=site.seed),
            language,
            as_json=as_json,
        )
        return
    over = _over(site, rhythm, on)
    if now < over:
        raise RoundError(
            f"the round of {on} is over at {over:%Y-%m-%d %H:%M}: opened before, it would tell "
            "its times to whoever watches."
        )
    found = reveal(rhythm, on, site=site.id, duty=duty, seed=site.seed)
    calls = [f"{m // 60 % 24:02}:{m % 60:02}" for m in rhythm.drawn(bytes.fromhex(found.key))]
    holds = seal in (None, found.seal)
    if as_json:
        print_json({**_plain(found), "calls": calls, "holds": holds})
    else:
        _opened(found, calls, language, holds=holds)
    if not holds:
        click.get_current_context().exit(1)


def _rhythm(site: Site, name: str) -> Irregular:
    from propflow.calendar import Irregular
    from propflow.sites.plan import chosen

    (duty,) = chosen(site, duty=name)
    if not isinstance(duty.rhythm, Irregular):
        raise RoundError(
            f"duty {name!r} comes {duty.rhythm.say()}: nothing of it is at random. Its rhythm "
            "would have to be like 'every 5 to 10 minutes from 20:00 to 06:00'."
        )
    if not site.seed:
        raise RoundError(
            f"site {site.id!r} has no secret, so anybody can work its rounds out: put 32 bytes or "
            "more that nobody guesses into a file, and add 'seed:' with its name to site.yaml."
        )
    return duty.rhythm


def _over(site: Site, rhythm: Irregular, day: date) -> datetime:
    last = rhythm.last or time()
    later = rhythm.first is None or last < rhythm.first
    return datetime.combine(day + timedelta(days=later), last, site.zone)


def _plain(found: Commitment) -> dict[str, Any]:
    return {
        "site": found.site,
        "duty": found.duty,
        "day": f"{found.day}",
        "rhythm": found.rhythm,
        "seal": found.seal,
        **({"key": found.key} if found.key else {}),
    }


def _sealed(found: Commitment, language: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(found))
    elif language == "zh":
        click.echo(f"{found.duty},{found.day}({found.rhythm}),封条:\n{found.seal}")
    else:
        click.echo(f"{found.duty} of {found.day}, {found.rhythm}; its seal:\n{found.seal}")


def _opened(found: Commitment, calls: list[str], language: str, *, holds: bool) -> None:
    times = " ".join(calls)
    if language == "zh":
        said = "封条相符" if holds else "封条不符:时间不是事先抽定的那一轮"
        click.echo(f"{found.duty},{found.day}:{times}\n密钥{found.key}\n{said}。")
        return
    said = (
        "The seal is that of this round."
        if holds
        else "THE SEAL IS NOT THAT OF THIS ROUND: its times, its rhythm or the secret were changed."
    )
    click.echo(f"{found.duty} of {found.day}: {times}\nkey {found.key}\n{said}")
