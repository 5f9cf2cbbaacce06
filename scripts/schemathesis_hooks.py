"""Signs each call of Schemathesis with the token of a persona that may make it.

No role may do everything, so the document names the roles of each operation in `x-roles`; the first one that
`scripts/contract` holds a token for signs the call.
"""

import json
import os
import uuid

import schemathesis

TOKENS = json.loads(os.environ["ASCMS_CONTRACT_TOKENS"])
DEFAULT = next(iter(TOKENS))
MACHINES = {"sms-client", "reporting-client", "enrolment-register"}
LONGEST_QUERY = 500


def persona(operation):
    roles = operation.definition.raw.get("x-roles", [])
    return next((role for role in roles if role in TOKENS), DEFAULT)


@schemathesis.auth(cache_by_key=lambda case, _: persona(case.operation))
class PersonaToken:
    def get(self, case, _):
        return TOKENS[persona(case.operation)]

    def set(self, case, token, _):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"
        # Machines send a key with every write, which is told to them by `idempotency_key_required`.
        if persona(case.operation) in MACHINES and case.method.upper() == "POST":
            case.headers.setdefault("Idempotency-Key", str(uuid.uuid4()))


@schemathesis.hook
def filter_query(_, query):
    """A longer address is refused before it is read (414), whatever the operation."""
    return sum(len(str(value)) for value in (query or {}).values()) < LONGEST_QUERY
