"""``onsdag mailbox classify``: files, folders, Maildirs and mbox."""

import json
import os
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


def test_odd_files_have_a_line_each_and_what_cannot_be_read_is_said_without_stopping(tmp_path: Path) -> None:
    broken = b"Subject: =?x-klingon?q?=ff?=\nContent-Type: text/plain; charset=utf-7\n\n\xff\xd8"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5_000))
    odd = {
        "a-empty.eml": b"",
        "b-binary.eml": bytes(range(256)) * 400,
        "c-big.eml": b"Subject: x\n\n" + b"a" * 50 * 2**20,
        "d-parts.eml": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nhej\n" * 10_000,
        "e-deep.eml": nested,
        "f-charset.eml": broken,
    }
    for name, content in odd.items():
        (tmp_path / name).write_bytes(content)
    Path(os.fsdecode(bytes(tmp_path) + b"/g-\xff.eml")).write_bytes(sample("dsn-over-quota"))
    (tmp_path / "h-folder.eml").mkdir()
    (tmp_path / "h-folder.eml" / "inside.eml").write_bytes(sample("arf-abuse"))
    (tmp_path / "i-gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "j-loop.eml").symlink_to(tmp_path / "j-loop.eml")
    os.mkfifo(tmp_path / "k-pipe.eml")
    result = CliRunner().invoke(app, ["mailbox", "classify", str(tmp_path), "--json"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    found = {Path(line["file"]).name: line["class"] for line in lines}
    assert found == {
        **dict.fromkeys(odd, "unknown"), r"g-\udcff.eml": "bounce", "inside.eml": "complaint"
    }  # fmt: skip
    said = [line.removeprefix(f"{tmp_path}/") for line in result.stderr.splitlines()]
    assert said == [
        "i-gone.eml: No such file or directory",
        "j-loop.eml: Too many levels of symbolic links",
        "k-pipe.eml: not a file",
    ]
    assert result.exit_code == 1


def test_a_file_without_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is forbidden to root, so Python's own open says it."""
    (tmp_path / "a.eml").write_bytes(sample("question-new"))
    (tmp_path / "b.eml").write_bytes(sample("question-new"))
    opens = Path.open

    def forbidden(self: Path, *given: Any) -> Any:
        if self.name == "a.eml":
            raise PermissionError(13, "Permission denied", str(self))
        return opens(self, *given)

    monkeypatch.setattr(Path, "open", forbidden)
    result = CliRunner().invoke(app, ["mailbox", "classify", str(tmp_path), "--json"])
    assert [json.loads(line)["class"] for line in result.stdout.splitlines()] == ["question"]
    assert result.stderr == f"{tmp_path}/a.eml: Permission denied\n"
    assert result.exit_code == 1
