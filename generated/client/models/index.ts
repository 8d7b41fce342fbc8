/* tslint:disable */
/* eslint-disable */
/**
 * What the gateway posts to `callback_url`. Verify `mcp-signature` first; it vouches for the three ids only.
 * 
 * @export
 * @interface Callback
 */
export interface Callback {
    /**
     * Issued by the gateway at creation. A UUID in every published example; that it always is one is a guess, so
     * any printable text is taken. The bounds are ours, not the gateway's.
     * 
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
    reference_id?: string;
    /**
     * 
     */
    currency?: string;
    /**
     * 
     */
    payment_method?: string;
    /**
     * 
     */
    payment_channel?: string;
    /**
     * 
     */
    payment_system?: string;
    /**
     * 
     */
    transaction_status?: TransactionStatus;
    /**
     * 
     */
    transaction_time?: string;
    /**
     * 
     */
    payment_details?: CallbackPaymentDetails;
    /**
     * Not described here.
     */
    customer_details?: any | null;
    /**
     * Not described here.
     */
    item_details?: any | null;
    /**
     * Not described here.
     */
    billing_address?: any | null;
    /**
     * Not described here.
     */
    shipping_address?: any | null;
    /**
     * 
     */
    response_code?: string;
    /**
     * 
     */
    issuer?: string;
    /**
     * Not described here.
     */
    additional_data?: any | null;
}


/**
 * The payment. The types of its members are a guess.
 * @export
 * @interface CallbackPaymentDetails
 */
export interface CallbackPaymentDetails {
    /**
     * Rupiah.
     */
    amount?: any | null;
    /**
     * 
     */
    expired_time?: string;
    /**
     * 
     */
    transaction_description?: string;
    /**
     * Rupiah.
     */
    total_amount?: any | null;
    /**
     * 
     */
    paid_time?: string;
}
/**
 * The merchant's answer to a callback.
 * @export
 * @interface CallbackReceipt
 */
export interface CallbackReceipt {
    /**
     * 
     */
    message: CallbackReceiptMessageEnum;
}


/**
 * @export
 */
export const CallbackReceiptMessageEnum = {
    SUCCESS: 'SUCCESS',
} as const;
export type CallbackReceiptMessageEnum = typeof CallbackReceiptMessageEnum[keyof typeof CallbackReceiptMessageEnum];

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
 * The virtual account to create.
 * @export
 * @interface CreateRequest
 */
export interface CreateRequest {
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
     * 
     */
    currency: CreateRequestCurrencyEnum;
    /**
     * Creation spells it in lower case, cancelling in upper case.
     */
    payment_method: CreateRequestPaymentMethodEnum;
    /**
     * The bank through which the virtual account is paid. The list of banks is open-ended; `KnownPaymentChannel`
     * holds the names met in public. An answer may spell it in another letter case than the request (a guess).
     * 
     */
    payment_channel: string;
    /**
     * 
     */
    payment_details: PaymentDetails;
    /**
     * 
     */
    customer_details: CustomerDetails;
    /**
     * Not described here; passed on as it is.
     */
    item_details?: any | null;
    /**
     * Not described here; passed on as it is.
     */
    billing_address?: any | null;
    /**
     * Not described here; passed on as it is.
     */
    shipping_address?: any | null;
    /**
     * Not described here; passed on as it is.
     */
    additional_data?: any | null;
    /**
     * Where the gateway tells of payments.
     */
    callback_url: string;
}


/**
 * @export
 */
export const CreateRequestCurrencyEnum = {
    IDR: 'IDR',
} as const;
export type CreateRequestCurrencyEnum = typeof CreateRequestCurrencyEnum[keyof typeof CreateRequestCurrencyEnum];

/**
 * @export
 */
export const CreateRequestPaymentMethodEnum = {
    bank_transfer: 'bank_transfer',
} as const;
export type CreateRequestPaymentMethodEnum = typeof CreateRequestPaymentMethodEnum[keyof typeof CreateRequestPaymentMethodEnum];

/**
 * The created virtual account. All of it is a guess.
 * @export
 * @interface CreateSuccess
 */
export interface CreateSuccess {
    /**
     * Issued by the gateway at creation. A UUID in every published example; that it always is one is a guess, so
     * any printable text is taken. The bounds are ours, not the gateway's.
     * 
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
    payment_method?: PaymentMethodEcho;
    /**
     * The bank through which the virtual account is paid. The list of banks is open-ended; `KnownPaymentChannel`
     * holds the names met in public. An answer may spell it in another letter case than the request (a guess).
     * 
     */
    payment_channel?: string;
    /**
     * 
     */
    transaction_status?: TransactionStatus;
    /**
     * 
     */
    payment_details?: CreatedPaymentDetails;
    /**
     * 
     */
    response_code: CreateSuccessResponseCodeEnum;
}


