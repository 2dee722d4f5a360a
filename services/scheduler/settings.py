"""The scheduler's settings."""

from datetime import date, time, timedelta

from pydantic import Field

from services.scheduler.settings_of_previews import PreviewSettings


class SchedulerSettings(PreviewSettings):
    """When Wednesdays are closed, released and given up. Times are local to ``time_zone``."""

    cutoff_weekday: int = Field(
        default=5,
        ge=1,
        le=7,
        description="Weekday of the cut-off in the week before the Wednesday, 1 is Monday (A3).",
    )
    cutoff_time: time = Field(default=time(16, 0), description="Local time of the cut-off and freeze (A3).")
    release_time: time = Field(
        default=time(9, 0),
        description="Local time on Wednesday at which the sender gets the mails (A2).",
    )
    most_sections: int = Field(
        default=5,
        ge=0,
        description="Most sections of information and appeal that one person gets in one edition (D2); what "
        "is over moves to the next. 0: no limit. Duty always goes.",
    )
    undo_minutes: int = Field(
        default=5,
        ge=1,
        le=240,
        description="Minutes for which every edition waits, frozen, before it leaves and can be called off.",
    )
    park_after_hours: int = Field(
        default=12,
        ge=1,
        le=160,
        description="An edition still not released this many hours after its time waits for a person; "
        "when its day is over it does so in any case (A2).",
    )
    edition_capacity: int = Field(
        default=0,
        ge=0,
        description="Most mails of an edition; an order that would take it over moves a week, unless it is "
        "`duty`. 0: no limit.",
    )
    half_days: str = Field(
        default="",
        description="Days on which the desk is there for a part only, as dates separated by commas.",
    )
    half_day_eves: bool = Field(
        default=True, description="Whether the working day before a closed day is a half day."
    )
    resend_after_minutes: int = Field(
        default=5, ge=1, description="A batch that the sender has not answered for so long is sent again."
    )
    uncertain_after_minutes: int = Field(
        default=60,
        ge=0,
        description="Mails held as uncertain for so long do not keep an edition from being completed.",
    )
    calendar_url: str = Field(
        default="",
        description="Where calendar programs reach the scheduler's `/calendar/`; empty: ONSDAG_PUBLIC_URL.",
    )
    sweep_seconds: float = Field(
        default=1.0, gt=0, description="Pause between two looks for editions and batches that are due."
    )

    @property
    def own_half_days(self) -> frozenset[date]:
        return frozenset(
            date.fromisoformat(part.strip()) for part in self.half_days.split(",") if part.strip()
        )

    @property
    def undo(self) -> timedelta:
        return timedelta(minutes=self.undo_minutes)

    @property
    def park_after(self) -> timedelta:
        return timedelta(hours=self.park_after_hours)

    @property
    def resend_after(self) -> timedelta:
        return timedelta(minutes=self.resend_after_minutes)

    @property
    def uncertain_after(self) -> timedelta:
        return timedelta(minutes=self.uncertain_after_minutes)
