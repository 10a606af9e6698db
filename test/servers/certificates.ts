import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate with its key, in the form that Node takes. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;

/** A certificate authority of a test, unknown to everybody who is not told of it. */
export class Authority {
  private constructor(
    private readonly certificate: X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async create(): Promise<Authority> {
    const keys = await makeKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: "CN=An authority of a test",
      keys,
      signingAlgorithm: algorithm,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
      ...validity(-day, day),
    });
    return new Authority(certificate, keys);
  }

  /** Its own certificate, for `NODE_EXTRA_CA_CERTS`. */
  get pem(): string {
    return this.certificate.toString("pem");
  }

  /** A certificate for a host or IP address; by default one that is valid today. */
  async issue(host: string, [from, to]: readonly [number, number] = [-day, day]): Promise<Certificate> {
    const keys = await makeKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${host}`,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [namesOf(host)],
      ...validity(from, to),
    });
    return { cert: certificate.toString("pem"), key: await pemOf(keys) };
  }
}

/** A certificate that nobody has signed but its holder. */
export async function selfSigned(host: string): Promise<Certificate> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [namesOf(host)],
    ...validity(-day, day),
  });
  return { cert: certificate.toString("pem"), key: await pemOf(keys) };
}

/** The days before today. */
export const expired = [-3 * day, -2 * day] as const;

function namesOf(host: string): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension([{ type: /^[\d.]+$/.test(host) ? "ip" : "dns", value: host }]);
}

function validity(from: number, to: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() + from), notAfter: new Date(Date.now() + to) };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function pemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
}
