"""Progress of the demo, on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

NOTE_SECONDS = 2.0
"""Between two notes where there is no terminal."""


class Step(Protocol):
    """Tells how far a step is."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


class Progress:
    """Shows each step as it goes: bars on a terminal, plain lines elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step while it lasts; yield what tells its progress."""
        if not self._console.is_terminal:
            self.say(f"{title} …")
            yield _Notes(self)
            return
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        bars, below = RichProgress(*columns, console=self._console), Text()
        with Live(Group(bars, below), console=self._console, refresh_per_second=10):
            task = bars.add_task(title, total=None)

            def tell(done: int, total: int, note: str = "") -> None:
                bars.update(task, completed=done, total=total)
                below.plain = note  # on a line of its own, which a narrow terminal wraps

            yield tell
            finished = bars.tasks[0].total or 1
            bars.update(task, completed=finished, total=finished)


class _Notes:
    """Says a step's notes as lines, not too often."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._said = -NOTE_SECONDS

    def __call__(self, done: int, total: int, note: str = "") -> None:  # noqa: ARG002  # a Step's
        if note and monotonic() - self._said >= NOTE_SECONDS:
            self._said = monotonic()
            self._progress.say(f"  {note}")
