"""An act's body and fingerprint: what both sides hash must be the same bytes, for ever."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.outgoing import canonical, fingerprint
from hall_platform import idempotency

BODY = {
    "window": "03",
    "applicant": {"number": "990302199001010016", "name": "㛃䶮𬭎·测试", "agent": None},
    "act": "accept",
    "count": 3,
    "spared": True,
    "note": 'say "yes"\n\\ / \u007f \u2028',
    "materials": [],
}
AS_SENT = (
    '{"act":"accept","applicant":{"agent":null,"name":"㛃䶮𬭎·测试",'
    '"number":"990302199001010016"},"count":3,"materials":[],'
    '"note":"say \\"yes\\"\\n\\\\ / \u007f \u2028","spared":true,"window":"03"}'
)


def test_the_bytes_are_sorted_close_and_utf_8():
    assert canonical(BODY) == AS_SENT.encode("utf-8")


def test_the_fingerprint_is_that_of_the_bytes_by_another_hand():
    by_hand = hashlib.new("sha256", AS_SENT.encode("utf-8")).hexdigest()
    assert fingerprint(canonical(BODY)) == idempotency.fingerprint(BODY) == by_hand


def test_a_literal_fingerprint():
    """sha256sum of the fifteen bytes {"a":1,"b":"x"}."""
    known = "ecf9e98ec0641e23113ff3ce8bdc78d0ddd249886517fd4a7f68cc83d4e65667"
    assert fingerprint(canonical({"b": "x", "a": 1})) == known


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_both_sides_hash_the_same_bytes_whatever_the_act(body):
    try:
        sent = canonical(body)
    except UnicodeEncodeError:
        return  # half a character is no text; the platform refuses it as well
    assert sent == idempotency.canonical(json.loads(sent))
    assert fingerprint(sent) == idempotency.fingerprint(json.loads(sent))


@given(st.permutations(sorted(BODY)))
def test_the_order_of_members_does_not_matter(names):
    assert canonical({name: BODY[name] for name in names}) == AS_SENT.encode("utf-8")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused_before_it_is_kept(number):
    with pytest.raises(ValueError):
        canonical({"count": number})
