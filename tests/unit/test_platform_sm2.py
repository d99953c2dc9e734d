"""SM2 where tongsuopy is installed, and a sentence where it is not."""

import sys

import pytest
from tongsuopy.crypto import serialization
from tongsuopy.crypto.asymciphers import ec

from hall_platform.links.signing import UnusableKey, signer
from hall_platform.links.sm2 import Sm2

# Signed by another implementation (gmssl 3.2.2) with SM3 and the default identifier.
MESSAGE = b"20261124T100000markword"
PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAExJHb+ywmvAxYlobZQU5HAaKdx3DD
Sho6wzuK8hiZFHXeC4sHte0XygJoYbIEe/wtSED29CHd5koBn7kVlORkeA==
-----END PUBLIC KEY-----
"""
SIGNATURE = (
    "MEQCIGg6hkWS+VMM10ATsCXkpy5tZlOjIEkPx2hUaexFsKtA"
    "AiAwvp6hNzfSLjxLmilRTkLYIinB/l4f5WGbpPv7SEnmAg=="
)


def private_pem():
    key = ec.generate_private_key(ec.SM2())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_signature_of_another_implementation_holds():
    public = Sm2(PUBLIC)
    assert public.holds(MESSAGE, SIGNATURE)
    assert not public.holds(MESSAGE + b"x", SIGNATURE)
    for wrong in ("", "not base64!", "AAAA", SIGNATURE[4:]):
        assert not public.holds(MESSAGE, wrong)
    with pytest.raises(UnusableKey):
        public.sign(MESSAGE)


def test_what_was_signed_holds():
    mine = signer("sm2", private_pem())
    assert mine.name == "sm2"
    assert mine.holds(MESSAGE, mine.sign(MESSAGE))
    assert not Sm2(private_pem()).holds(MESSAGE, mine.sign(MESSAGE))


@pytest.mark.parametrize("key", [b"nothing", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", b""])
def test_keys_that_do_not_fit_are_refused_in_a_sentence(key):
    with pytest.raises(UnusableKey, match=" "):
        Sm2(key)


def test_a_key_of_another_curve_is_refused():
    from cryptography.hazmat.primitives import serialization as common
    from cryptography.hazmat.primitives.asymmetric import ec as others

    pem = others.generate_private_key(others.SECP256R1()).private_bytes(
        common.Encoding.PEM, common.PrivateFormat.PKCS8, common.NoEncryption()
    )
    with pytest.raises(UnusableKey):
        Sm2(pem)


def test_without_the_library_it_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "tongsuopy.crypto.serialization", None)
    with pytest.raises(UnusableKey, match="tongsuopy"):
        signer("sm2", PUBLIC)
