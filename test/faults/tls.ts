import {
  createServer,
  getCACertificates,
  setDefaultCACertificates,
  type Server,
  type TlsOptions,
} from 'node:tls';
import { makeCertificates, type Pair } from '../../contract-tests/shared/certificates.ts';
import { tcpAnswer, success } from './http.ts';
import { send } from './steps.ts';
import { listen, type Behaviour, type Start, type TcpStep } from './tcp.ts';

const certificates = await makeCertificates();

/** The authority that issued them, but for the stranger's, and the one that is right; PEM. */
export const { authority, good } = certificates;

type Name = Exclude<keyof typeof certificates, 'authority'>;

/** Lets this process trust the tests' own authority, so that each certificate is wrong in one way only. */
export function trustOurAuthority(): void {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}

/** A TLS server with this certificate, which would answer with success. */
export const shows =
  (
    name: Name,
    options: TlsOptions = {},
    behaviour: Behaviour = { onRequest: [[send(tcpAnswer(200, success()))]] },
  ): Start =>
  () => {
    const pair: Pair = certificates[name];
    return listen(behaviour, createServer({ ...pair, ...options }), 'secureConnection');
  };

/** Shows a self-signed certificate from now on, and drops the connection. */
export const turnBad: TcpStep = (socket, _, server) => {
  (server as Server).setSecureContext(certificates.selfSigned);
  socket.destroy();
};
