"""Who holds what in a unit, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.register.chance import Chance

NAMED = "utskicksansvarig"

SEATS = (
    "ordförande", NAMED, "kassör", "sekreterare", "vice ordförande", "medlemsansvarig", "ledamot", "ledamot",
    "revisor", "valberedning", "ledamot", "utskicksmottagare", "valberedning",
)  # fmt: skip
"""The seats of a unit in the order in which they are filled."""

OTHERS: Mapping[str, float] = {
    "utskicksmottagare": 24, "kursledare": 20, "besöksgruppsledare": 22, "kampanjansvarig": 10,
    "krisberedskapsansvarig": 16, "": 8,
}  # fmt: skip
"""What the others do, in hundredths. Some are in the register without an assignment."""

ALSO: Mapping[str, Mapping[str, float]] = {
    "ordförande": {"utskicksmottagare": 0.7, "kampanjansvarig": 0.2, "krisberedskapsansvarig": 0.1},
    "vice ordförande": {"utskicksmottagare": 0.3, "kursledare": 0.2, "kampanjansvarig": 0.1},
    "kassör": {"utskicksmottagare": 0.4, "medlemsansvarig": 0.2, "ledamot": 0.2},
    "sekreterare": {"utskicksmottagare": 0.6, NAMED: 0.4, "ledamot": 0.2},
    NAMED: {"utskicksmottagare": 0.7, "ledamot": 0.2},
    "medlemsansvarig": {"utskicksmottagare": 0.4, "ledamot": 0.3},
    "ledamot": {
        "kursledare": 0.1,
        "besöksgruppsledare": 0.2,
        "kampanjansvarig": 0.1,
        "utskicksmottagare": 0.2,
    },
    "revisor": {"utskicksmottagare": 0.1},
    "valberedning": {"besöksgruppsledare": 0.2, "utskicksmottagare": 0.1},
    "utskicksmottagare": {"kursledare": 0.2, "kampanjansvarig": 0.15},
    "kursledare": {"utskicksmottagare": 0.3, "krisberedskapsansvarig": 0.15},
    "besöksgruppsledare": {"utskicksmottagare": 0.35, "kampanjansvarig": 0.1},
    "kampanjansvarig": {"utskicksmottagare": 0.4, "besöksgruppsledare": 0.1},
    "krisberedskapsansvarig": {"utskicksmottagare": 0.3, "kursledare": 0.2},
}
"""What else somebody does, and how often."""

IN_REGION = 0.08
"""Share of the branches' chairs who also sit on their region's board."""

ELECTED = frozenset(
    {"ordförande", "vice ordförande", "kassör", "sekreterare", "ledamot", "revisor", "valberedning"}
)

AROUND_WEDNESDAY = ("2027-02-16", "2027-02-17", "2027-02-18", "2027-02-23", "2027-02-24")
"""Days on which it is shown that the last day counts, and the first."""


@dataclass(frozen=True)
class Period:
    """From one day to another, both included, as ISO dates; empty where it is open."""

    first: str
    last: str


def further(chance: Chance, main: str) -> list[str]:
    """Return what the holder of an assignment also does."""
    return [name for name, share in ALSO.get(main, {}).items() if chance.happens(share)]


def period(chance: Chance, assignment_type: str, *, sure: bool) -> Period:
    """Return how long somebody holds an assignment. Who is ``sure`` holds it in spring 2027."""
    year = 2022 + chance.below(5)
    first = f"{year}-03-{1 + chance.below(28):02d}"
    last = ""
    if assignment_type in ELECTED and chance.happens(0.6):
        last = f"{2027 + chance.below(2)}-03-31"
    if sure:
        return Period(first, last)
    if chance.happens(0.05):
        return Period(
            first, f"{year + 1 + chance.below(2027 - year - 1)}-03-31" if year < 2026 else "2026-12-31"
        )
    if chance.happens(0.02):
        return Period(f"2027-0{3 + chance.below(2)}-{1 + chance.below(28):02d}", "")
    if chance.happens(0.01):
        return Period(first, chance.pick(AROUND_WEDNESDAY))
    if chance.happens(0.005):
        return Period(chance.pick(AROUND_WEDNESDAY), last)
    return Period(first, last)


def term_before(chance: Chance, now: Period) -> Period:
    """Return an earlier time in the same assignment, which ended before this one began."""
    year = int(now.first[:4]) - 2 - chance.below(4)
    return Period(f"{year}-03-{1 + chance.below(28):02d}", f"{year + 1}-03-31")
