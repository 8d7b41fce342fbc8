// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    function ucs2length(str) {
      const len = str.length;
      let length = 0;
      let pos = 0;
      let value;
      while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 55296 && value <= 56319 && pos < len) {
          value = str.charCodeAt(pos);
          if ((value & 64512) === 56320)
            pos++;
        }
      }
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// compiled:requests
var validateCancelRequest = validate10;
var schema15 = { "type": "string", "enum": ["BANK_TRANSFER"] };
var func0 = Object.prototype.hasOwnProperty;
var func51 = require_ucs2length().default;
var pattern0 = new RegExp("^[A-Za-z0-9-]+$", "u");
var pattern2 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.external_id === void 0 || !func0.call(data, "external_id")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "external_id" } });
      errors++;
    }
    if (data.order_id === void 0 || !func0.call(data, "order_id")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "order_id" } });
      errors++;
    }
    if (data.transaction_id === void 0 || !func0.call(data, "transaction_id")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "transaction_id" } });
      errors++;
    }
    if (data.payment_method === void 0 || !func0.call(data, "payment_method")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "payment_method" } });
      errors++;
    }
    if (data.payment_channel === void 0 || !func0.call(data, "payment_channel")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "payment_channel" } });
      errors++;
    }
    for (const key0 of Object.keys(data)) {
      if (!(key0 === "external_id" || key0 === "order_id" || key0 === "transaction_id" || key0 === "payment_method" || key0 === "payment_channel")) {
        (vErrors ??= []).push({ instancePath, keyword: "additionalProperties", params: { additionalProperty: key0 } });
        errors++;
      }
    }
    if (data.external_id !== void 0 && func0.call(data, "external_id")) {
      let data0 = data.external_id;
      if (typeof data0 === "string") {
        if (func51(data0) > 64) {
          (vErrors ??= []).push({ instancePath: instancePath + "/external_id", keyword: "maxLength", params: { limit: 64 } });
          errors++;
        }
        if (func51(data0) < 1) {
          (vErrors ??= []).push({ instancePath: instancePath + "/external_id", keyword: "minLength", params: { limit: 1 } });
          errors++;
        }
        if (!pattern0.test(data0)) {
          (vErrors ??= []).push({ instancePath: instancePath + "/external_id", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } });
          errors++;
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/external_id", keyword: "type", params: { type: "string" } });
        errors++;
      }
    }
    if (data.order_id !== void 0 && func0.call(data, "order_id")) {
      let data1 = data.order_id;
      if (typeof data1 === "string") {
        if (func51(data1) > 25) {
          (vErrors ??= []).push({ instancePath: instancePath + "/order_id", keyword: "maxLength", params: { limit: 25 } });
          errors++;
        }
        if (func51(data1) < 1) {
          (vErrors ??= []).push({ instancePath: instancePath + "/order_id", keyword: "minLength", params: { limit: 1 } });
          errors++;
        }
        if (!pattern0.test(data1)) {
          (vErrors ??= []).push({ instancePath: instancePath + "/order_id", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } });
          errors++;
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/order_id", keyword: "type", params: { type: "string" } });
        errors++;
      }
    }
    if (data.transaction_id !== void 0 && func0.call(data, "transaction_id")) {
      let data2 = data.transaction_id;
      if (typeof data2 === "string") {
        if (func51(data2) > 128) {
          (vErrors ??= []).push({ instancePath: instancePath + "/transaction_id", keyword: "maxLength", params: { limit: 128 } });
          errors++;
        }
        if (func51(data2) < 1) {
          (vErrors ??= []).push({ instancePath: instancePath + "/transaction_id", keyword: "minLength", params: { limit: 1 } });
          errors++;
        }
        if (!pattern2.test(data2)) {
          (vErrors ??= []).push({ instancePath: instancePath + "/transaction_id", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } });
          errors++;
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/transaction_id", keyword: "type", params: { type: "string" } });
        errors++;
      }
    }
    if (data.payment_method !== void 0 && func0.call(data, "payment_method")) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_method", keyword: "type", params: { type: "string" } });
        errors++;
      }
      if (!(data3 === "BANK_TRANSFER")) {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_method", keyword: "enum", params: { allowedValues: schema15.enum } });
        errors++;
      }
    }
    if (data.payment_channel !== void 0 && func0.call(data, "payment_channel")) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func51(data4) > 50) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_channel", keyword: "maxLength", params: { limit: 50 } });
          errors++;
        }
        if (func51(data4) < 1) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_channel", keyword: "minLength", params: { limit: 1 } });
          errors++;
        }
        if (!pattern2.test(data4)) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_channel", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } });
          errors++;
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_channel", keyword: "type", params: { type: "string" } });
        errors++;
      }
    }
  } else {
    (vErrors ??= []).push({ instancePath, keyword: "type", params: { type: "object" } });
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
var validateTransactionId = validate11;
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (typeof data === "string") {
    if (func51(data) > 128) {
      (vErrors ??= []).push({ instancePath, keyword: "maxLength", params: { limit: 128 } });
      errors++;
    }
    if (func51(data) < 1) {
      (vErrors ??= []).push({ instancePath, keyword: "minLength", params: { limit: 1 } });
      errors++;
    }
    if (!pattern2.test(data)) {
      (vErrors ??= []).push({ instancePath, keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } });
      errors++;
    }
  } else {
    (vErrors ??= []).push({ instancePath, keyword: "type", params: { type: "string" } });
    errors++;
  }
  validate11.errors = vErrors;
  return errors === 0;
}

