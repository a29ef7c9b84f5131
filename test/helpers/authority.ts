import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** A certificate as a company's authority has one: it may sign, and lasts until long after these tests. */
export const SELF_SIGNED_AUTHORITY = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBjjCCATWgAwIBAgIUHn8cB+nLfEqfoBPavZwsVQ3NhFkwCgYIKoZIzj0EAwIw",
  "HDEaMBgGA1UEAwwRRXhhbXBsZSBBdXRob3JpdHkwIBcNMjYxMTI3MTgyODE2WhgP",
  "MjIyNjEwMTAxODI4MTZaMBwxGjAYBgNVBAMMEUV4YW1wbGUgQXV0aG9yaXR5MFkw",
  "EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjcoKycIZd/dLyuM6HJ5Mu8rUT61KhE4/",
  "xAS787P+wWppPXbksjajGA6X29lMSThVwfwqUNnT0M+HS7bn+n+1RqNTMFEwHQYD",
  "VR0OBBYEFKKl40S44X/TL0rN4Z3GRcQ0WupvMB8GA1UdIwQYMBaAFKKl40S44X/T",
  "L0rN4Z3GRcQ0WupvMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg",
  "CEyZk2z63zVkNz2CmDjYguWgcrRe2svzwflAkwljvSgCIEdGWyT0J0Z6S+C7z1BT",
  "e3eenZ7EjgZVlP2yqi9nCIve",
  "-----END CERTIFICATE-----",
  "",
].join("\n");

/** An authority made for one test, and a server's certificate that it signed. PEM, all of them. */
export interface Authority {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** By the cryptography that Prefect itself brings along: Node cannot sign certificates. */
const PROGRAM = `
import datetime, ipaddress, json
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

now = datetime.datetime.now(datetime.timezone.utc)
def name(text): return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
def pem(thing): return thing.public_bytes(serialization.Encoding.PEM).decode()
def certificate(subject, issuer, key, signer, *extensions):
    builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=2)))
    for extension, critical in extensions: builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())

ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ca = certificate("Test Authority", "Test Authority", ca_key, ca_key,
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False))
leaf = certificate("127.0.0.1", "Test Authority", key, ca_key,
    (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
    (x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False))
private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
print(json.dumps({"authority": pem(ca), "certificate": pem(leaf), "key": private.decode()}))
`;

/** Makes an authority and a certificate for 127.0.0.1. */
export async function makeAuthority(python: { readonly bin: string }): Promise<Authority> {
  const { stdout } = await promisify(execFile)(join(python.bin, "python"), ["-c", PROGRAM]);
  return JSON.parse(stdout);
}
