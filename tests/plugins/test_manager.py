"""
Plugins add to propflow, and a mistake in one is said by name.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from propflow.engine import MemoryStore
from propflow.errors import PluginError, UnknownNameError
from propflow.plugins import hookimpl
from propflow.plugins.manager import Plugins, blocked_by_environment, specifications

PLUGINS = Plugins()


def plugin(name: str, offer: object, hook: str = "register_notifiers") -> SimpleNamespace:
    """
    A plugin that offers one thing.
    """

    def implementation(register):
        register(name, offer)

    implementation.__name__ = hook
    return SimpleNamespace(**{hook: hookimpl(implementation)})


@pytest.mark.parametrize("hook", [name for name, _, _ in specifications()])
def test_a_hook_is_used_by_a_plugin_that_we_ship(hook: str) -> None:
    """
    No hook is there only because somebody might want it.
    """
    users = [info.name for info in PLUGINS.info() if hook in info.hooks]
    assert users


def test_the_house_itself_is_made_of_plugins() -> None:
    """
    Handbook, stores, pictures and notifiers come in by the door that strangers use.
    """
    assert "property" in PLUGINS.handbooks
    assert set(PLUGINS.store_schemes) >= {"memory", "sqlite"}
    assert set(PLUGINS.formats) >= {"text", "mermaid", "svg"}
    assert set(PLUGINS.notifiers) >= {"terminal", "jsonlines"}
    assert set(PLUGINS.observers) >= {"jsonlines"}


def test_a_plugin_of_the_host_is_used_like_any_other() -> None:
    """
    An embedding program hands in its own.
    """
    bell = object()
    having = Plugins(extra={"bells": plugin("bell", lambda spec: (bell, spec))})
    assert having.notifier("bell:front-door") == (bell, "front-door")
    assert [info.origin for info in having.info() if info.name == "bells"] == ["host"]


def test_two_plugins_that_claim_one_name_are_both_in_the_error() -> None:
    """
    Nobody is overruled in silence.
    """
    two = {name: plugin("bell", print) for name in ("first", "second")}
    with pytest.raises(PluginError) as refusal:
        Plugins(extra=two)
    said = str(refusal.value)
    assert said in (
        "plugin 'first': 'bell' is offered by plugin 'second' already.",
        "plugin 'second': 'bell' is offered by plugin 'first' already.",
    )


def test_what_cannot_be_used_is_refused_when_it_is_offered() -> None:
    """
    A notifier that cannot be opened is found at the start, and not at the first fire.
    """
    with pytest.raises(PluginError) as refusal:
        Plugins(extra={"odd": plugin("bell", 5)})
    assert str(refusal.value) == "plugin 'odd': what it offers as 'bell' cannot be used."


def test_a_misspelt_hook_is_an_error() -> None:
    """
    A plugin that implements nothing we call would be silent for ever.
    """
    with pytest.raises(PluginError, match="plugin 'odd': unknown hook 'register_notifers'"):
        Plugins(extra={"odd": plugin("bell", print, hook="register_notifers")})


def test_a_blocked_plugin_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is still listed, so that nobody wonders where it went.
    """
    monkeypatch.setenv("PROPFLOW_BLOCK", "terminal, jsonlines")
    having = Plugins(block=blocked_by_environment())
    assert "terminal" not in having.notifiers
    assert {i.name for i in having.info() if i.state == "blocked"} == {"terminal", "jsonlines"}


def test_blocking_what_is_not_there_is_an_error() -> None:
    """
    Whoever mistypes a name would believe that it is blocked.
    """
    with pytest.raises(UnknownNameError) as refusal:
        Plugins(block=("terminl",))
    assert str(refusal.value) == "there is no plugin 'terminl'. Did you mean 'terminal'?"


def test_a_database_address_names_its_store(tmp_path: Path) -> None:
    """
    A scheme and the rest of the address; a plain path is a SQLite file.
    """
    assert isinstance(PLUGINS.store("memory:"), MemoryStore)
    for url in (f"sqlite:{tmp_path}/one.db", f"{tmp_path}/two.db"):
        PLUGINS.store(url).close()
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["one.db", "two.db"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: PLUGINS.store("sqllite:x.db"), "store 'sqllite'. Did you mean 'sqlite'?"),
        (lambda: PLUGINS.notifier("termnal"), "notifier 'termnal'. Did you mean 'terminal'?"),
        (lambda: PLUGINS.observer("jsonline:-"), "observer 'jsonline'. Did you mean 'jsonlines'?"),
        (lambda: PLUGINS.picture("svgg"), "picture format 'svgg'. Did you mean 'svg'?"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(call, said: str) -> None:
    """
    Each kind of thing that plugins offer says what there is.
    """
    with pytest.raises(UnknownNameError) as refusal:
        call()
    assert str(refusal.value) == f"there is no {said}"
