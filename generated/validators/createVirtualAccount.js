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
var validateCreateRequest = validate10;
var schema11 = { "type": "object", "additionalProperties": false, "required": ["external_id", "order_id", "currency", "payment_method", "payment_channel", "payment_details", "customer_details", "callback_url"], "properties": { "external_id": { "$ref": "ExternalId" }, "order_id": { "$ref": "OrderId" }, "currency": { "type": "string", "enum": ["IDR"] }, "payment_method": { "type": "string", "enum": ["bank_transfer"] }, "payment_channel": { "$ref": "PaymentChannel" }, "payment_details": { "$ref": "PaymentDetails" }, "customer_details": { "$ref": "CustomerDetails" }, "item_details": {}, "billing_address": {}, "shipping_address": {}, "additional_data": {}, "callback_url": { "type": "string", "minLength": 1, "pattern": "^https?://[!-~]+$" } } };
var schema15 = { "type": "object", "additionalProperties": false, "required": ["billing_name", "amount", "transaction_description"], "properties": { "billing_name": { "type": "string", "minLength": 1, "maxLength": 100 }, "va_number": { "type": "string", "minLength": 1, "maxLength": 12, "pattern": "^[0-9]+$" }, "payment_system": { "type": "string", "enum": ["OPEN", "PARTIAL", "CLOSED"], "default": "CLOSED" }, "is_multi_use": { "type": "boolean", "default": false }, "amount": { "type": "integer", "minimum": 0, "maximum": 9999999999999 }, "expired_time": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\+07:00$" }, "transaction_description": { "type": "string", "minLength": 1, "maxLength": 100 } } };
var func0 = Object.prototype.hasOwnProperty;
var func55 = require_ucs2length().default;
var pattern0 = new RegExp("^[A-Za-z0-9-]+$", "u");
var pattern2 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
var pattern3 = new RegExp("^[0-9]+$", "u");
var pattern4 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\+07:00$", "u");
var pattern5 = new RegExp("^[^@\\s]+@[^@\\s]+$", "u");
var pattern6 = new RegExp("^[0-9]{8,15}$", "u");
var pattern7 = new RegExp("^https?://[!-~]+$", "u");
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
    if (data.currency === void 0 || !func0.call(data, "currency")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "currency" } });
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
    if (data.payment_details === void 0 || !func0.call(data, "payment_details")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "payment_details" } });
      errors++;
    }
    if (data.customer_details === void 0 || !func0.call(data, "customer_details")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "customer_details" } });
      errors++;
    }
    if (data.callback_url === void 0 || !func0.call(data, "callback_url")) {
      (vErrors ??= []).push({ instancePath, keyword: "required", params: { missingProperty: "callback_url" } });
      errors++;
    }
    for (const key0 of Object.keys(data)) {
      if (!func0.call(schema11.properties, key0)) {
        (vErrors ??= []).push({ instancePath, keyword: "additionalProperties", params: { additionalProperty: key0 } });
        errors++;
      }
    }
    if (data.external_id !== void 0 && func0.call(data, "external_id")) {
      let data0 = data.external_id;
      if (typeof data0 === "string") {
        if (func55(data0) > 64) {
          (vErrors ??= []).push({ instancePath: instancePath + "/external_id", keyword: "maxLength", params: { limit: 64 } });
          errors++;
        }
        if (func55(data0) < 1) {
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
        if (func55(data1) > 25) {
          (vErrors ??= []).push({ instancePath: instancePath + "/order_id", keyword: "maxLength", params: { limit: 25 } });
          errors++;
        }
        if (func55(data1) < 1) {
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
    if (data.currency !== void 0 && func0.call(data, "currency")) {
      let data2 = data.currency;
      if (typeof data2 !== "string") {
        (vErrors ??= []).push({ instancePath: instancePath + "/currency", keyword: "type", params: { type: "string" } });
        errors++;
      }
      if (!(data2 === "IDR")) {
        (vErrors ??= []).push({ instancePath: instancePath + "/currency", keyword: "enum", params: { allowedValues: schema11.properties.currency.enum } });
        errors++;
      }
    }
    if (data.payment_method !== void 0 && func0.call(data, "payment_method")) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_method", keyword: "type", params: { type: "string" } });
        errors++;
      }
      if (!(data3 === "bank_transfer")) {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_method", keyword: "enum", params: { allowedValues: schema11.properties.payment_method.enum } });
        errors++;
      }
    }
    if (data.payment_channel !== void 0 && func0.call(data, "payment_channel")) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func55(data4) > 50) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_channel", keyword: "maxLength", params: { limit: 50 } });
          errors++;
        }
        if (func55(data4) < 1) {
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
    if (data.payment_details !== void 0 && func0.call(data, "payment_details")) {
      let data5 = data.payment_details;
      if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
        if (data5.billing_name === void 0 || !func0.call(data5, "billing_name")) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_details", keyword: "required", params: { missingProperty: "billing_name" } });
          errors++;
        }
        if (data5.amount === void 0 || !func0.call(data5, "amount")) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_details", keyword: "required", params: { missingProperty: "amount" } });
          errors++;
        }
        if (data5.transaction_description === void 0 || !func0.call(data5, "transaction_description")) {
          (vErrors ??= []).push({ instancePath: instancePath + "/payment_details", keyword: "required", params: { missingProperty: "transaction_description" } });
          errors++;
        }
        for (const key1 of Object.keys(data5)) {
          if (!(key1 === "billing_name" || key1 === "va_number" || key1 === "payment_system" || key1 === "is_multi_use" || key1 === "amount" || key1 === "expired_time" || key1 === "transaction_description")) {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details", keyword: "additionalProperties", params: { additionalProperty: key1 } });
            errors++;
          }
        }
        if (data5.billing_name !== void 0 && func0.call(data5, "billing_name")) {
          let data6 = data5.billing_name;
          if (typeof data6 === "string") {
            if (func55(data6) > 100) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/billing_name", keyword: "maxLength", params: { limit: 100 } });
              errors++;
            }
            if (func55(data6) < 1) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/billing_name", keyword: "minLength", params: { limit: 1 } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/billing_name", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
        if (data5.va_number !== void 0 && func0.call(data5, "va_number")) {
          let data7 = data5.va_number;
          if (typeof data7 === "string") {
            if (func55(data7) > 12) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/va_number", keyword: "maxLength", params: { limit: 12 } });
              errors++;
            }
            if (func55(data7) < 1) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/va_number", keyword: "minLength", params: { limit: 1 } });
              errors++;
            }
            if (!pattern3.test(data7)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/va_number", keyword: "pattern", params: { pattern: "^[0-9]+$" } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/va_number", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
        if (data5.payment_system !== void 0 && func0.call(data5, "payment_system")) {
          let data8 = data5.payment_system;
          if (typeof data8 !== "string") {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/payment_system", keyword: "type", params: { type: "string" } });
            errors++;
          }
          if (!(data8 === "OPEN" || data8 === "PARTIAL" || data8 === "CLOSED")) {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/payment_system", keyword: "enum", params: { allowedValues: schema15.properties.payment_system.enum } });
            errors++;
          }
        }
        if (data5.is_multi_use !== void 0 && func0.call(data5, "is_multi_use")) {
          if (typeof data5.is_multi_use !== "boolean") {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/is_multi_use", keyword: "type", params: { type: "boolean" } });
            errors++;
          }
        }
        if (data5.amount !== void 0 && func0.call(data5, "amount")) {
          let data10 = data5.amount;
          if (!(typeof data10 == "number" && (!(data10 % 1) && !isNaN(data10)) && isFinite(data10))) {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/amount", keyword: "type", params: { type: "integer" } });
            errors++;
          }
          if (typeof data10 == "number" && isFinite(data10)) {
            if (data10 > 9999999999999 || isNaN(data10)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/amount", keyword: "maximum", params: { comparison: "<=", limit: 9999999999999 } });
              errors++;
            }
            if (data10 < 0 || isNaN(data10)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/amount", keyword: "minimum", params: { comparison: ">=", limit: 0 } });
              errors++;
            }
          }
        }
        if (data5.expired_time !== void 0 && func0.call(data5, "expired_time")) {
          let data11 = data5.expired_time;
          if (typeof data11 === "string") {
            if (!pattern4.test(data11)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/expired_time", keyword: "pattern", params: { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\+07:00$" } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/expired_time", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
        if (data5.transaction_description !== void 0 && func0.call(data5, "transaction_description")) {
          let data12 = data5.transaction_description;
          if (typeof data12 === "string") {
            if (func55(data12) > 100) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/transaction_description", keyword: "maxLength", params: { limit: 100 } });
              errors++;
            }
            if (func55(data12) < 1) {
              (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/transaction_description", keyword: "minLength", params: { limit: 1 } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/payment_details/transaction_description", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/payment_details", keyword: "type", params: { type: "object" } });
        errors++;
      }
    }
    if (data.customer_details !== void 0 && func0.call(data, "customer_details")) {
      let data13 = data.customer_details;
      if (data13 && typeof data13 == "object" && !Array.isArray(data13)) {
        if (data13.email === void 0 || !func0.call(data13, "email")) {
          (vErrors ??= []).push({ instancePath: instancePath + "/customer_details", keyword: "required", params: { missingProperty: "email" } });
          errors++;
        }
        if (data13.full_name === void 0 || !func0.call(data13, "full_name")) {
          (vErrors ??= []).push({ instancePath: instancePath + "/customer_details", keyword: "required", params: { missingProperty: "full_name" } });
          errors++;
        }
        for (const key2 of Object.keys(data13)) {
          if (!(key2 === "email" || key2 === "full_name" || key2 === "phone")) {
            (vErrors ??= []).push({ instancePath: instancePath + "/customer_details", keyword: "additionalProperties", params: { additionalProperty: key2 } });
            errors++;
          }
        }
        if (data13.email !== void 0 && func0.call(data13, "email")) {
          let data14 = data13.email;
          if (typeof data14 === "string") {
            if (func55(data14) > 255) {
              (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/email", keyword: "maxLength", params: { limit: 255 } });
              errors++;
            }
            if (!pattern5.test(data14)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/email", keyword: "pattern", params: { pattern: "^[^@\\s]+@[^@\\s]+$" } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/email", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
        if (data13.full_name !== void 0 && func0.call(data13, "full_name")) {
          let data15 = data13.full_name;
          if (typeof data15 === "string") {
            if (func55(data15) > 100) {
              (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/full_name", keyword: "maxLength", params: { limit: 100 } });
              errors++;
            }
            if (func55(data15) < 1) {
              (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/full_name", keyword: "minLength", params: { limit: 1 } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/full_name", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
        if (data13.phone !== void 0 && func0.call(data13, "phone")) {
          let data16 = data13.phone;
          if (typeof data16 === "string") {
            if (!pattern6.test(data16)) {
              (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/phone", keyword: "pattern", params: { pattern: "^[0-9]{8,15}$" } });
              errors++;
            }
          } else {
            (vErrors ??= []).push({ instancePath: instancePath + "/customer_details/phone", keyword: "type", params: { type: "string" } });
            errors++;
          }
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/customer_details", keyword: "type", params: { type: "object" } });
        errors++;
      }
    }
    if (data.callback_url !== void 0 && func0.call(data, "callback_url")) {
      let data17 = data.callback_url;
      if (typeof data17 === "string") {
        if (func55(data17) < 1) {
          (vErrors ??= []).push({ instancePath: instancePath + "/callback_url", keyword: "minLength", params: { limit: 1 } });
          errors++;
        }
        if (!pattern7.test(data17)) {
          (vErrors ??= []).push({ instancePath: instancePath + "/callback_url", keyword: "pattern", params: { pattern: "^https?://[!-~]+$" } });
          errors++;
        }
      } else {
        (vErrors ??= []).push({ instancePath: instancePath + "/callback_url", keyword: "type", params: { type: "string" } });
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

// compiled:answers
var validateCreateSuccess = validate102;
var func02 = Object.prototype.hasOwnProperty;
var func50 = require_ucs2length().default;
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
    if (data.response_code === void 0 || !func02.call(data, "response_code")) {
      return false;
    }
    if (data.transaction_id !== void 0 && func02.call(data, "transaction_id")) {
      let data0 = data.transaction_id;
      if (typeof data0 === "string") {
        if (func50(data0) > 128) {
          return false;
        }
        if (func50(data0) < 1) {
          return false;
        }
        if (!pattern02.test(data0)) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.external_id !== void 0 && func02.call(data, "external_id")) {
      let data1 = data.external_id;
      if (typeof data1 === "string") {
        if (func50(data1) < 1) {
          return false;
        }
      } else {
        return false;
      }
    }
    if (data.order_id !== void 0 && func02.call(data, "order_id")) {
      let data2 = data.order_id;
      if (typeof data2 === "string") {
        if (func50(data2) < 1) {
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
        if (func50(data4) > 50) {
          return false;
        }
        if (func50(data4) < 1) {
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
    if (data.payment_details !== void 0 && func02.call(data, "payment_details")) {
      let data6 = data.payment_details;
      if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
        if (data6.va_number !== void 0 && func02.call(data6, "va_number")) {
          let data7 = data6.va_number;
          if (typeof data7 === "string") {
            if (func50(data7) < 1) {
              return false;
            }
          } else {
            return false;
          }
        }
        if (data6.amount !== void 0 && func02.call(data6, "amount")) {
          let data8 = data6.amount;
          if (!(typeof data8 == "number" && (!(data8 % 1) && !isNaN(data8)) && isFinite(data8))) {
            return false;
          }
          if (typeof data8 == "number" && isFinite(data8)) {
            if (data8 < 0 || isNaN(data8)) {
              return false;
            }
          }
        }
      } else {
        return false;
      }
    }
    if (data.response_code !== void 0 && func02.call(data, "response_code")) {
      let data9 = data.response_code;
      if (typeof data9 !== "string") {
        return false;
      }
      if (!(data9 === "00")) {
        return false;
      }
    }
  } else {
    return false;
  }
  return errors === 0;
}

// <stdin>
var createVirtualAccount = {
  isRequest: validateCreateRequest,
  isSuccess: validateCreateSuccess,
  examples: { "/external_id": "39482906889735", "/order_id": "13499387088062", "/currency": "IDR", "/payment_method": "bank_transfer", "/payment_channel": "BCA-POLYTRON", "/payment_details/billing_name": "Fake Payer", "/payment_details/va_number": "880012345678", "/payment_details/payment_system": "CLOSED", "/payment_details/is_multi_use": false, "/payment_details/amount": 15e4, "/payment_details/expired_time": "2030-01-31T23:59:59.000+07:00", "/payment_details/transaction_description": "Invented order", "/customer_details/email": "payer@example.com", "/customer_details/full_name": "Fake Payer", "/customer_details/phone": "081200000000", "/callback_url": "https://merchant.example.com/callback" }
};
var membersOfCreateRequest = { "external_id": "string", "order_id": "string", "currency": "string", "payment_method": "string", "payment_channel": "string", "payment_details": "object", "customer_details": "object", "callback_url": "string" };
export {
  createVirtualAccount,
  membersOfCreateRequest
};
