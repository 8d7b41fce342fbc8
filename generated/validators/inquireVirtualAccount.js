// Written by spec/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
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

// <stdin>
var validateInquiryRequest = validate12;
var schema15 = { "type": "string", "enum": ["BANK_TRANSFER"] };
var func2 = require_ucs2length().default;
var pattern0 = new RegExp("^[A-Za-z0-9-]+$", "u");
var pattern2 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
function validate12(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.external_id === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "external_id" } };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.order_id === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "order_id" } };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.transaction_id === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "transaction_id" } };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.payment_method === void 0) {
      const err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "payment_method" } };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.payment_channel === void 0) {
      const err4 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "payment_channel" } };
      if (vErrors === null) {
        vErrors = [err4];
      } else {
        vErrors.push(err4);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === "external_id" || key0 === "order_id" || key0 === "transaction_id" || key0 === "payment_method" || key0 === "payment_channel")) {
        const err5 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
    }
    if (data.external_id !== void 0) {
      let data0 = data.external_id;
      if (typeof data0 === "string") {
        if (func2(data0) > 64) {
          const err6 = { instancePath: instancePath + "/external_id", schemaPath: "ExternalId/maxLength", keyword: "maxLength", params: { limit: 64 } };
          if (vErrors === null) {
            vErrors = [err6];
          } else {
            vErrors.push(err6);
          }
          errors++;
        }
        if (func2(data0) < 1) {
          const err7 = { instancePath: instancePath + "/external_id", schemaPath: "ExternalId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
        if (!pattern0.test(data0)) {
          const err8 = { instancePath: instancePath + "/external_id", schemaPath: "ExternalId/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
      } else {
        const err9 = { instancePath: instancePath + "/external_id", schemaPath: "ExternalId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
    }
    if (data.order_id !== void 0) {
      let data1 = data.order_id;
      if (typeof data1 === "string") {
        if (func2(data1) > 25) {
          const err10 = { instancePath: instancePath + "/order_id", schemaPath: "OrderId/maxLength", keyword: "maxLength", params: { limit: 25 } };
          if (vErrors === null) {
            vErrors = [err10];
          } else {
            vErrors.push(err10);
          }
          errors++;
        }
        if (func2(data1) < 1) {
          const err11 = { instancePath: instancePath + "/order_id", schemaPath: "OrderId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err11];
          } else {
            vErrors.push(err11);
          }
          errors++;
        }
        if (!pattern0.test(data1)) {
          const err12 = { instancePath: instancePath + "/order_id", schemaPath: "OrderId/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } };
          if (vErrors === null) {
            vErrors = [err12];
          } else {
            vErrors.push(err12);
          }
          errors++;
        }
      } else {
        const err13 = { instancePath: instancePath + "/order_id", schemaPath: "OrderId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err13];
        } else {
          vErrors.push(err13);
        }
        errors++;
      }
    }
    if (data.transaction_id !== void 0) {
      let data2 = data.transaction_id;
      if (typeof data2 === "string") {
        if (func2(data2) > 128) {
          const err14 = { instancePath: instancePath + "/transaction_id", schemaPath: "TransactionId/maxLength", keyword: "maxLength", params: { limit: 128 } };
          if (vErrors === null) {
            vErrors = [err14];
          } else {
            vErrors.push(err14);
          }
          errors++;
        }
        if (func2(data2) < 1) {
          const err15 = { instancePath: instancePath + "/transaction_id", schemaPath: "TransactionId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err15];
          } else {
            vErrors.push(err15);
          }
          errors++;
        }
        if (!pattern2.test(data2)) {
          const err16 = { instancePath: instancePath + "/transaction_id", schemaPath: "TransactionId/pattern", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
          if (vErrors === null) {
            vErrors = [err16];
          } else {
            vErrors.push(err16);
          }
          errors++;
        }
      } else {
        const err17 = { instancePath: instancePath + "/transaction_id", schemaPath: "TransactionId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err17];
        } else {
          vErrors.push(err17);
        }
        errors++;
      }
    }
    if (data.payment_method !== void 0) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        const err18 = { instancePath: instancePath + "/payment_method", schemaPath: "PaymentMethod/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
      if (!(data3 === "BANK_TRANSFER")) {
        const err19 = { instancePath: instancePath + "/payment_method", schemaPath: "PaymentMethod/enum", keyword: "enum", params: { allowedValues: schema15.enum } };
        if (vErrors === null) {
          vErrors = [err19];
        } else {
          vErrors.push(err19);
        }
        errors++;
      }
    }
    if (data.payment_channel !== void 0) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func2(data4) > 50) {
          const err20 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/maxLength", keyword: "maxLength", params: { limit: 50 } };
          if (vErrors === null) {
            vErrors = [err20];
          } else {
            vErrors.push(err20);
          }
          errors++;
        }
        if (func2(data4) < 1) {
          const err21 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err21];
          } else {
            vErrors.push(err21);
          }
          errors++;
        }
        if (!pattern2.test(data4)) {
          const err22 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/pattern", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
          if (vErrors === null) {
            vErrors = [err22];
          } else {
            vErrors.push(err22);
          }
          errors++;
        }
      } else {
        const err23 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
    }
  } else {
    const err24 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
    if (vErrors === null) {
      vErrors = [err24];
    } else {
      vErrors.push(err24);
    }
    errors++;
  }
  validate12.errors = vErrors;
  return errors === 0;
}
var validateInquirySuccess = validate13;
var schema29 = { "type": "object", "required": ["transaction_id", "external_id", "order_id", "payment_method", "payment_channel", "transaction_status", "response_code"], "properties": { "transaction_id": { "$ref": "EchoedId" }, "external_id": { "$ref": "EchoedId" }, "order_id": { "$ref": "EchoedId" }, "payment_method": { "$ref": "PaymentMethodEcho" }, "payment_channel": { "$ref": "PaymentChannel" }, "transaction_status": { "$ref": "TransactionStatus" }, "response_code": { "type": "string", "enum": ["00"] } } };
var schema21 = { "type": "string", "enum": ["BANK_TRANSFER", "bank_transfer"] };
var schema35 = { "type": "string", "enum": ["ACTIVE", "REQUEST", "PAID", "SUCCESS", "PROCESSING", "EXPIRED", "CANCELED", "FAILED", "REFUND_REQUESTED", "PARTIAL_REFUND", "REFUND_FAILED", "REFUNDED", "VOID", "REVERSED", "PAYMENT ERROR", "UNKNOWN", "NEED_REVIEW", "BLOCKED", "UNBLOCKED"] };
function validate13(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.transaction_id === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "transaction_id" } };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.external_id === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "external_id" } };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.order_id === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "order_id" } };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.payment_method === void 0) {
      const err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "payment_method" } };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.payment_channel === void 0) {
      const err4 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "payment_channel" } };
      if (vErrors === null) {
        vErrors = [err4];
      } else {
        vErrors.push(err4);
      }
      errors++;
    }
    if (data.transaction_status === void 0) {
      const err5 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "transaction_status" } };
      if (vErrors === null) {
        vErrors = [err5];
      } else {
        vErrors.push(err5);
      }
      errors++;
    }
    if (data.response_code === void 0) {
      const err6 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "response_code" } };
      if (vErrors === null) {
        vErrors = [err6];
      } else {
        vErrors.push(err6);
      }
      errors++;
    }
    if (data.transaction_id !== void 0) {
      let data0 = data.transaction_id;
      if (typeof data0 === "string") {
        if (func2(data0) < 1) {
          const err7 = { instancePath: instancePath + "/transaction_id", schemaPath: "EchoedId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
      } else {
        const err8 = { instancePath: instancePath + "/transaction_id", schemaPath: "EchoedId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
    if (data.external_id !== void 0) {
      let data1 = data.external_id;
      if (typeof data1 === "string") {
        if (func2(data1) < 1) {
          const err9 = { instancePath: instancePath + "/external_id", schemaPath: "EchoedId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err9];
          } else {
            vErrors.push(err9);
          }
          errors++;
        }
      } else {
        const err10 = { instancePath: instancePath + "/external_id", schemaPath: "EchoedId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err10];
        } else {
          vErrors.push(err10);
        }
        errors++;
      }
    }
    if (data.order_id !== void 0) {
      let data2 = data.order_id;
      if (typeof data2 === "string") {
        if (func2(data2) < 1) {
          const err11 = { instancePath: instancePath + "/order_id", schemaPath: "EchoedId/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err11];
          } else {
            vErrors.push(err11);
          }
          errors++;
        }
      } else {
        const err12 = { instancePath: instancePath + "/order_id", schemaPath: "EchoedId/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err12];
        } else {
          vErrors.push(err12);
        }
        errors++;
      }
    }
    if (data.payment_method !== void 0) {
      let data3 = data.payment_method;
      if (typeof data3 !== "string") {
        const err13 = { instancePath: instancePath + "/payment_method", schemaPath: "PaymentMethodEcho/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err13];
        } else {
          vErrors.push(err13);
        }
        errors++;
      }
      if (!(data3 === "BANK_TRANSFER" || data3 === "bank_transfer")) {
        const err14 = { instancePath: instancePath + "/payment_method", schemaPath: "PaymentMethodEcho/enum", keyword: "enum", params: { allowedValues: schema21.enum } };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
    }
    if (data.payment_channel !== void 0) {
      let data4 = data.payment_channel;
      if (typeof data4 === "string") {
        if (func2(data4) > 50) {
          const err15 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/maxLength", keyword: "maxLength", params: { limit: 50 } };
          if (vErrors === null) {
            vErrors = [err15];
          } else {
            vErrors.push(err15);
          }
          errors++;
        }
        if (func2(data4) < 1) {
          const err16 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/minLength", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err16];
          } else {
            vErrors.push(err16);
          }
          errors++;
        }
        if (!pattern2.test(data4)) {
          const err17 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/pattern", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
          if (vErrors === null) {
            vErrors = [err17];
          } else {
            vErrors.push(err17);
          }
          errors++;
        }
      } else {
        const err18 = { instancePath: instancePath + "/payment_channel", schemaPath: "PaymentChannel/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
    }
    if (data.transaction_status !== void 0) {
      let data5 = data.transaction_status;
      if (typeof data5 !== "string") {
        const err19 = { instancePath: instancePath + "/transaction_status", schemaPath: "TransactionStatus/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err19];
        } else {
          vErrors.push(err19);
        }
        errors++;
      }
      if (!(data5 === "ACTIVE" || data5 === "REQUEST" || data5 === "PAID" || data5 === "SUCCESS" || data5 === "PROCESSING" || data5 === "EXPIRED" || data5 === "CANCELED" || data5 === "FAILED" || data5 === "REFUND_REQUESTED" || data5 === "PARTIAL_REFUND" || data5 === "REFUND_FAILED" || data5 === "REFUNDED" || data5 === "VOID" || data5 === "REVERSED" || data5 === "PAYMENT ERROR" || data5 === "UNKNOWN" || data5 === "NEED_REVIEW" || data5 === "BLOCKED" || data5 === "UNBLOCKED")) {
        const err20 = { instancePath: instancePath + "/transaction_status", schemaPath: "TransactionStatus/enum", keyword: "enum", params: { allowedValues: schema35.enum } };
        if (vErrors === null) {
          vErrors = [err20];
        } else {
          vErrors.push(err20);
        }
        errors++;
      }
    }
    if (data.response_code !== void 0) {
      let data6 = data.response_code;
      if (typeof data6 !== "string") {
        const err21 = { instancePath: instancePath + "/response_code", schemaPath: "#/properties/response_code/type", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err21];
        } else {
          vErrors.push(err21);
        }
        errors++;
      }
      if (!(data6 === "00")) {
        const err22 = { instancePath: instancePath + "/response_code", schemaPath: "#/properties/response_code/enum", keyword: "enum", params: { allowedValues: schema29.properties.response_code.enum } };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
    }
  } else {
    const err23 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
    if (vErrors === null) {
      vErrors = [err23];
    } else {
      vErrors.push(err23);
    }
    errors++;
  }
  validate13.errors = vErrors;
  return errors === 0;
}
export {
  validateInquiryRequest,
  validateInquirySuccess
};
