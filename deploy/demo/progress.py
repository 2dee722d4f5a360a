"""Progress of the demo, on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

Step = Callable[[int, int], None]
"""Tells how far a step is: done, of how many."""


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
            yield lambda _done, _total: None
            return
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with RichProgress(*columns, console=self._console) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total)
            finished = bars.tasks[0].total or 1
            bars.update(task, completed=finished, total=finished)
