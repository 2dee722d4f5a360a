"""The five services by name."""

import importlib

from fastapi import FastAPI

from shared.settings import ServiceSettings


def create_app(service: str, settings: ServiceSettings) -> FastAPI:
    """Return the application of a service."""
    app = importlib.import_module(f"services.{service}.main").create_app(settings)
    assert isinstance(app, FastAPI)
    return app


def settings_class(service: str) -> type[ServiceSettings]:
    """Return the settings of a service: the one made in its ``settings`` module."""
    module = importlib.import_module(f"services.{service}.settings")
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise LookupError(f"services/{service}/settings.py must hold one settings class, not {len(found)}")
    return found[0]
