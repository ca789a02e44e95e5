"""What a mutation costs downstream: its write, and one call for each thing that is shown of it."""

from collections import Counter

import pytest
from graphql import get_named_type

from schema.__main__ import GRAPHS
from tests.budget.writes import WRITES, Write
from tests.matrix.writing import field
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("write", WRITES, ids=lambda each: f"{each.audience} {each.name}")
async def test_a_mutation_makes_its_calls_and_no_more(ask: Asking, downstreams: Downstreams, write: Write) -> None:
    query, success = written(write)
    answer = await {"patient": ask.patient, "doctor": ask.doctor, "erp": ask.erp}[write.audience](query)
    assert answer.errors == {}
    assert answer.data is not None
    assert answer.data[write.name]["__typename"] == success
    calls = downstreams.calls - Counter({"cognito POST /": len(downstreams.operations)})
    assert calls + Counter(f"cognito {each}" for each in downstreams.operations) == Counter(write.calls)


def written(write: Write) -> tuple[str, str]:
    """Write the operation; the first of what it may result in is its success."""
    mutations = GRAPHS[write.audience]._schema.mutation_type
    assert mutations is not None
    success = get_named_type(mutations.fields[write.name].type).types[0].name
    shown = f"__typename ... on {success} {{ {write.shown} }}"
    if write.input:
        return f"mutation {{ {write.name}(input: {write.input}) {{ {shown} }} }}", success
    return f"mutation {{ {field(mutations, write.name, shown)} }}", success
