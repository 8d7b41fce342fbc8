import { basicToken, sign } from '../cases/request.ts';
import type { Credentials, VaIds } from '../cases/types.ts';
import { payer } from './accounts.ts';

/** Takes out of a text whatever of the run's secrets and virtual accounts it holds. */
export type Redact = (text: string) => string;

// Shorter ones would be found everywhere, and tell nobody anything.
const SHORTEST = 4;

/**
 * The last net before anything is printed or written: nothing secret is put into a line in the first place.
 * The virtual accounts may still grow in number.
 */
export function createRedact(credentials: Credentials, virtualAccounts: readonly VaIds[]): Redact {
  const { merchantId, secretUnboundId, hashKey, subMerchantId = '' } = credentials;
  const token = basicToken(merchantId, secretUnboundId);
  return (text) => {
    const ids = virtualAccounts.flatMap(({ external_id, order_id, transaction_id }) => [
      external_id,
      order_id,
      transaction_id,
      sign(hashKey, external_id, order_id),
    ]);
    const secrets = [
      merchantId,
      secretUnboundId,
      hashKey,
      subMerchantId,
      token,
      ...Object.values(payer),
      ...ids,
    ];
    return [...new Set(secrets.flatMap(spellings))]
      .filter(({ length }) => length >= SHORTEST)
      .sort((a, b) => b.length - a.length)
      .reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  };
}

function spellings(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}