// compiled:answers
var validateCancelSuccess = validate102;
var func02 = Object.prototype.hasOwnProperty;
var func53 = require_ucs2length().default;
var pattern02 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
function validate102(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.transaction_id === void 0 || !func02.call(data, "transaction_id")) {
      return false;
    }
    if (data.external_id === void 0 || !func02.call(data, "external_id")) {
      return false;
    }
    if (data.order_id === void 0 || !func02.call(data, "order_id")) {
      return false;
    }
    if (data.payment_method === void 0 || !func02.call(data, "payment_method")) {
      return false;
    }
    if (data.payment_channel === void 0 || !func02.call(data, "payment_channel")) {
      return false;
    }
    if (data.transaction_status === void 0 || !func02.call(data, "transaction_status")) {
      return false;
    }
    if (data.response_code === void 0 || !func02.call(data, "response_code")) {
      return false;
    }
    if (data.transaction_id !== void 0 && func02.call(data, "transaction_id")) {
      let data0 = data.transaction_id;
      if (typeof data0 === "string") {
        if (func53(data0) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.external_id !== void 0 && func02.call(data, "external_id")) {
      let data1 = data.external_id;
      if (typeof data1 === "string") {
        if (func53(data1) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.order_id !== void 0 && func02.call(data, "order_id")) {
      let data2 = data.order_id;
      if (typeof data2 === "string") {
        if (func53(data2) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.payment_method !== void 0 && func02.call(data, "payment_method")) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        return false;
      }
      if (!(data3 === "BANK_TRANSFER" || data3 === "bank_transfer")) {
        return false;
      }
    }
    if (data.payment_channel !== void 0 && func02.call(data, "payment_channel")) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func53(data4) > 50) {
          return false;
        }
        if (func53(data4) < 1) {
          return false;
        }
        if (!pattern02.test(data4)) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.transaction_status !== void 0 && func02.call(data, "transaction_status")) {
      let data5 = data.transaction_status;
      if (typeof data5 !== "string") {
        return false;
      }
      if (!(data5 === "CANCELED")) {
        return false;
      }
    }
    if (data.response_code !== void 0 && func02.call(data, "response_code")) {
      let data6 = data.response_code;
      if (typeof data6 !== "string") {
        return false;
      }
      if (!(data6 === "00")) {
        return false;
      }
    }
  } else {
    return false;
  }
  return errors === 0;
}
var validateInquirySuccess = validate112;
function validate112(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.transaction_id === void 0 || !func02.call(data, "transaction_id")) {
      return false;
    }
    if (data.external_id === void 0 || !func02.call(data, "external_id")) {
      return false;
    }
    if (data.order_id === void 0 || !func02.call(data, "order_id")) {
      return false;
    }
    if (data.payment_method === void 0 || !func02.call(data, "payment_method")) {
      return false;
    }
    if (data.payment_channel === void 0 || !func02.call(data, "payment_channel")) {
      return false;
    }
    if (data.transaction_status === void 0 || !func02.call(data, "transaction_status")) {
      return false;
    }
    if (data.response_code === void 0 || !func02.call(data, "response_code")) {
      return false;
    }
    if (data.transaction_id !== void 0 && func02.call(data, "transaction_id")) {
      let data0 = data.transaction_id;
      if (typeof data0 === "string") {
        if (func53(data0) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.external_id !== void 0 && func02.call(data, "external_id")) {
      let data1 = data.external_id;
      if (typeof data1 === "string") {
        if (func53(data1) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.order_id !== void 0 && func02.call(data, "order_id")) {
      let data2 = data.order_id;
      if (typeof data2 === "string") {
        if (func53(data2) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.payment_method !== void 0 && func02.call(data, "payment_method")) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        return false;
      }
      if (!(data3 === "BANK_TRANSFER" || data3 === "bank_transfer")) {
        return false;
      }
    }
    if (data.payment_channel !== void 0 && func02.call(data, "payment_channel")) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func53(data4) > 50) {
          return false;
        }
        if (func53(data4) < 1) {
          return false;
        }
        if (!pattern02.test(data4)) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.transaction_status !== void 0 && func02.call(data, "transaction_status")) {
      let data5 = data.transaction_status;
      if (typeof data5 !== "string") {
        return false;
      }
      if (!(data5 === "ACTIVE" || data5 === "REQUEST" || data5 === "PAID" || data5 === "SUCCESS" || data5 === "PROCESSING" || data5 === "EXPIRED" || data5 === "CANCELED" || data5 === "FAILED" || data5 === "REFUND_REQUESTED" || data5 === "PARTIAL_REFUND" || data5 === "REFUND_FAILED" || data5 === "REFUNDED" || data5 === "VOID" || data5 === "REVERSED" || data5 === "PAYMENT ERROR" || data5 === "UNKNOWN" || data5 === "NEED_REVIEW" || data5 === "BLOCKED" || data5 === "UNBLOCKED")) {
        return false;
      }
    }
    if (data.response_code !== void 0 && func02.call(data, "response_code")) {
      let data6 = data.response_code;
      if (typeof data6 !== "string") {
        return false;
      }
      if (!(data6 === "00")) {
        return false;
      }
    }
  } else {
    return false;
  }
  return errors === 0;
}

