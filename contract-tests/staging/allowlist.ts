/** Why a URL must not be called. Its message holds the host, nothing else of the URL. */
export class NotAllowed extends Error {}

const staging = ['api-stage.ifortepay.id', 'api-stage.mcpayment.id'];
const loopback = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * Throws `NotAllowed` unless the URL is that of staging over https (both names: gateway page, its SDKs), or of
 * loopback. A list of what is allowed, not of what is not: production has more names than we know.
 */
export function assertAllowed({ protocol, hostname, username, password }: URL): void {
  const isLoopback = loopback.includes(hostname);
  if (!isLoopback && !staging.includes(hostname)) {
    throw new NotAllowed(`${hostname} is not allowed: only ${staging.join(', ')} and loopback are`);
  }
  if (protocol !== 'https:' && !(isLoopback && protocol === 'http:')) {
    throw new NotAllowed(`${hostname} must be called over https`);
  }
  if (username || password) throw new NotAllowed('credentials do not belong in a URL');
}

/** The URL of that text. Throws `NotAllowed` as `assertAllowed` does, and on what is no URL. */
export function allowedUrl(text: string): URL {
  if (!URL.canParse(text)) throw new NotAllowed('it is no URL');
  const url = new URL(text);
  assertAllowed(url);
  return url;
}
