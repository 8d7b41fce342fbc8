import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private key and its certificate, PEM. */
export interface Pair {
  key: Buffer;
  cert: Buffer;
}

const CONFIG = `[ca]
default_ca = ca
[ca]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
x509_extensions = leaf
[policy]
commonName = supplied
[leaf]
subjectAltName = $ENV::SAN
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
`;

const HERE = 'DNS:localhost,IP:127.0.0.1';
const [PAST, NOW_ON] = ['20200101000000Z', '20240101000000Z'];
const [LONG_AGO, FAR] = ['20210101000000Z', '20490101000000Z'];

/** Certificates for 127.0.0.1, each wrong in one way, and the authority that issued all but the stranger's. */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'fake-certificates-'));
  try {
    const ours = authority(join(folder, 'ours'));
    const stranger = authority(join(folder, 'stranger'));
    return {
      authority: ours('authority').cert,
      good: ours('good', HERE, NOW_ON, FAR),
      wrongHost: ours('wrong-host', 'DNS:other-host.invalid', NOW_ON, FAR),
      expired: ours('expired', HERE, PAST, LONG_AGO),
      notYetValid: ours('not-yet-valid', HERE, '20480101000000Z', FAR),
      unknownIssuer: stranger('unknown-issuer', HERE, NOW_ON, FAR),
      selfSigned: stranger('authority'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes an authority. @returns what issues a pair, or gives its own if there is only a name */
function authority(folder: string) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'config'), CONFIG);
  writeFileSync(join(folder, 'index'), '');
  writeFileSync(join(folder, 'serial'), '01');
  const run = (args: string[], san = HERE) => openssl(args.join(' '), folder, san);
  const newKey = (name: string) =>
    `req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key -subj /CN=fake-${name}`;
  run([newKey('authority'), `-x509 -days 3650 -addext subjectAltName=${HERE} -out authority.pem`]);
  return (name: string, san?: string, from?: string, to?: string): Pair => {
    if (san) {
      run([newKey(name), `-out ${name}.csr`]);
      const issue = 'ca -batch -notext -config config -cert authority.pem -keyfile authority.key';
      run([issue, `-in ${name}.csr -out ${name}.pem -startdate ${from} -enddate ${to}`], san);
    }
    const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`));
    return { key: read('key'), cert: read('pem') };
  };
}

function openssl(args: string, cwd: string, san: string): void {
  try {
    execFileSync('openssl', args.split(' '), { cwd, env: { ...process.env, SAN: san }, stdio: 'pipe' });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    if (code === 'ENOENT') throw new Error('these tests make certificates with openssl; install it');
    throw new Error(`openssl ${args}: ${stderr?.toString()}`, { cause: error });
  }
}
