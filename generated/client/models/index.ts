/* tslint:disable */
/* eslint-disable */
/**
 * The virtual account to cancel. All five members are mandatory.
 * @export
 * @interface CancelRequest
 */
export interface CancelRequest {
    /**
     * The merchant's own id of the virtual account, chosen at creation, unique per channel: letters, digits and dash.
     * That letters means ASCII letters is a guess.
     * 
     */
    external_id: string;
    /**
     * The merchant's own id of the order, chosen at creation, not unique: letters, digits and dash.
     * That letters means ASCII letters is a guess.
     * 
     */
    order_id: string;
    /**
     * Issued by the gateway at creation. A UUID in every published example; that it always is one is a guess, so
     * any printable text is taken. The bounds are ours, not the gateway's.
     * 
     */
    transaction_id: string;
    /**
     * 
     */
    payment_method: PaymentMethod;
    /**
     * The bank through which the virtual account is paid. The list of banks is open-ended; `KnownPaymentChannel`
     * holds the names met in public. An answer may spell it in another letter case than the request (a guess).
     * 
     */
    payment_channel: string;
}


/**
 * The virtual account is cancelled. The three ids come back as sent.
 * @export
 * @interface CancelSuccess
 */
export interface CancelSuccess {
    /**
     * One of the three ids, exactly as it was sent.
     */
    transaction_id: string;
    /**
     * One of the three ids, exactly as it was sent.
     */
    external_id: string;
    /**
     * One of the three ids, exactly as it was sent.
     */
    order_id: string;
    /**
     * 
     */
    payment_method: PaymentMethodEcho;
    /**
     * The bank through which the virtual account is paid. The list of banks is open-ended; `KnownPaymentChannel`
     * holds the names met in public. An answer may spell it in another letter case than the request (a guess).
     * 
     */
    payment_channel: string;
    /**
     * 
     */
    transaction_status: CancelSuccessTransactionStatusEnum;
    /**
     * 
     */
    response_code: CancelSuccessResponseCodeEnum;
}


/**
 * @export
 */
export const CancelSuccessTransactionStatusEnum = {
    CANCELED: 'CANCELED',
} as const;
export type CancelSuccessTransactionStatusEnum = typeof CancelSuccessTransactionStatusEnum[keyof typeof CancelSuccessTransactionStatusEnum];

/**
 * @export
 */
export const CancelSuccessResponseCodeEnum = {
    _00: '00',
} as const;
export type CancelSuccessResponseCodeEnum = typeof CancelSuccessResponseCodeEnum[keyof typeof CancelSuccessResponseCodeEnum];

/**
 * The credentials or the signature are not those of the merchant.
 * @export
 * @interface CredentialFailure
 */
export interface CredentialFailure {
    /**
     * 
     */
    response_code: CredentialFailureResponseCodeEnum;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}


/**
 * @export
 */
export const CredentialFailureResponseCodeEnum = {
    _04: '04',
    _99: '99',
} as const;
export type CredentialFailureResponseCodeEnum = typeof CredentialFailureResponseCodeEnum[keyof typeof CredentialFailureResponseCodeEnum];


/**
 * Names of payment channels met in public. There are others; do not reject what is not here.
 * @export
 */
export const KnownPaymentChannel = {
    BCA_POLYTRON: 'BCA-POLYTRON',
    PERMATA: 'PERMATA',
    FINPAY: 'FINPAY',
    BRI: 'BRI',
    MANDIRI: 'MANDIRI',
    BCA: 'BCA',
    BNI: 'BNI',
    CIMB: 'CIMB',
    BNC: 'BNC',
    BSI: 'BSI',
    BCA_MCP: 'BCA-MCP',
    BCA_MOLA: 'BCA-MOLA',
    BNC_BLIBLI: 'BNC-BLIBLI',
} as const;
export type KnownPaymentChannel = typeof KnownPaymentChannel[keyof typeof KnownPaymentChannel];

/**
 * The gateway knows no such virtual account.
 * @export
 * @interface NotFoundFailure
 */
export interface NotFoundFailure {
    /**
     * 
     */
    response_code: NotFoundFailureResponseCodeEnum;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}


/**
 * @export
 */
export const NotFoundFailureResponseCodeEnum = {
    _02: '02',
} as const;
export type NotFoundFailureResponseCodeEnum = typeof NotFoundFailureResponseCodeEnum[keyof typeof NotFoundFailureResponseCodeEnum];

/**
 * A failure with another HTTP status. Only the response code may be relied on, and it may be one that is
 * not documented.
 * 
 * @export
 * @interface OtherFailure
 */
export interface OtherFailure {
    /**
     * Two digits, see `ResponseCode`. A failure is not `00`.
     */
    response_code: string;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message?: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}
/**
 * A parameter of the request is missing or not valid.
 * @export
 * @interface ParameterFailure
 */
export interface ParameterFailure {
    /**
     * 
     */
    response_code: ParameterFailureResponseCodeEnum;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}


/**
 * @export
 */
export const ParameterFailureResponseCodeEnum = {
    _01: '01',
} as const;
export type ParameterFailureResponseCodeEnum = typeof ParameterFailureResponseCodeEnum[keyof typeof ParameterFailureResponseCodeEnum];

/**
 * The bank behind the gateway failed. The virtual account may or may not be cancelled.
 * @export
 * @interface PartnerFailure
 */
export interface PartnerFailure {
    /**
     * 
     */
    response_code: PartnerFailureResponseCodeEnum;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}


/**
 * @export
 */
export const PartnerFailureResponseCodeEnum = {
    _03: '03',
} as const;
export type PartnerFailureResponseCodeEnum = typeof PartnerFailureResponseCodeEnum[keyof typeof PartnerFailureResponseCodeEnum];


/**
 * A virtual account is paid by bank transfer.
 * @export
 */
export const PaymentMethod = {
    BANK_TRANSFER: 'BANK_TRANSFER',
} as const;
export type PaymentMethod = typeof PaymentMethod[keyof typeof PaymentMethod];


/**
 * The payment method, as answered. The page answers it in upper case; creation spells it in lower case, so
 * that the other case may be answered is a guess.
 * 
 * @export
 */
export const PaymentMethodEcho = {
    BANK_TRANSFER: 'BANK_TRANSFER',
    bank_transfer: 'bank_transfer',
} as const;
export type PaymentMethodEcho = typeof PaymentMethodEcho[keyof typeof PaymentMethodEcho];


/**
 * Every response code that the gateway documents. Which HTTP status comes with which code is a guess.
 * 
 * @export
 */
export const ResponseCode = {
    _00: '00',
    _01: '01',
    _02: '02',
    _03: '03',
    _04: '04',
    _98: '98',
    _99: '99',
} as const;
export type ResponseCode = typeof ResponseCode[keyof typeof ResponseCode];

/**
 * The gateway failed. The virtual account may or may not be cancelled.
 * @export
 * @interface SystemFailure
 */
export interface SystemFailure {
    /**
     * 
     */
    response_code: SystemFailureResponseCodeEnum;
    /**
     * What went wrong, in words. The wording of the examples is ours; the gateway's is not documented.
     */
    response_message: string;
    /**
     * More words about the failure, sometimes present.
     */
    error?: string;
}


/**
 * @export
 */
export const SystemFailureResponseCodeEnum = {
    _98: '98',
    _99: '99',
} as const;
export type SystemFailureResponseCodeEnum = typeof SystemFailureResponseCodeEnum[keyof typeof SystemFailureResponseCodeEnum];

