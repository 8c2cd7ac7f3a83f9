"""Where a level is heading, by its floor: what a collector gives back is no leak."""

BLOCK_S = 100.0
BLOCKS = 4
AHEAD_S = 900.0


class Floor:
    """The lowest reading of each 100 s, and the line through the last four of them."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._lows: dict[int, float] = {}

    def add(self, at: float, value: float) -> None:
        """Take in a reading: `at` in seconds, `value` as a share of the whole."""
        block = int((at - self._start) // BLOCK_S)
        self._lows[block] = min(value, self._lows.get(block, value))
        self._lows.pop(block - BLOCKS, None)

    def ahead(self) -> float | None:
        """The level in 15 minutes if the floor goes on so; None before three blocks."""
        if len(self._lows) < 3:
            return None
        count = len(self._lows)
        middle = sum(self._lows) / count
        level = sum(self._lows.values()) / count
        rise = sum((i - middle) * (low - level) for i, low in self._lows.items())
        slope = rise / sum((i - middle) ** 2 for i in self._lows)
        return self._lows[max(self._lows)] + slope * AHEAD_S / BLOCK_S
