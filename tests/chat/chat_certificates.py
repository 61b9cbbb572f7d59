"""chat_certificates.py - certificates made on the spot by certtool, good ones and one for each way to be bad.

The lists of names below are the only place where a chat's `tls NAME` and @CERT:NAME@ come from.
"""
import datetime
import os
import ssl
import subprocess
import threading

# A child has what is open here until it executes its own program: a program that is being written is busy as long.
FORKING = threading.Lock()
HERE = ["dns_name = localhost", "dns_name = mail.example.test", "ip_address = 127.0.0.1", "ip_address = ::1"]
SERVER = ["tls_www_server", "signing_key"]
# A subjectAltName with one dNSName that holds a NUL; certtool cannot write it.
NUL_NAME = b"localhost\0.evil.example"
NUL_SAN = "DER:" + ":".join("%02X" % b for b in bytes([0x30, len(NUL_NAME) + 2, 0x82, len(NUL_NAME)]) + NUL_NAME)

# name: (issuer, first day, last day from now, template lines)
LEAVES = {
    "good": ("ca", -1, 90, HERE),
    "intermediate-good": ("intermediate", -1, 90, HERE),
    "missing-intermediate": ("intermediate", -1, 90, HERE),
    "expiring": ("ca", -80, 5.5, HERE),
    "renewed-now": ("ca", -0.5, 90, HERE),
    "renewed-later": ("ca", 1.5, 90, HERE),
    "short-lived": ("ca", -4.5, 1.5, HERE),
    "expired": ("ca", -40, -3.5, HERE),
    "not-yet-valid": ("ca", 3.5, 40, HERE),
    "wrong-name": ("ca", -1, 90, ["dns_name = other.example.test"]),
    "wrong-address": ("ca", -1, 90, ["dns_name = localhost", "ip_address = 192.0.2.1"]),
    "address-as-name": ("ca", -1, 90, ["dns_name = 127.0.0.1"]),
    "cn-only": ("ca", -1, 90, []),
    "wildcard": ("ca", -1, 90, ["dns_name = *.example.test"]),
    "wildcard-all": ("ca", -1, 90, ["dns_name = *"]),
    "unknown-ca": ("stranger", -1, 90, HERE),
    "client-purpose": ("ca", -1, 90, HERE),
    "non-ca-issuer": ("good", -1, 90, HERE),
    "constrained": ("constrained-ca", -1, 90, HERE),
    "self-signed": (None, -1, 90, HERE),
    "sha1": ("ca", -1, 90, HERE),
    "rsa-1024": ("ca", -1, 90, HERE),
    "nul-in-name": ("ca", -1, 90, HERE),
}
AUTHORITIES = {
    "ca": (None, "Test root", []),
    "stranger": (None, "Root that nobody trusts", []),
    "intermediate": ("ca", "Test intermediate", []),
    "constrained-ca": ("ca", "Test constrained", ["nc_permit_dns = elsewhere.test"]),
}
# what the server sends above the leaf
CHAINS = {"intermediate-good": ["intermediate"], "non-ca-issuer": ["good"], "constrained": ["constrained-ca"]}
VERSIONS = {"tls1.0": ssl.TLSVersion.TLSv1, "tls1.1": ssl.TLSVersion.TLSv1_1,
            "tls1.2": ssl.TLSVersion.TLSv1_2, "tls1.3": ssl.TLSVersion.TLSv1_3}


