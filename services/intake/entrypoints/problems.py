"""Errors of the use cases as problem details: one table."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.intake.domain.orders import WrongState
from services.intake.use_cases.accept_order import BreaksRules
from services.intake.use_cases.correct_order import NothingToCorrect
from services.intake.use_cases.desk import NotInYourName, UnknownOrder
from services.intake.use_cases.name_people import UnknownUnit
from shared.web.problems import Problem


@contextmanager
def explained() -> Iterator[None]:
    """Turn what a use case refuses into a problem."""
    try:
        yield
    except UnknownOrder:
        raise Problem(404, "There is no such order") from None
    except UnknownUnit:
        raise Problem(404, "There is no such unit") from None
    except NotInYourName:
        raise Problem(
            403,
            "An order is placed in one's own name",
            "ordered_by must be the address that the token was issued to (A9).",
            rule="A9",
        ) from None
    except NothingToCorrect as problem:
        raise Problem(
            409,
            "There is nothing to correct yet",
            f"The order is {problem.state}: it is known who got it when it has been sent or stopped. "
            "Until then it can be changed or withdrawn.",
        ) from None
    except WrongState as problem:
        raise Problem(
            409,
            f"An order that is {problem.state} cannot do that ({problem.given})",
            f"Nothing was changed: {problem}.",
        ) from None
    except BreaksRules as problem:
        reason = problem.refusals[0].reason()
        raise Problem(
            409, "The order no longer keeps the rules", f"{reason.sv} ({reason.rule})", rule=reason.rule
        ) from None
