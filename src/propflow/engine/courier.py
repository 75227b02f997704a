"""
Brings waiting notices to the notifiers, and waits longer each time one of them fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from propflow.engine.effects import NOTICE, Effect
from propflow.engine.notices import Notice, Notifier
from propflow.engine.store import Store

#: After the first attempt in vain the second comes so much later; then it is twice as long each
#: time.
FIRST_WAIT = timedelta(minutes=1)
#: Nobody waits longer than this, whatever the clock does meanwhile.
LONGEST_WAIT = timedelta(hours=1)


class Courier:
    """
    The part of an engine that tells.

    Args:
        store: Where notices wait.
        notice: Makes the notice of an effect.
        failed: Notes that an effect was tried in vain, and when it is tried again.
    """

    def __init__(
        self,
        store: Store,
        *,
        notice: Callable[[Effect], Notice],
        failed: Callable[[Effect, Exception, datetime], None],
    ) -> None:
        self._store = store
        self._notice = notice
        self._failed = failed

    def deliver(self, notifiers: Iterable[Notifier], now: datetime) -> int:
        """
        Hand over what waits and whose time has come; how many were delivered.
        """
        delivered = 0
        for effect in self._store.outbox((NOTICE,)):
            if timedelta() < (effect.later or now) - now <= LONGEST_WAIT:
                continue
            notice = self._notice(effect)
            try:
                for notifier in notifiers:
                    notifier.deliver(notice)
            except Exception as error:  # noqa: BLE001 a plugin may raise anything
                wait = min(FIRST_WAIT * 2**effect.attempts, LONGEST_WAIT)
                self._failed(effect, error, now + wait)
            else:
                self._store.carried(effect.id)
                delivered += 1
        return delivered

    def next_try(self) -> datetime | None:
        """
        When something that failed is tried again.
        """
        waiting = self._store.outbox((NOTICE,))
        return min((e.later for e in waiting if e.later is not None), default=None)