class Certificates:
    """Owns a directory of keys and certificates; makes one the first time a chat asks for it."""

    def __init__(self, directory, lock):
        self.directory, self.lock = directory, lock
        self.ca_file = self.path("ca")

    def path(self, name, kind="pem"):
        return os.path.join(self.directory, "%s.%s" % (name, kind))

    def context(self, name, version=None):
        """An SSLContext that serves a certificate, restricted to one protocol version if so asked."""
        with self.lock:
            self.chain(name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        if version:
            context.minimum_version = context.maximum_version = VERSIONS[version]
        context.load_cert_chain(self.path(name, "chain"), self.key(name))
        return context

    def need_ca(self):
        with self.lock:
            self.authority("ca")
        return self.ca_file

    def chain(self, name):
        if os.path.exists(self.path(name, "chain")):
            return
        if name not in LEAVES:
            raise ValueError("no certificate is called %s; there are: %s" % (name, ", ".join(sorted(LEAVES))))
        self.leaf(name)
        parts = [name] + CHAINS.get(name, [])
        text = "".join(open(self.path(part), encoding="ascii").read() for part in parts)
        with open(self.path(name, "chain"), "w", encoding="ascii") as out:
            out.write(text)

    # ---- making ----

    def certtool(self, *args):
        self.command("certtool", *args)

    @staticmethod
    def command(*args):
        with FORKING:
            process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, text=True)
        _, told = process.communicate()
        if process.returncode:
            raise RuntimeError("%s: %s" % (" ".join(args[:2]), told.strip()[-300:]))

    def key(self, name):
        """All share one key, except where the key is the point."""
        kind = name if name == "rsa-1024" else "shared"
        path = self.path(kind, "key")
        if not os.path.exists(path):
            how = ["--key-type=rsa", "--bits=1024"] if kind == "rsa-1024" else ["--key-type=ecdsa",
                                                                              "--curve=secp256r1"]
            self.certtool("--generate-privkey", "--no-text", *how, "--outfile", path)
        return path

    def template(self, name, common_name, first, last, lines):
        now = datetime.datetime.now(datetime.timezone.utc)

        def day(offset):
            return (now + datetime.timedelta(days=offset)).strftime("%Y-%m-%d %H:%M:%S UTC")

        path = self.path(name, "template")
        with open(path, "w", encoding="ascii") as out:
            out.write('cn = "%s"\nactivation_date = "%s"\nexpiration_date = "%s"\n' %
                      (common_name, day(first), day(last)))
            out.write("\n".join(lines) + "\n")
        return path

    def sign(self, name, issuer, template, *extra):
        temporary = self.path(name, "new")
        if issuer is None:
            how = ["--generate-self-signed"]
        else:
            how = ["--generate-certificate", "--load-ca-certificate", self.path(issuer),
                   "--load-ca-privkey", self.key(issuer)]
        self.certtool(*how, "--load-privkey", self.key(name), "--template", template, "--no-text",
                      "--outfile", temporary, *extra)
        os.rename(temporary, self.path(name))

    def authority(self, name):
        if os.path.exists(self.path(name)):
            return
        issuer, title, lines = AUTHORITIES[name]
        if issuer:
            self.authority(issuer)
        self.sign(name, issuer, self.template(name, title, -400, 3650, ["ca", "cert_signing_key"] + lines))

    def leaf(self, name):
        if os.path.exists(self.path(name)):
            return
        issuer, first, last, lines = LEAVES[name]
        if issuer in AUTHORITIES:
            self.authority(issuer)
        elif issuer:
            self.leaf(issuer)
        purpose = ["tls_www_client", "signing_key"] if name == "client-purpose" else SERVER
        common_name = "localhost" if name == "cn-only" else "Test " + name
        template = self.template(name, common_name, first, last, purpose + lines)
        if name == "nul-in-name":
            self.leaf_by_openssl(name)
        else:
            self.sign(name, issuer, template, *(["--hash=SHA1"] if name == "sha1" else []))

    def leaf_by_openssl(self, name):
        extensions, request = self.path(name, "extensions"), self.path(name, "request")
        with open(extensions, "w", encoding="ascii") as out:
            out.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % NUL_SAN)
        self.command("openssl", "req", "-new", "-key", self.key(name), "-subj", "/CN=Test " + name,
                     "-out", request)
        self.command("openssl", "x509", "-req", "-in", request, "-CA", self.path("ca"), "-CAkey", self.key("ca"),
                     "-set_serial", "77", "-days", "90", "-extfile", extensions, "-out", self.path(name))
