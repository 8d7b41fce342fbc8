import { tcpAnswer } from '../http.ts';
import { none, STALL, type FaultRow } from '../row.ts';
import { backlogFull, neverAccepts, noSuchHost, nobodyListens } from '../servers.ts';
import { close, drop, onConnect, pause, reset, send } from '../steps.ts';
import { shows } from '../tls.ts';
import { listen } from '../tcp.ts';

const plain = tcpAnswer(400, '<h1>The plain HTTP request was sent to HTTPS port</h1>');
const asHttps = (start: ReturnType<typeof onConnect>) => async () => {
  const server = await start();
  return { ...server, baseUrl: server.baseUrl.replace('http:', 'https:') };
};
const clientCertificate = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } as const;
const oldTls = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

const ABORTED = ['aborted_before_sending', none, 0, { abortAfterMs: 100 }] as const;

/** What goes wrong before an answer begins: name, connection, certificate. */
export const connecting: FaultRow[] = [
  ['a host name that does not exist', noSuchHost, 'not_sent', 'dns_failed', none, 0],
  ['connection refused', nobodyListens, 'not_sent', 'connection_refused', none, 0],
  ['connection refused, with TLS', asHttps(nobodyListens), 'not_sent', 'connection_refused', none, 0],
  ['connecting stalls', backlogFull, 'not_sent', 'not_connected', none, 0, STALL],
  ['a connection that nobody accepts', neverAccepts, 'unknown', 'timeout', none, 0, STALL],
  // On loopback the reset is there before connecting ends, which then fails itself.
  ['reset as soon as connected', onConnect(reset), 'not_sent', 'not_connected', none, 0],
  ['closed as soon as connected', onConnect(drop), 'unknown', 'connection_failed', none, 0],
  ['reset while nothing is read', () => unread(), 'unknown', 'connection_failed', none, 0],

  ['a good certificate (the control)', shows('good'), 'done', none, none, 1],
  ['a certificate of another host', shows('wrongHost'), 'not_sent', 'certificate_rejected', none, 0],
  ['an expired certificate', shows('expired'), 'not_sent', 'certificate_rejected', none, 0],
  ['a certificate of the future', shows('notYetValid'), 'not_sent', 'certificate_rejected', none, 0],
  ['a self-signed certificate', shows('selfSigned'), 'not_sent', 'certificate_rejected', none, 0],
  ['an unknown issuer', shows('unknownIssuer'), 'not_sent', 'certificate_rejected', none, 0],
  [
    'a client certificate is asked for',
    shows('good', clientCertificate),
    'unknown',
    'connection_failed',
    none,
    0,
  ],
  ['only TLS 1.1', shows('good', oldTls), 'not_sent', 'not_connected', none, 0],
  ['a TLS handshake that stalls', asHttps(onConnect()), 'not_sent', 'not_connected', none, 0, STALL],
  ['connecting, until the caller aborts', backlogFull, 'not_sent', ...ABORTED],
  ['a TLS handshake, until the caller aborts', asHttps(onConnect()), 'not_sent', ...ABORTED],
  [
    'a TLS handshake that is reset',
    asHttps(onConnect(pause(20), reset)),
    'not_sent',
    'not_connected',
    none,
    0,
  ],
  [
    'a TLS handshake that is closed',
    asHttps(onConnect(pause(20), close)),
    'not_sent',
    'not_connected',
    none,
    0,
  ],
  ['plain HTTP where TLS is expected', asHttps(onConnect(send(plain))), 'not_sent', 'not_connected', none, 0],
  [
    'TLS that breaks after the request was read',
    shows('good', {}, { onRequest: [[(socket) => void socket.destroy()]] }),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
];

/** Resets after a while, with the request lying unread in the socket. */
const unread = () => listen({ onConnect: [(socket) => void socket.pause(), pause(50), reset] });
