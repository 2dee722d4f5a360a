"""Settings of intake."""

from datetime import time
from typing import Literal

from pydantic import Field

from services.intake.domain.calendar import CutOff
from services.intake.domain.registers import HouseNames
from services.intake.domain.rules import HouseRules, TextRules
from shared.addresses import normalize
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """What intake needs to know besides what every service does."""

    assignment_types: str = Field(
        default="",
        description="Assignment types that an order may name (A7), separated by commas; empty: those "
        "that somebody of the register holds.",
    )
    agreements: str = Field(
        default="",
        description="Collective agreements that an order may name (D5), by commas; empty: the register's.",
    )
    occupational_groups: str = Field(
        default="",
        description="Occupational groups that an order may name (D5), by commas; empty: the register's.",
    )
    desk_people: str = Field(
        default="",
        description="Addresses of the desk's own people, who may order for every unit (A9), separated by "
        "commas. The shared address always may.",
    )
    review: Literal["automatic", "desk"] = Field(
        default="automatic",
        description="`automatic`: an order that keeps the rules is accepted at once. `desk`: a person of the "
        "desk accepts it.",
    )
    cutoff_weekday: int = Field(
        default=5,
        ge=1,
        le=7,
        description="Weekday of the cut-off in the week before the Wednesday, 1 is Monday (A3).",
    )
    cutoff_time: time = Field(default=time(16, 0), description="Local time of the cut-off and freeze (A3).")
    answer_working_days: int = Field(
        default=2, ge=1, le=20, description="Working days within which an orderer is answered (A4)."
    )
    office_closes: time = Field(
        default=time(17), description="Local time at which a working day, and an answer's limit, ends (A4)."
    )
    answer_sweep_seconds: float = Field(
        default=60, gt=0, description="Pause between two looks for orders not yet answered (A4)."
    )

    @property
    def house_rules(self) -> HouseRules:
        return HouseRules(
            shared_address=normalize(self.organisation_address),
            desk_people=frozenset(normalize(address) for address in _listed(self.desk_people)),
            names=HouseNames(
                _lowered(self.assignment_types),
                _lowered(self.agreements),
                _lowered(self.occupational_groups),
            ),
            zone=self.zone,
            cut_off=CutOff(self.cutoff_weekday, self.cutoff_time),
            texts=TextRules(self.sms_max_parts, self.sms_price, self.sms_currency),
        )


def _lowered(setting: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _listed(setting))


def _listed(setting: str) -> list[str]:
    return [part.strip() for part in setting.split(",") if part.strip()]
