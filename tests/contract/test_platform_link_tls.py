"""The counter's link over TLS: only a certificate that the settings' bundle vouches for counts."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from answering_server import answer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from counter_app.errors import PlatformUnreachable
from counter_app.platform_link.http import HttpPlatform
from counter_app.platform_link.link import Link


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        body = {"status": "ok", "time": "2026-11-24T09:30:00+08:00"}
        self.connection.sendall(answer(200, body, Connection="close"))

    def log_message(self, *_arguments):
        """Nothing on the terminal."""


class Quiet(HTTPServer):
    def handle_error(self, *_arguments):
        """A client that does not trust us is part of the tests."""


def certificate(folder, name, *, days):
    """A self-signed certificate with its key in one file, and the certificate alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform.invalid")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.pem").write_bytes(private + pem)
    return folder / "server.pem", folder / "ca.pem"


@pytest.fixture
def serve(tmp_path):
    running = []

    def begin(name=None, *, days=1):
        mine, bundle = certificate(
            tmp_path, name or x509.IPAddress(ip_address("127.0.0.1")), days=days
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(mine)
        server = Quiet(("127.0.0.1", 0), Health)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((server, thread))
        return f"https://127.0.0.1:{server.server_port}", str(bundle)

    yield begin
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join(10)


def link(url, verify):
    return HttpPlatform(Link(url, device="", device_secret=str, verify=verify))


def test_a_certificate_of_the_bundle_is_trusted(serve):
    url, bundle = serve()
    assert link(url, bundle).health().hour == 9


def test_a_certificate_nobody_vouches_for_is_not(serve):
    url, _ = serve()
    with pytest.raises(PlatformUnreachable) as told:
        link(url, verify=True).health()
    assert told.value.code == "platform.tls"


def test_a_certificate_of_another_host_is_not(serve):
    url, bundle = serve(x509.DNSName("other.invalid"))
    with pytest.raises(PlatformUnreachable) as told:
        link(url, bundle).health()
    assert told.value.code == "platform.tls"


def test_a_certificate_that_ran_out_is_not(serve):
    url, bundle = serve(days=-1)
    with pytest.raises(PlatformUnreachable) as told:
        link(url, bundle).health()
    assert told.value.code == "platform.tls"


def test_a_bundle_that_is_none_is_not_passed_over(serve, tmp_path):
    url, _ = serve()
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    with pytest.raises(PlatformUnreachable):
        link(url, str(nonsense)).health()
