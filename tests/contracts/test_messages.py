"""Contracts: schemas, examples and types of every message."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from deploy.documents.examples import FULL, envelope
from deploy.documents.generate import schema
from deploy.topology import CONSUMES
from shared.contracts.catalogue import BY_TYPE, CATALOGUE
from shared.contracts.crm import (
    Assignment,
    AssignmentChanged,
    AssignmentEnded,
    InterestRegistered,
    PersonChanged,
    PersonErased,
    Unit,
    UnitChanged,
)
from shared.contracts.envelope import Envelope
from shared.contracts.intake import Audience
from shared.contracts.message import AssignmentType, Attribute, Key, Line, Message
from shared.messaging.topology import exchange_for

CONTRACTS = Path(__file__).parents[2] / "shared" / "contracts"


def by_type(model: type[Message]) -> str:
    return model.TYPE


def stored(folder: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACTS / folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("model", CATALOGUE, ids=by_type)
@pytest.mark.parametrize("kind", ["minimal", "full"])
def test_each_example_is_valid_and_survives_a_round_trip(model: type[Message], kind: str) -> None:
    example = stored("examples", f"{model.TYPE}.{kind}")
    jsonschema.validate(example, stored("schemas", model.TYPE), format_checker=jsonschema.FormatChecker())
    parsed = Envelope[model].model_validate_json(json.dumps(example))  # type: ignore[valid-type]
    assert Envelope[model].model_validate_json(parsed.model_dump_json()) == parsed  # type: ignore[valid-type]


@pytest.mark.parametrize("message", FULL, ids=lambda message: message.TYPE)
def test_a_full_example_sets_every_field(message: Message) -> None:
    shown = envelope(message, full=True)
    assert set(shown) == set(Envelope.model_fields)
    assert set(shown["data"]) == set(type(message).model_fields)


@pytest.mark.parametrize("model", CATALOGUE, ids=by_type)
def test_a_field_of_a_newer_sender_is_ignored(model: type[Message]) -> None:
    example = stored("examples", f"{model.TYPE}.full")
    example["data"]["added_later"] = 1
    Envelope[model].model_validate_json(json.dumps(example))  # type: ignore[valid-type]


@pytest.mark.parametrize("model", CATALOGUE, ids=by_type)
def test_a_released_version_only_gains_optional_fields(model: type[Message]) -> None:
    """The committed schema is what was released: nothing it knows may vanish, nothing new may be required."""
    for before, now in _objects(stored("schemas", model.TYPE), schema(model)):
        assert set(before.get("properties", {})) <= set(now.get("properties", {}))
        assert set(now.get("required", [])) <= set(before.get("required", []))


def _objects(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(before, now), *((old, now["$defs"][name]) for name, old in before.get("$defs", {}).items())]


@pytest.mark.parametrize("model", CATALOGUE, ids=by_type)
def test_each_message_has_an_exchange_and_somebody_who_hears_it(model: type[Message]) -> None:
    assert exchange_for(model.TYPE).name.partition(".")[0] == model.producer()
    assert [service for service, consumes in CONSUMES.items() for c in consumes if c.message is model]


def test_the_catalogue_holds_every_message_once() -> None:
    assert len(BY_TYPE) == len(CATALOGUE)
    assert set(_leaves(Message)) == set(CATALOGUE)


def _leaves(model: type[Message]) -> list[type[Message]]:
    found = [leaf for sub in model.__subclasses__() for leaf in _leaves(sub)] or [model]
    return [leaf for leaf in found if leaf.__module__.startswith("shared.contracts.")]


@pytest.mark.parametrize(
    "wrong", ["intake.order.v1", "intake.order.accepted", "Intake.Order.Accepted.v1", "deliver"]
)
def test_a_type_of_neither_form_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        exchange_for(wrong)


def test_capitals_in_the_name_of_an_assignment_make_no_difference() -> None:
    audience = Audience(assignment_types=(" Ordförande ",), all_units=True)
    held = Assignment(assignment_id="A", version=1, person_id="P", unit_id="U", assignment_type="ORDFÖRANDE")
    assert audience.assignment_types == (held.assignment_type,) == ("ordförande",)


CONTROLS = ("\x00", "\r", "\n", "\t", "\x1b", "\x7f")


@pytest.mark.parametrize("control", CONTROLS, ids=repr)
@pytest.mark.parametrize("kind", [Key, AssignmentType, Attribute], ids=["key", "type", "attribute"])
def test_a_name_with_a_control_character_is_refused(kind: Any, control: str) -> None:
    names = TypeAdapter[str](kind)
    pattern = names.json_schema()["pattern"]
    with pytest.raises(ValidationError):
        names.validate_python(f"ordförande{control}kassör")
    assert not re.search(pattern, f"ordförande{control}kassör")
    for name in ("ordförande", "vice ordförande – för två år", "Ä/7 #1"):
        assert names.validate_python(name).casefold() == name.casefold()
        assert re.search(pattern, name)


@given(st.text(max_size=200))
def test_what_is_the_name_of_an_assignment_can_stand_in_one_line(name: str) -> None:
    """The mail says why it comes: a type of assignment becomes a reader's role."""
    try:
        taken = TypeAdapter(AssignmentType).validate_python(name)
    except ValidationError:
        return
    assert TypeAdapter(Line).validate_python(taken) == taken


