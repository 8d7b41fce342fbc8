/** The types as a caller meets them. What matters here is checked by `npm run typecheck`, not at run time. */
import { expectTypeOf, it } from 'vitest';
import type { Client } from 'openapi-fetch';
import type { paths } from '../../generated/schema.ts';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import {
  createVaClient,
  isVaError,
  outcomeOf,
  signedFetch,
  VaError,
  type CallbackError,
  type IfortepayError,
  type VaApi,
  type VaErrorJson,
  type VaErrorOf,
  type VaMiddleware,
  type CallOptions,
  type CancelRequest,
  type CancelSuccess,
  type Outcome,
  type PaymentChannel,
  type VaClient,
  type VaClientOptions,
  type VaErrorCode,
} from '../../src/index.ts';

const ids = { external_id: 'e', order_id: 'o', transaction_id: 't' };
const secrets = { merchantId: 'FAKE1', secretUnboundId: 'fake', hashKey: 'fake' };

/** Type checked, never run. */
const unrun = (_: (client: VaClient) => unknown) => undefined;

it('CancelRequest offers the known channels and takes others', () => {
  type Known = 'BCA-POLYTRON' | 'PERMATA' | 'BSI' | 'BNC-BLIBLI';
  expectTypeOf<Known>().toExtend<PaymentChannel>();
  expectTypeOf<string>().toExtend<PaymentChannel>();
  // Were it plain string, editors would offer nothing: the known names would have been absorbed.
  expectTypeOf<PaymentChannel>().not.toEqualTypeOf<string>();
  expectTypeOf<CancelRequest['payment_method']>().toEqualTypeOf<'BANK_TRANSFER'>();
  // Optional ones may come.
  type Mandatory<T> = { [Name in keyof T]-?: object extends Pick<T, Name> ? never : Name }[keyof T];
  expectTypeOf<Mandatory<CancelRequest>>().toEqualTypeOf<
    keyof typeof ids | 'payment_method' | 'payment_channel'
  >();
});

it('a request that lacks a member, has one too many or a wrong one is an error', () => {
  unrun((client) =>
    client.cancel({ ...ids, payment_method: 'BANK_TRANSFER', payment_channel: 'BANK-OF-NOWHERE' }),
  );
  // @ts-expect-error payment_channel is missing
  unrun((client) => client.cancel({ ...ids, payment_method: 'BANK_TRANSFER' }));
  // @ts-expect-error the wire has it in upper case
  unrun((client) => client.cancel({ ...ids, payment_method: 'bank_transfer', payment_channel: 'BCA' }));
  const wire = { ...ids, payment_method: 'BANK_TRANSFER', payment_channel: 'BCA' } as const;
  // @ts-expect-error there is no amount
  unrun((client) => client.cancel({ ...wire, amount: 1 }));
  // @ts-expect-error ids are text
  unrun((client) => client.cancel({ ...wire, order_id: 1 }));
  // @ts-expect-error it is called timeoutMs
  unrun((client) => client.cancel(wire, { timeout: 1 }));
});

it('cancel resolves to the success alone', () => {
  expectTypeOf<ReturnType<VaClient['cancel']>>().toEqualTypeOf<Promise<CancelSuccess>>();
  expectTypeOf<CancelSuccess['transaction_status']>().toEqualTypeOf<'CANCELED'>();
  expectTypeOf<CancelSuccess['response_code']>().toEqualTypeOf<'00'>();
  expectTypeOf<CallOptions>().toHaveProperty('signal');
});

it('an outcome can be switched on exhaustively', () => {
  const words = (outcome: Outcome): string => {
    switch (outcome) {
      case 'not_sent':
      case 'refused':
      case 'unknown':
        return outcome;
      default:
        return outcome satisfies never;
    }
  };
  expectTypeOf(words).returns.toEqualTypeOf<string>();
  const incomplete = (outcome: Outcome): string => {
    if (outcome === 'unknown') return '';
    // @ts-expect-error not_sent is left out
    return outcome satisfies 'refused';
  };
  expectTypeOf(incomplete).toBeFunction();
  expectTypeOf(outcomeOf).returns.toEqualTypeOf<Outcome>();
});

it('isVaError tells what an unknown error is', () => {
  const read = (error: unknown) =>
    isVaError(error) ? ([error.outcome, error.code, error.status] as const) : undefined;
  expectTypeOf(read).returns.toEqualTypeOf<readonly [Outcome, VaErrorCode, number | undefined] | undefined>();
});

