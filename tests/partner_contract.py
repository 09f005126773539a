"""Questions drawn from the OpenAPI document of the partner API, each answer held against it."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
SHUT, DEAD, OWN, ELSEWHERE = "sans jeton", "jeton mort", "jeton", "jeton d’ailleurs"


def answers(
    operation: schemathesis.APIOperation,
    headers: dict[str, str],
    *,
    examples: int,
    chance: int | None = None,
) -> set[int]:
    """The statuses of drawn questions, each answer checked; half of them on a real division. The
    same ones each time without a `chance`. Raises what the checks find."""
    seen: set[int] = set()

    @settings(
        max_examples=examples,
        derandomize=chance is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*map(operation.as_strategy, GenerationMode)), real=st.booleans())
    def ask(case: Case, real: bool) -> None:
        case.query.pop("page", None) if real else None
        if real and "code" in case.path_parameters:
            case.path_parameters |= {"code": "TCIEL1", "numero": 1}
        response = case.call(headers=headers | {"Accept-Encoding": "identity"})
        seen.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    (ask if chance is None else seed(chance)(ask))()
    return seen
