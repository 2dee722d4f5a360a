"""The benchmarks run to their end at a small size, and give the figures that scripts read. None is judged."""

import json

from typer.testing import CliRunner

from deploy.cli.main import app

OF_MERGE = {"pairs", "mails", "seconds", "sql_seconds", "ratio", "preview_ms", "import_seconds", "rss_mb"}
OF_SENDER = {"mails", "rate", "bare_rate", "ratio", "two_process_rate", "rss_mb", "stages"}


def figures_of(*words: str) -> dict[str, float]:
    ended = CliRunner().invoke(app, ["bench", *words, "--json"])
    assert ended.exit_code == 0, ended.output
    told: dict[str, float] = json.loads(ended.stdout)
    return told


def test_the_merge_is_measured_against_bare_sql_that_comes_to_the_same_mails() -> None:
    told = figures_of("merge", "--people", "2000", "--orders", "8")
    assert told.keys() >= OF_MERGE
    assert told["pairs"] > told["mails"] > told["people"] / 4
    assert told["half_pairs"] < told["pairs"]


def test_the_sender_is_measured_against_a_bare_loop() -> None:
    told = figures_of("sender", "--mails", "400", "--connections", "5")
    assert told.keys() >= OF_SENDER
    assert (told["mails"], told["connections"]) == (400, 5)
    assert min(told["rate"], told["bare_rate"], told["two_process_rate"]) > 0