def test_a_wish_with_a_nul_is_refused() -> None:
    example = stored("examples", "crm.interest.registered.v1.full")["data"]
    with pytest.raises(ValidationError, match="wishes"):
        InterestRegistered.model_validate({**example, "wishes": "Ring\x00mig"})
    InterestRegistered.model_validate({**example, "wishes": "Ring mig\nefter sju"})


ITEMS: tuple[tuple[type[Message], str], ...] = (
    (PersonChanged, "persons"),
    (PersonErased, "persons"),
    (UnitChanged, "units"),
    (AssignmentChanged, "assignments"),
    (AssignmentEnded, "assignments"),
)


@pytest.mark.parametrize(("model", "items"), ITEMS, ids=[model.TYPE for model, _ in ITEMS])
def test_the_crm_says_at_most_500_things_at_once(model: type[Message], items: str) -> None:
    example = stored("examples", f"{model.TYPE}.full")
    one = example["data"][items][0]
    limits = stored("schemas", model.TYPE)["$defs"][model.__name__]["properties"][items]
    assert (limits["minItems"], limits["maxItems"]) == (1, 500)
    assert len(model.model_validate({items: [one] * 500}).model_dump()[items]) == 500
    for count in (0, 501):
        with pytest.raises(ValidationError, match=items):
            model.model_validate({items: [one] * count})
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**example, "data": {items: [one] * count}}, stored("schemas", model.TYPE))


@pytest.mark.parametrize("model", CATALOGUE, ids=by_type)
def test_a_released_version_takes_as_many_items_as_it_did(model: type[Message]) -> None:
    for before, now in _objects(stored("schemas", model.TYPE), schema(model)):
        for name, field in before.get("properties", {}).items():
            limits = [
                (side.get("minItems"), side.get("maxItems")) for side in (field, now["properties"][name])
            ]
            assert limits[0] == limits[1], name


def test_the_region_and_kind_of_a_unit_are_trimmed_as_those_of_an_audience() -> None:
    unit = Unit(unit_id="U", version=1, name="Malmö", region="Skåne\u00a0 ", kind=" krets ")
    audience = Audience(assignment_types=("ordförande",), regions=("Skåne ",), kinds=("Krets ",))
    assert (unit.region, unit.kind) == (*audience.regions, *audience.kinds) == ("Skåne", "krets")
    with pytest.raises(ValidationError, match="region"):
        Unit(unit_id="U", version=1, name="Malmö", region="Skåne\nlän")
