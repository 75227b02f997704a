"""
The plugins that are there, and what they offer, with types: no other module speaks to pluggy.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import pluggy

from propflow.errors import PluginError, StoreError, UnknownNameError
from propflow.plugins import hookspecs
from propflow.plugins.hookspecs import NAME, Picture

if TYPE_CHECKING:
    from types import ModuleType

    from propflow.calendar import WorkingDays
    from propflow.engine import Notifier, Observer, Store
    from propflow.rules import Rulebook, RuleEngine

#: Names of plugins that are not to be used, separated by commas.
BLOCK = "PROPFLOW_BLOCK"

#: The plugins that propflow itself consists of.
SHIPPED = ("handbooks", "stores", "pictures", "engines")

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class PluginInfo:
    """
    A plugin as a list of plugins shows it.

    Attributes:
        name: Its name.
        origin: ``propflow`` for what is shipped, or the distribution and its version.
        state: ``used`` or ``blocked``.
        hooks: The hooks that it implements.
    """

    name: str
    origin: str
    state: str
    hooks: tuple[str, ...]


class Plugins:
    """
    Everything that plugins offer.

    Args:
        block: Names of plugins that are not used.
        extra: Plugins of the host, by name.

    Raises:
        PluginError: A plugin cannot be imported, implements a hook that there is not, or offers
            a name that another one offers.
    """

    def __init__(
        self, *, block: Sequence[str] = (), extra: Mapping[str, ModuleType | object] | None = None
    ) -> None:
        self._pm = pluggy.PluginManager(NAME)
        self._pm.add_hookspecs(hookspecs)
        self._origin: dict[str, str] = {}
        self._hooks: dict[str, tuple[str, ...]] = {}
        self.blocked = tuple(block)
        for name in SHIPPED:
            module = __import__(f"propflow.plugins.{name}", fromlist=["_"])
            self._register(module, name, "propflow")
        for point in sorted(entry_points(group=NAME), key=lambda point: point.name):
            origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
            if point.name in self.blocked:
                self._origin[point.name] = origin
                continue
            try:
                module = point.load()
            except Exception as error:
                raise PluginError(
                    point.name,
                    f"it cannot be loaded from {origin}: {error}. "
                    f"Repair it, or leave it out with {BLOCK}={point.name}.",
                ) from error
            self._register(module, point.name, origin)
        for name, plugin in (extra or {}).items():
            self._register(plugin, name, "host")
        for name in self.blocked:
            if name not in self._origin:
                raise UnknownNameError("plugin", name, tuple(self._origin))
        self._handbooks: dict[str, Path] = self._collected("register_handbooks")
        self._tailorings: dict[str, Path] = self._collected("register_tailorings")
        self._stores: dict[str, Callable[[str], Store]] = self._collected("register_stores")
        self._notifiers: dict[str, Callable[[str], Notifier]] = self._collected(
            "register_notifiers"
        )
        self._observers: dict[str, Callable[[str], Observer]] = self._collected(
            "register_observers"
        )
        self._calendars: dict[str, Callable[[str], WorkingDays]] = self._collected(
            "register_calendars"
        )
        self._rule_engines: dict[str, Callable[[Sequence[Rulebook]], RuleEngine]] = self._collected(
            "register_rule_engines"
        )
        self._pictures: dict[str, Picture] = self._collected("register_pictures")

    # -- what they offer --------------------------------------------------------------------

    @property
    def handbooks(self) -> Mapping[str, Path]:
        """
        Folder of each handbook.
        """
        return self._handbooks

    @property
    def tailorings(self) -> Mapping[str, Path]:
        """
        Folder of each layer that a site can name.
        """
        return self._tailorings

    @property
    def calendars(self) -> Mapping[str, Callable[[str], WorkingDays]]:
        """
        Calendars of working days that a site can take.
        """
        return self._calendars

    @property
    def rule_engines(self) -> Mapping[str, Callable[[Sequence[Rulebook]], RuleEngine]]:
        """
        What can run rulebooks, by name.
        """
        return self._rule_engines

    def rule_engine(self, name: str) -> Callable[[Sequence[Rulebook]], RuleEngine]:
        """
        The function that makes a rule engine, for a host's engine.

        Raises:
            UnknownNameError: Nobody offers it.
        """
        return _chosen("rule engine", name, self._rule_engines)

    @property
    def formats(self) -> tuple[str, ...]:
        """
        The formats in which a procedure can be drawn.
        """
        return tuple(self._pictures)

    def picture(self, form: str) -> Picture:
        """
        The function that draws a format.

        Raises:
            UnknownNameError: Nobody offers it.
        """
        return _chosen("picture format", form, self._pictures)

    def store(self, url: str) -> Store:
        """
        Open the store of a database address: ``sqlite:garden.db``, ``memory:``.

        A plain path is a SQLite file.

        Raises:
            UnknownNameError: Nobody offers the scheme.
            StoreError: It cannot be opened.
        """
        scheme, colon, rest = url.partition(":")
        # A single letter before the colon is a drive: C:\garden.db is a path.
        if not colon or len(scheme) == 1:
            scheme, rest = "sqlite", url
        return _chosen("store", scheme, self._stores)(rest)

    def existing_store(self, url: str) -> Store:
        """
        Open a store that is there already: looking at it must not make one.

        Raises:
            UnknownNameError: Nobody offers the scheme.
            StoreError: There is none, or it cannot be opened.
        """
        path = url.removeprefix("sqlite:")
        if (":" not in url or url != path) and not Path(path).exists():
            raise StoreError(path, "there is no such database.")
        return self.store(url)

    def notifier(self, spec: str) -> Notifier:
        """
        Open a notifier: ``terminal``, ``jsonlines:notices.jsonl``.

        Raises:
            UnknownNameError: Nobody offers it.
        """
        name, _, rest = spec.partition(":")
        return _chosen("notifier", name, self._notifiers)(rest)

    @property
    def notifiers(self) -> tuple[str, ...]:
        """
        Names of the notifiers that there are.
        """
        return tuple(self._notifiers)

    @property
    def store_schemes(self) -> tuple[str, ...]:
        """
        Schemes of the stores that there are.
        """
        return tuple(self._stores)

    def observer(self, spec: str) -> Observer:
        """
        Open an observer: ``jsonlines:events.jsonl``.

        Raises:
            UnknownNameError: Nobody offers it.
        """
        name, _, rest = spec.partition(":")
        return _chosen("observer", name, self._observers)(rest)

    @property
    def observers(self) -> tuple[str, ...]:
        """
        Names of the observers that there are.
        """
        return tuple(self._observers)

    def info(self) -> list[PluginInfo]:
        """
        Every plugin, used or blocked, shipped ones first.
        """
        return [
            PluginInfo(
                name=name,
                origin=origin,
                state="blocked" if name in self.blocked else "used",
                hooks=self._hooks.get(name, ()),
            )
            for name, origin in self._origin.items()
        ]

    # -- registering ------------------------------------------------------------------------

    def _register(self, plugin: object, name: str, origin: str) -> None:
        if name in self._origin:
            raise PluginError(
                name, f"two plugins have this name: {self._origin[name]} and {origin}."
            )
        self._origin[name] = origin
        if name in self.blocked:
            return
        try:
            self._pm.register(plugin, name)
            self._pm.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(name, f"{error} See the reference of hooks.") from error
        self._hooks[name] = tuple(
            sorted(caller.name for caller in self._pm.get_hookcallers(plugin) or ())
        )

    def _collected(self, hook: str) -> dict[str, Any]:
        """
        What all plugins register with one hook; two that claim a name are both in the error.
        """
        found: dict[str, Any] = {}
        whose: dict[str, str] = {}
        for impl in getattr(self._pm.hook, hook).get_hookimpls():

            def register(name: str, thing: object, plugin: str = impl.plugin_name) -> None:
                if name in found:
                    raise PluginError(
                        plugin, f"{name!r} is offered by plugin {whose[name]!r} already."
                    )
                if not (callable(thing) or isinstance(thing, Path)):
                    raise PluginError(plugin, f"what it offers as {name!r} cannot be used.")
                found[name] = thing
                whose[name] = plugin

            impl.function(register)
        return found


def _chosen(kind: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise UnknownNameError(kind, name, tuple(known))
    return known[name]


def blocked_by_environment() -> tuple[str, ...]:
    """
    The plugins that the environment variable `BLOCK` names.
    """
    return tuple(word.strip() for word in os.environ.get(BLOCK, "").split(",") if word.strip())


def specifications() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """
    Each hook with its arguments and its description, in the order of their declaration.
    """
    for name, function in vars(hookspecs).items():
        if getattr(function, f"{NAME}_spec", None):
            yield (
                name,
                tuple(inspect.signature(function).parameters),
                inspect.getdoc(function) or "",
            )
