"""
A whole year of the handbook: every duty of every post, and each line says why it is there.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from propflow.cli.desk import example_site, plugins
from propflow.sites import load_site
from propflow.sites.plan import load, site_agenda


def test_the_year_of_every_post_prints_and_says_why():
    """
    In order, each slot once, each with a reason in both languages, and every duty is met.
    """
    site = load_site(example_site(), plugins().handbooks)
    start, end = (datetime(year, 1, 1, tzinfo=site.zone) for year in (2025, 2026))
    year = list(site_agenda(site, start, end))
    assert year == sorted(year, key=lambda one: one.due)
    assert len({(one.duty.id, one.slot) for one in year}) == len(year)
    for one in year:
        assert one.why().startswith(f"due {one.due:%Y-%m-%d %H:%M}: ")
        assert one.why("zh").startswith(f"{one.due:%Y-%m-%d %H:%M}到期:")
    assert set(Counter(one.duty.id for one in year)) == {duty.id for duty in site.duties}
    assert sum(map(sum, load(year, site).values())) == len(year)
