"""Numbers for distinct things, in the order in which they come."""

from collections.abc import Collection
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Thing = TypeVar("Thing")


class Numbers(dict[Thing, int]):
    """Gives each distinct thing the next number, from 0 on, when it is first looked up."""

    def __missing__(self, thing: Thing) -> int:
        number = self[thing] = len(self)
        return number

    def of(self, things: Collection[Thing]) -> NDArray[np.uint32]:
        """The numbers of these things."""
        return np.fromiter(map(self.__getitem__, things), np.uint32, len(things))
