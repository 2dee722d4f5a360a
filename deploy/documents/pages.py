"""The two pages of the documentation that are made from the code."""

from collections.abc import Iterator

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from deploy.services import settings_class
from deploy.topology import CONSUMES, SERVICES
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.message import Message
from shared.messaging.topology import exchange_for
from shared.settings import ServiceSettings

NOTICE = "<!-- Made by `./onsdag documents`; change the code instead. -->\n"


def events_page() -> str:
    """Return docs/events.md: every message, who says it, who hears it, and its fields."""
    return "\n".join([*_events_head(), *(line for model in CATALOGUE for line in _message(model))])


def _events_head() -> Iterator[str]:
    yield "# Events and commands\n"
    yield NOTICE
    yield (
        "Every message is a CloudEvents 1.0 envelope in JSON. Its type is its routing key. Schemas and "
        "examples are in `shared/contracts/`. A released version never changes except by an added "
        "optional field.\n"
    )
    yield "| type | says | heard by |\n| --- | --- | --- |"
    for model in CATALOGUE:
        heard = ", ".join(sorted({service for service, _ in _heard_by(model)}))
        yield f"| [`{model.TYPE}`](#{model.TYPE.replace('.', '')}) | {_summary(model)} | {heard} |"
    yield ""


def _message(model: type[Message]) -> Iterator[str]:
    yield f"## {model.TYPE}\n"
    yield f"{_summary(model)}\n"
    exchange = exchange_for(model.TYPE)
    queues = ", ".join(f"`{service}.{use_case}`" for service, use_case in _heard_by(model))
    yield f"Exchange `{exchange.name}` ({exchange.kind.value}) → {queues}\n"
    yield "| field | required |\n| --- | --- |"
    for name, field in model.model_fields.items():
        yield f"| `{name}` | {'yes' if field.is_required() else 'no'} |"
    yield (
        f"\n[schema](../shared/contracts/schemas/{model.TYPE}.json) · "
        f"[minimal](../shared/contracts/examples/{model.TYPE}.minimal.json) · "
        f"[full](../shared/contracts/examples/{model.TYPE}.full.json)\n"
    )


def _summary(model: type[Message]) -> str:
    return " ".join((model.__doc__ or "").split())


def _heard_by(model: type[Message]) -> list[tuple[str, str]]:
    return [(s, c.use_case) for s, consumes in CONSUMES.items() for c in consumes if c.message is model]


def settings_page() -> str:
    """Return docs/settings.md: every environment variable, its default and what it means."""
    lines = ["# Settings\n", NOTICE, "Every setting is an environment variable.\n", "## All services\n"]
    lines += _settings_table(ServiceSettings, frozenset())
    for service in SERVICES:
        own = _settings_table(settings_class(service), frozenset(ServiceSettings.model_fields))
        lines += [f"\n## {service}\n", *(own if len(own) > 2 else ["None of its own."])]
    return "\n".join(lines) + "\n"


def _settings_table(settings: type[ServiceSettings], without: frozenset[str]) -> list[str]:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in settings.model_fields.items():
        if name in without:
            continue
        if field.default is PydanticUndefined:
            default = "**required**"
        elif isinstance(field.default, SecretStr):
            default = "–"
        else:
            default = f"`{field.default}`" if field.default not in ("", None) else "–"
        rows.append(f"| `ONSDAG_{name.upper()}` | {default} | {field.description} |")
    return rows
