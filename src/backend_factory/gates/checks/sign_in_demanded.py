"""Nobody gets in who is not signed in, on any operation; what is not there or no JSON is said to be."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.strangers import answered, refused
from backend_factory.gates.outside.wound import Wound, findings, lawful
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Each operation of the contract with every kind of bad token: 401, or 403 where a right is missing."""
    async with grounded(subject) as ground:
        wounds = [each async for each in refused(ground)]
        wounds += [each async for each in answered(ground)]
        unruly: list[Wound] = [each for seen in ground.seen for each in lawful(seen)]
        opened = [o for o in ground.contract.operations if o.open]
    wounds += [Wound("open", f"{o.method} {o.path}", "a sign-in", "the contract asks for none") for o in opened]
    rights = sum(bool(o.rights) for o in ground.contract.operations)
    return Examination(
        f"{len(ground.contract.operations)} operations, {len(ground.seen)} requests; "
        + (f"{rights} of them ask for a right" if rights else "the feature knows no rights beside the tenant's"),
        findings(CHECK.id, [*wounds, *unruly]),
        (),
        {"sign_in_requests_count": len(ground.seen)},
    )


CHECK = Check("sign-in-demanded", "Nobody gets in without a valid token", (PhaseId.VALIDATE,), examine, after=("stack-created",))
