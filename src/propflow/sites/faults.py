"""
Collects what is wrong with files, so that one report names all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from propflow.errors import Fault, FaultyFileError, Place


class Faults:
    """
    The faults found so far.
    """

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def add(self, place: Place, what: str) -> None:
        """
        Note one fault. The same one at the same place is noted once.
        """
        self._found[Fault(place, what)] = None

    def take(self, error: FaultyFileError | Iterable[Fault]) -> None:
        """
        Note all the faults of an error.
        """
        faults = error.faults if isinstance(error, FaultyFileError) else error
        self._found.update(dict.fromkeys(faults))

    def explain(self, more: Callable[[Fault], str]) -> None:
        """
        Add a sentence to faults of which more is known.

        Args:
            more: The sentence for a fault, or nothing.
        """
        found = [(fault, more(fault)) for fault in self._found]
        self._found = {
            Fault(fault.place, f"{fault.what} {said}") if said else fault: None
            for fault, said in found
        }

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(self._found))

    def close(self) -> None:
        """
        Do nothing where nothing is wrong.

        Raises:
            FaultyFileError: Everything that was noted, in file order.
        """
        if self._found:
            raise FaultyFileError(tuple(sorted(self._found)))


def refuse(place: Place, what: str) -> FaultyFileError:
    """
    One fault as an error.
    """
    return FaultyFileError((Fault(place, what),))
