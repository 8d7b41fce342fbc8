/** Certificates for 127.0.0.1, made at test time, so that no private key lies in the repository. */
import { generate } from 'selfsigned';

/** A private key and its certificate, PEM. */
export interface Pair {
  key: string;
  cert: string;
}

const HERE = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
] as const;
const ELSEWHERE = [{ type: 2, value: 'other-host.invalid' }] as const;

const FAR = new Date('2049-01-01');
const FOR_YEARS = [new Date('2024-01-01'), FAR] as const;

/** One valid pair, each wrong in one way, and the authority that issued all but the stranger's. */
export async function makeCertificates() {
  const [ours, stranger] = await Promise.all([issue('authority'), issue('stranger')]);
  const [good, wrongHost, expired, notYetValid, unknownIssuer] = await Promise.all([
    issue('good', ours),
    issue('wrong-host', ours, FOR_YEARS, ELSEWHERE),
    issue('expired', ours, [new Date('2020-01-01'), new Date('2021-01-01')]),
    issue('not-yet-valid', ours, [new Date('2048-01-01'), FAR]),
    issue('unknown-issuer', stranger),
  ]);
  return { authority: ours.cert, good, wrongHost, expired, notYetValid, unknownIssuer, selfSigned: stranger };
}

/** A certificate issued by `issuer`; without one an authority that signs for itself. */
async function issue(
  name: string,
  issuer?: Pair,
  [notBeforeDate, notAfterDate]: readonly [Date, Date] = FOR_YEARS,
  altNames: typeof HERE | typeof ELSEWHERE = HERE,
): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: `fake-${name}` }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    ...(issuer && { ca: issuer }),
    extensions: [
      { name: 'basicConstraints', cA: !issuer, critical: true },
      { name: 'subjectAltName', altNames: [...altNames] },
    ],
  });
  return { key: made.private, cert: made.cert };
}
