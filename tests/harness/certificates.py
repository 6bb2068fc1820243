"""Certificates of the tests' own."""

import subprocess


def make_certificate(folder, name: str, host: str = "127.0.0.1"):
    """A server's, signed by itself: the files of the certificate and of its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={host}",
                    "-addext", f"subjectAltName=IP:{host}", "-keyout", folder / f"{name}.key", "-out",
                    folder / f"{name}.crt"], check=True, capture_output=True)
    (folder / f"{name}.key").chmod(0o600)
    return folder / f"{name}.crt", folder / f"{name}.key"