/**
 * @export
 */
export const CreateSuccessResponseCodeEnum = {
    _00: '00',
} as const;
export type CreateSuccessResponseCodeEnum = typeof CreateSuccessResponseCodeEnum[keyof typeof CreateSuccessResponseCodeEnum];

/**
 * What the payer needs. A guess.
 * @export
 * @interface CreatedPaymentDetails
 */
export interface CreatedPaymentDetails {
    /**
     * 
     */
    va_number?: string;
    /**
     * 
     */
    amount?: number;
}
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
 * The payer.
 * @export
 * @interface CustomerDetails
 */
export interface CustomerDetails {
    /**
     * 
     */
    email: string;
    /**
     * 
     */
    full_name: string;
    /**
     * 
     */
    phone?: string;
}
/**
 * The virtual account to ask after. The same five members as for cancelling.
 * @export
 * @interface InquiryRequest
 */
export interface InquiryRequest {
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
 * The state of a virtual account. The documented answer has more members, for a multi-use one its last
 * payments; only these may be relied on, by analogy with the callback.
 * 
 * @export
 * @interface InquirySuccess
 */
export interface InquirySuccess {
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
    transaction_status: TransactionStatus;
    /**
     * 
     */
    response_code: InquirySuccessResponseCodeEnum;
}


/**
 * @export
 */
export const InquirySuccessResponseCodeEnum = {
    _00: '00',
} as const;
export type InquirySuccessResponseCodeEnum = typeof InquirySuccessResponseCodeEnum[keyof typeof InquirySuccessResponseCodeEnum];


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
 * The bank behind the gateway failed. The request may or may not have been carried out.
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
 * Single closed is CLOSED and not multi-use, multi closed CLOSED and multi-use, open OPEN and multi-use,
 * partial PARTIAL and multi-use. Open and multi-use virtual accounts live until they are cancelled.
 * 
 * @export
 * @interface PaymentDetails
 */
export interface PaymentDetails {
    /**
     * 
     */
    billing_name: string;
    /**
     * Only where the merchant chooses the number.
     */
    va_number?: string;
    /**
     * 
     */
    payment_system?: PaymentDetailsPaymentSystemEnum;
    /**
     * 
     */
    is_multi_use?: boolean;
    /**
     * Rupiah, at most 13 digits; 0 for an open virtual account.
     */
    amount: number;
    /**
     * ISO 8601 with milliseconds, in Jakarta's time.
     */
    expired_time?: string;
    /**
     * 
     */
    transaction_description: string;
}


/**
 * @export
 */
export const PaymentDetailsPaymentSystemEnum = {
    OPEN: 'OPEN',
    PARTIAL: 'PARTIAL',
    CLOSED: 'CLOSED',
} as const;
export type PaymentDetailsPaymentSystemEnum = typeof PaymentDetailsPaymentSystemEnum[keyof typeof PaymentDetailsPaymentSystemEnum];


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
 * The gateway failed. The request may or may not have been carried out.
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


/**
 * Every transaction status that the gateway documents. A virtual account is ACTIVE (also called REQUEST),
 * PAID (also called SUCCESS), PROCESSING, EXPIRED or CANCELED; the others are of its general table.
 * 
 * @export
 */
export const TransactionStatus = {
    ACTIVE: 'ACTIVE',
    REQUEST: 'REQUEST',
    PAID: 'PAID',
    SUCCESS: 'SUCCESS',
    PROCESSING: 'PROCESSING',
    EXPIRED: 'EXPIRED',
    CANCELED: 'CANCELED',
    FAILED: 'FAILED',
    REFUND_REQUESTED: 'REFUND_REQUESTED',
    PARTIAL_REFUND: 'PARTIAL_REFUND',
    REFUND_FAILED: 'REFUND_FAILED',
    REFUNDED: 'REFUNDED',
    VOID: 'VOID',
    REVERSED: 'REVERSED',
    PAYMENT_ERROR: 'PAYMENT ERROR',
    UNKNOWN: 'UNKNOWN',
    NEED_REVIEW: 'NEED_REVIEW',
    BLOCKED: 'BLOCKED',
    UNBLOCKED: 'UNBLOCKED',
} as const;
export type TransactionStatus = typeof TransactionStatus[keyof typeof TransactionStatus];

