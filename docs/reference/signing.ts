/** Where requests go and how they are signed, with an example that anybody can follow. */
import { html } from 'hono/html';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { securityHeader } from './operations.ts';
import { known, type Html } from './markup.ts';
import { child, children, type Place } from './markup.ts';
import { code } from './markup.ts';

/** The section of the hosts. */
export function servers(root: Place): Html {
  const items = children(root, 'servers').map(
    ([, server]) =>
      html`<li>
        <p class="head">
          <code class="name">${server.node.url}</code> ${server.node.description} ${known(server)}
        </p>
      </li>`,
  );
  return html`<section id="servers" aria-labelledby="servers-title">
    <h2 id="servers-title">Base URLs</h2>
    <ul class="members">
      ${items}
    </ul>
  </section>`;
}

/** The section of the credentials and the signature. */
export function signing(root: Place): Html {
  const schemes = children(child(root, 'components'), 'securitySchemes');
  return html`<section id="signing" class="operation" aria-labelledby="signing-title">
    <div class="say">
      <h2 id="signing-title">Credentials and signature</h2>
      <p class="formula">
        <code>x-req-signature</code> = <span class="nowrap">hex(SHA-256(</span><code>hash_key</code> +
        <code>external_id</code> + <code>order_id</code>))
      </p>
      <ul class="members">
        ${schemes.map(([, scheme]) => securityHeader(scheme))}
      </ul>
      <p>
        The parts are joined without a separator, so the ids <code>12</code> and <code>3</code> sign like
        <code>1</code> and <code>23</code>; there is no timestamp. The signature proves that you hold the hash
        key, no more: TLS does the rest. Hash key and secret belong on a server, never in a browser.
      </p>
    </div>
    <div class="show">
      <h3>Try it, with invented secrets</h3>
      <figure data-signing>
        <figcaption>with bash and openssl</figcaption>
        ${code(example(), 'bash')}
      </figure>
    </div>
  </section>`;
}

function example(): string {
  const { merchant_id, secret_unbound_id, hash_key, external_id, order_id, ...rest } = signatureVectors[0]!;
  return `# x-req-signature: hash_key, external_id, order_id
printf %s '${hash_key}' '${external_id}' '${order_id}' |
  openssl dgst -sha256 -r | cut -d ' ' -f 1
# ${rest.x_req_signature}

# Authorization: merchant_id:secret_unbound_id
echo "Basic $(printf %s '${merchant_id}:${secret_unbound_id}' | openssl base64 -A)"
# ${rest.authorization}

# mcp-signature of its callback: transaction_id, x-req-signature
printf %s '${rest.transaction_id}' \\
  '${rest.x_req_signature}' |
  openssl dgst -sha256 -r | cut -d ' ' -f 1
# ${rest.mcp_signature}`;
}
