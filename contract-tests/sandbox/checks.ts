/**
 * The checks that can be switched off one by one, to make a gateway with exactly one thing wrong. A check
 * that is off lets its own fault through; every other check still holds, but that `signatureValue` holds all
 * others on the signature's content. Where the fault leaves a merchant unknown, the first one stands in.
 */
export const checkNames = [
  /** off: no Authorization header is taken */
  'authorizationPresent',
  /** off: any scheme, Bearer say, is taken before the same Base64 */
  'authorizationScheme',
  /** off: sloppy Base64 (no padding, URL alphabet, blanks) is decoded */
  'authorizationEncoding',
  /** off: an unknown merchant id passes, with the first merchant's secret and hash key */
  'merchant',
  /** off: any secret passes */
  'secret',
  /** off: an unknown sub-merchant-id is ignored */
  'subMerchant',
  /** off: any x-version, or none */
  'version',
  /** off: any content type, or none */
  'contentType',
  /** off: invalid UTF-8 is read with replacement characters */
  'utf8',
  /** off: JSON is read as loosely as YAML: trailing commas, single quotes; what is no object counts as {} */
  'json',
  /** off: the last of two members of one name counts */
  'duplicateMembers',
  /** off: any JSON object passes the schema */
  'body',
  /** off: a request without signature passes; a wrong one does not */
  'signaturePresent',
  /** off: any signature passes, if there is one */
  'signatureValue',
  /** off: a signature with the hash key left out, or with any known one, passes */
  'signatureHashKey',
  /** off: a signature with the external id left out, or with that of any known VA, passes */
  'signatureCoversExternalId',
  /** off: a signature with the order id left out, or with that of any known VA, passes */
  'signatureCoversOrderId',
  /** off: upper-case hex passes */
  'signatureLowerCase',
  /** off: an unknown transaction_id passes, as if there were such a VA */
  'exists',
  /** off: another merchant's or sub-merchant's VA may be cancelled or asked after */
  'owner',
  /** off: external_id and order_id need not be those of the VA */
  'ids',
  /** off: any payment_channel passes */
  'paymentChannel',
  /** off: any payment_method that the schema allows passes */
  'paymentMethod',
  /** off: a paid, processing, expired or cancelled VA is cancelled (again) */
  'cancelable',
  /** off: an external_id that is taken creates another VA */
  'uniqueExternalId',
] as const;

/** The name of one check. */
export type CheckName = (typeof checkNames)[number];

/** Which checks are made. */
export type Checks = Record<CheckName, boolean>;

/** All checks on but those switched off. Throws a TypeError on an unknown name, lest a typo do nothing. */
export function allChecksBut(switches: Partial<Checks> = {}): Checks {
  for (const name of Object.keys(switches)) {
    if (!checkNames.includes(name as CheckName)) throw new TypeError(`No such check: ${name}`);
  }
  const all = Object.fromEntries(checkNames.map((name) => [name, true])) as Checks;
  return { ...all, ...switches };
}
