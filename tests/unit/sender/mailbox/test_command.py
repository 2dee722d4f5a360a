"""``onsdag mailbox classify``: files, folders, Maildirs and mbox."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.entrypoints.mailbox_report import as_json
from tests.unit.sender.mailbox.samples import MESSAGES, VERDICTS, sample


def classified(*paths: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["mailbox", "classify", *map(str, paths), "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_folder_gives_a_line_for_each_message() -> None:
    lines = classified(MESSAGES)
    assert {Path(line["file"]).stem: line["class"] for line in lines} == {
        name: verdict["class"] for name, verdict in VERDICTS.items()
    }


def test_a_line_is_the_verdict_of_the_service() -> None:
    path = MESSAGES / "dsn-over-quota.eml"
    assert classified(path) == [as_json(str(path), classify_bytes(path.read_bytes()))]
    assert list(classified(path)[0]) == ["file", "class", "recipient", "hard_or_soft", "code", "evidence"]


def test_a_maildir_is_read_whatever_its_files_are_called(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1771311672.M1P1.host").write_bytes(sample("arf-abuse"))
    (tmp_path / "cur" / "1771311673.M1P1.host:2,S").write_bytes(sample("question-new"))
    (tmp_path / "tmp" / "1771311674.M1P1.host").write_bytes(sample("garbage"))
    assert sorted(line["class"] for line in classified(tmp_path)) == ["complaint", "question"]


def test_an_mbox_is_read_message_by_message(tmp_path: Path) -> None:
    box = tmp_path / "inbox"
    start = b"From MAILER-DAEMON Wed Feb 17 08:00:00 2027\n"
    box.write_bytes(start + sample("dsn-over-quota") + b"\n" + start + sample("unsubscribe-mailto"))
    assert [(line["file"], line["class"]) for line in classified(box)] == [
        (str(box), "bounce"),
        (f"{box}#2", "unsubscribe"),
    ]


def test_without_json_there_is_a_table() -> None:
    result = CliRunner().invoke(app, ["mailbox", "classify", str(MESSAGES / "dsn-over-quota.eml")])
    assert result.exit_code == 0
    assert "soft" in result.stdout


@pytest.mark.parametrize("path", ["nowhere.eml"])
def test_what_is_not_there_is_said(path: str) -> None:
    assert CliRunner().invoke(app, ["mailbox", "classify", path]).exit_code == 2
