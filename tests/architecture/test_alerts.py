"""The rules that call a person."""

import importlib
import re
from pathlib import Path

import yaml
from prometheus_client import generate_latest

from deploy.topology import SERVICES

ALERTS = Path(__file__).parents[2] / "deploy/observability/alerts.yaml"


def test_rules_that_call_a_person_name_metrics_that_there_are() -> None:
    for service in SERVICES:
        importlib.import_module(f"services.{service}.main")
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    known = set(re.findall(r"# TYPE (onsdag_\w+)", generate_latest().decode()))
    named = {name for rule in rules for name in re.findall(r"\bonsdag_\w+", rule["expr"])}
    assert named <= known
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
    assert {"onsdag_provider_pace", "onsdag_editions_parked"} <= named