// <stdin>
var cancelVirtualAccount = {
  isRequest: validateCancelRequest,
  isSuccess: validateCancelSuccess,
  examples: { "/external_id": "39482906889734", "/order_id": "13499387088062", "/transaction_id": "604b987e-8e51-4470-9a18-6d8b58b45472", "/payment_method": "BANK_TRANSFER", "/payment_channel": "BCA-POLYTRON" }
};
var membersOfCancelRequest = { "external_id": "string", "order_id": "string", "transaction_id": "string", "payment_method": "string", "payment_channel": "string" };
var inquireVirtualAccount = {
  isRequest: validateCancelRequest,
  isSuccess: validateInquirySuccess,
  examples: { "/external_id": "39482906889734", "/order_id": "13499387088062", "/transaction_id": "604b987e-8e51-4470-9a18-6d8b58b45472", "/payment_method": "BANK_TRANSFER", "/payment_channel": "BCA-POLYTRON" }
};
var membersOfInquiryRequest = { "external_id": "string", "order_id": "string", "transaction_id": "string", "payment_method": "string", "payment_channel": "string" };
var isTransactionId = validateTransactionId;
export {
  cancelVirtualAccount,
  inquireVirtualAccount,
  isTransactionId,
  membersOfCancelRequest,
  membersOfInquiryRequest
};