it('a code narrows the outcome, and an outcome the code, of an error and of its JSON', () => {
  const read = (error: VaError | VaErrorJson) => {
    if (error.code === 'invalid_signature') return error.outcome;
    if (error.code === 'timeout') return [error.outcome] as const;
    return error.outcome === 'not_sent' ? { notSent: error.code } : undefined;
  };
  expectTypeOf(read).toBeFunction();
  type Read = Exclude<ReturnType<typeof read>, undefined>;
  expectTypeOf<Extract<Read, string>>().toEqualTypeOf<'refused'>();
  expectTypeOf<Extract<Read, readonly unknown[]>>().toEqualTypeOf<readonly ['unknown']>();
  type NotSent = Extract<Read, { notSent: unknown }>['notSent'];
  expectTypeOf<'invalid_request'>().toExtend<NotSent>();
  expectTypeOf<'timeout'>().not.toExtend<NotSent>();
  expectTypeOf<VaErrorOf<'not_found'>['outcome']>().toEqualTypeOf<'refused'>();
  expectTypeOf<VaError>().toExtend<IfortepayError>();
  expectTypeOf<CallbackError>().toExtend<IfortepayError>();
  expectTypeOf<InstanceType<typeof VaError>>().toEqualTypeOf<VaError>();
  expectTypeOf(VaError.from).returns.toEqualTypeOf<VaError>();
  expectTypeOf<ReturnType<VaError['toJSON']>>().toEqualTypeOf<VaErrorJson>();
});

it('confirm takes a request, an error, and the error as JSON; singleUse is of confirming alone', () => {
  const wire = { ...ids, payment_method: 'BANK_TRANSFER', payment_channel: 'BCA' } as const;
  unrun((client) => client.confirm(wire, { singleUse: true }));
  unrun((client) => client.cancelAndConfirm(wire, { singleUse: true }));
  const settle = (client: VaClient, error: VaError, json: VaErrorJson) =>
    Promise.all([client.confirm(error), client.confirm(json), client.confirm(VaError.from(json))]);
  expectTypeOf(settle).returns.resolves.toBeArray();
  // @ts-expect-error text is to be parsed first
  unrun((client) => client.confirm('{}'));
  // @ts-expect-error of cancelling it means nothing
  unrun((client) => client.cancel(wire, { singleUse: true }));
  // @ts-expect-error nor of asking
  unrun((client) => client.inquire(wire, { singleUse: true }));
});

it('what a client has underneath has names', () => {
  expectTypeOf<VaClient['api']>().toEqualTypeOf<VaApi>();
  expectTypeOf<Parameters<VaApi['use']>>().toEqualTypeOf<VaMiddleware[]>();
  expectTypeOf<VaApi>().toExtend<Client<paths>>();
});

it('the options name one gateway, no more and no fewer', () => {
  expectTypeOf(secrets).not.toExtend<VaClientOptions>();
  unrun(() => createVaClient({ ...secrets, environment: 'staging' }));
  unrun(() => createVaClient({ ...secrets, baseUrl: 'https://gateway.invalid' }));
  // @ts-expect-error neither environment nor baseUrl
  unrun(() => createVaClient(secrets));
  // @ts-expect-error environment and baseUrl exclude each other
  unrun(() => createVaClient({ ...secrets, environment: 'staging', baseUrl: 'https://gateway.invalid' }));
  // @ts-expect-error there is no such environment
  unrun(() => createVaClient({ ...secrets, environment: 'dev' }));
});

it('signedFetch fits wherever a fetch is asked for', () => {
  expectTypeOf(signedFetch).returns.toEqualTypeOf<typeof fetch>();
  expectTypeOf(createVirtualAccountApi).parameter(0).toEqualTypeOf<VaClientOptions>();
  const body = { ...ids, payment_method: 'BANK_TRANSFER', payment_channel: 'BCA' } as const;
  unrun((client) => client.api.POST('/va/cancel', { body }));
  const header = { 'x-version': 'v3' };
  // @ts-expect-error the version and the credentials are not the caller's to give
  unrun((client) => client.api.POST('/va/cancel', { params: { header }, body }));
  // @ts-expect-error not a path of the contract
  unrun((client) => client.api.POST('/va/other', {}));
});
