"""One import: from a file to the bus, or with ``dry_run`` only to the figures."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from deploy.importing.columns import ColumnMapping, read_mapping, required_of_all
from deploy.importing.differences import Known, Snapshot, compare, compare_known
from deploy.importing.events import MAILING_TYPES, MEMBER_TYPES, Batches, Options, Translator
from deploy.importing.failures import FileChanged
from deploy.importing.publishing import NAMESPACE, Publisher, open_publisher
from deploy.importing.reading import Export, open_export
from deploy.importing.rows import Row
from deploy.importing.summary import Differences, Doubt, ImportSummary
from shared.clock import Clock, SystemClock
from shared.contracts.crm import (
    BATCH,
    AssignmentEnded,
    EndedAssignment,
    ErasedPerson,
    PersonErased,
    UnitChanged,
)
from shared.contracts.message import Message

AT_ONCE = 16
"""Messages on their way to the broker at the same time."""

Progress = Callable[[int, int], None]
"""Told how many lines were read, and of how many; 0 if that is not known."""


@dataclass(frozen=True)
class ImportRequest:
    """What to import, and how.

    ``previous`` is the export before: what has vanished since is ended, and erased with ``erase_removed``.
    ``afresh`` gives the messages new ids, so that a file imported earlier the same day takes effect again.
    With ``known`` the file is the whole register: what it lacks of that is ended, erased and closed, if it
    still is what the look before has ``judged``.
    """

    path: Path
    mapping: Path | None = None
    previous: Path | None = None
    mailing_types: frozenset[str] = MAILING_TYPES
    member_types: frozenset[str] = MEMBER_TYPES
    erase_removed: bool = False
    afresh: bool = False
    dry_run: bool = False
    zone: str = "Europe/Stockholm"
    known: Known | None = None
    judged: ImportSummary | None = None


def run_import(
    request: ImportRequest, amqp_url: str, clock: Clock | None = None, progress: Progress | None = None
) -> ImportSummary:
    """Import a file; see import_file."""
    return asyncio.run(import_file(request, amqp_url, clock, progress))


async def import_file(
    request: ImportRequest, amqp_url: str, clock: Clock | None = None, progress: Progress | None = None
) -> ImportSummary:
    """Publish what an export says, as the CRM would; return the figures.

    Rows that are broken are left out and listed. Raises ImportFailed when the file cannot be read at all
    or the bus does not take everything; repeating it is safe.
    """
    now = (clock or SystemClock()).now()
    mapping = read_mapping(request.mapping) if request.mapping else ColumnMapping()
    export = open_export(request.path, mapping)
    if request.known is not None:
        required_of_all(export.header.places, export.header.names)
    if request.judged is not None and request.judged.digest != export.source.digest:
        raise FileChanged(f"{request.path.name} was replaced after it was looked at: nothing was published")
    previous = open_export(request.previous, mapping) if request.previous else None
    job = _Job(request, export, previous, now, progress or _silent)
    async with _target(request, amqp_url, job.run_id(), now) as publisher:
        messages = job.messages()
        while portion := list(islice(messages, AT_ONCE)):
            job.summary.messages += len(portion)
            if publisher is not None:
                await publisher.send(portion)
    return job.summary


@asynccontextmanager
async def _target(
    request: ImportRequest, amqp_url: str, run: UUID, now: datetime
) -> AsyncIterator[Publisher | None]:
    if request.dry_run:
        yield None
    else:
        async with open_publisher(amqp_url, run, now) as publisher:
            yield publisher


def _silent(_read: int, _of: int) -> None:
    pass


class _Job:
    """What one import knows while it runs."""

    def __init__(
        self,
        request: ImportRequest,
        export: Export,
        previous: Export | None,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._request = request
        self._export = export
        self._previous = previous
        self._progress = progress
        self._options = Options(
            version=int(now.timestamp() * 1000),
            today=now.astimezone(ZoneInfo(request.zone)).date(),
            mailing_types=request.mailing_types,
            member_types=request.member_types,
        )
        self.summary = ImportSummary(
            file=request.path.name,
            digest=export.source.digest,
            encoding=export.source.encoding,
            separator=export.source.separator,
            dry_run=request.dry_run,
            ignored_columns=export.header.ignored,
        )

    def run_id(self) -> UUID:
        """The same for the same file, read in the same way, on the same day."""
        options = self._options
        parts = [
            self._export.source.digest,
            repr(self._export.mapping),
            str(sorted(options.mailing_types)),
            str(sorted(options.member_types)),
            self._previous.source.digest if self._previous else "",
            str(self._request.erase_removed),
            str(options.today),
            str(options.version) if self._request.afresh else "",
            repr(self._request.judged.differences) if self._request.judged else "",
        ]
        return uuid5(NAMESPACE, "\n".join(parts))

    def messages(self) -> Iterator[Message]:
        """Give the messages of the import in their order. What counts the figures is this going through."""
        before = self._snapshot_before()
        known = self._request.known
        after = Snapshot() if before or known else None
        translator, batches = Translator(self._options, self.summary), Batches()
        for row in self._rows():
            person, assignment = translator.person(row), translator.assignment(row)
            translator.unit(row)
            if after is not None:
                after.take(person, assignment)
            yield from batches.take(person, assignment)
        yield from batches.rest()
        yield from translator.finish()
        if known is not None and after is not None:
            units, broken = translator.units(), self.summary.broken_rows
            self.summary.differences = compare_known(known, after, units, broken)
            self._refuse_unjudged(self.summary.differences)
            yield from self._vanished(self.summary.differences)
        elif before is not None and after is not None:
            self.summary.differences = compare(before, after, self.summary.broken_rows)
            yield from self._vanished(self.summary.differences)

    def _rows(self) -> Iterator[Row]:
        for row in self._export.rows():
            self.summary.rows += 1
            if self.summary.rows % BATCH == 0:
                self._progress(row.line, self._export.source.lines)
            if not isinstance(row, Row):
                self.summary.broken_rows.append(row)
                continue
            self.summary.doubts += [Doubt(row.line, reason) for reason in row.doubts]
            yield row
        self._progress(self._export.source.lines, self._export.source.lines)

    def _snapshot_before(self) -> Snapshot | None:
        if self._previous is None:
            return None
        snapshot = Snapshot()
        translator = Translator(self._options, ImportSummary(self._previous.source.path.name))
        for row in self._previous.rows():
            if isinstance(row, Row):
                snapshot.take(translator.person(row), translator.assignment(row))
        return snapshot

    def _refuse_unjudged(self, found: Differences) -> None:
        """Raise FileChanged if more or less would go than was judged: a file can change while it is read."""
        judged = self._request.judged
        if judged is not None and judged.differences != found:
            raise FileChanged(
                f"{self._request.path.name} is not what it was when it was looked at: nothing was erased, "
                "ended or closed. Repeat the import"
            )

    def _vanished(self, differences: Differences) -> Iterator[Message]:
        if differences.held_back:
            return
        version = self._options.version
        for keys in _portions(differences.assignments_removed):
            self.summary.ended += len(keys)
            yield AssignmentEnded(
                assignments=tuple(EndedAssignment(assignment_id=key, version=version) for key in keys)
            )
        erase = self._request.erase_removed or self._request.known is not None
        for keys in _portions(differences.persons_removed if erase else ()):
            self.summary.erased += len(keys)
            yield PersonErased(persons=tuple(ErasedPerson(person_id=key, version=version) for key in keys))
        known = self._request.known or Known()
        for keys in _portions(differences.units_removed):
            self.summary.closed += len(keys)
            closing = {"version": version, "closed": True}
            yield UnitChanged(units=tuple(known.units[key].model_copy(update=closing) for key in keys))


def _portions(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
