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
var func2 = require_ucs2length().default;
var pattern0 = new RegExp("^[A-Za-z0-9-]+$", "u");
var pattern2 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.external_id === void 0) {
      const err0 = { instancePath, keyword: "required", params: { missingProperty: "external_id" } };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.order_id === void 0) {
      const err1 = { instancePath, keyword: "required", params: { missingProperty: "order_id" } };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.transaction_id === void 0) {
      const err2 = { instancePath, keyword: "required", params: { missingProperty: "transaction_id" } };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.payment_method === void 0) {
      const err3 = { instancePath, keyword: "required", params: { missingProperty: "payment_method" } };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.payment_channel === void 0) {
      const err4 = { instancePath, keyword: "required", params: { missingProperty: "payment_channel" } };
      if (vErrors === null) {
        vErrors = [err4];
      } else {
        vErrors.push(err4);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === "external_id" || key0 === "order_id" || key0 === "transaction_id" || key0 === "payment_method" || key0 === "payment_channel")) {
        const err5 = { instancePath, keyword: "additionalProperties", params: { additionalProperty: key0 } };
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
          const err6 = { instancePath: instancePath + "/external_id", keyword: "maxLength", params: { limit: 64 } };
          if (vErrors === null) {
            vErrors = [err6];
          } else {
            vErrors.push(err6);
          }
          errors++;
        }
        if (func2(data0) < 1) {
          const err7 = { instancePath: instancePath + "/external_id", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
        if (!pattern0.test(data0)) {
          const err8 = { instancePath: instancePath + "/external_id", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
      } else {
        const err9 = { instancePath: instancePath + "/external_id", keyword: "type", params: { type: "string" } };
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
          const err10 = { instancePath: instancePath + "/order_id", keyword: "maxLength", params: { limit: 25 } };
          if (vErrors === null) {
            vErrors = [err10];
          } else {
            vErrors.push(err10);
          }
          errors++;
        }
        if (func2(data1) < 1) {
          const err11 = { instancePath: instancePath + "/order_id", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err11];
          } else {
            vErrors.push(err11);
          }
          errors++;
        }
        if (!pattern0.test(data1)) {
          const err12 = { instancePath: instancePath + "/order_id", keyword: "pattern", params: { pattern: "^[A-Za-z0-9-]+$" } };
          if (vErrors === null) {
            vErrors = [err12];
          } else {
            vErrors.push(err12);
          }
          errors++;
        }
      } else {
        const err13 = { instancePath: instancePath + "/order_id", keyword: "type", params: { type: "string" } };
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
          const err14 = { instancePath: instancePath + "/transaction_id", keyword: "maxLength", params: { limit: 128 } };
          if (vErrors === null) {
            vErrors = [err14];
          } else {
            vErrors.push(err14);
          }
          errors++;
        }
        if (func2(data2) < 1) {
          const err15 = { instancePath: instancePath + "/transaction_id", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err15];
          } else {
            vErrors.push(err15);
          }
          errors++;
        }
        if (!pattern2.test(data2)) {
          const err16 = { instancePath: instancePath + "/transaction_id", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
          if (vErrors === null) {
            vErrors = [err16];
          } else {
            vErrors.push(err16);
          }
          errors++;
        }
      } else {
        const err17 = { instancePath: instancePath + "/transaction_id", keyword: "type", params: { type: "string" } };
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
        const err18 = { instancePath: instancePath + "/payment_method", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
      if (!(data3 === "BANK_TRANSFER")) {
        const err19 = { instancePath: instancePath + "/payment_method", keyword: "enum", params: { allowedValues: schema15.enum } };
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
          const err20 = { instancePath: instancePath + "/payment_channel", keyword: "maxLength", params: { limit: 50 } };
          if (vErrors === null) {
            vErrors = [err20];
          } else {
            vErrors.push(err20);
          }
          errors++;
        }
        if (func2(data4) < 1) {
          const err21 = { instancePath: instancePath + "/payment_channel", keyword: "minLength", params: { limit: 1 } };
          if (vErrors === null) {
            vErrors = [err21];
          } else {
            vErrors.push(err21);
          }
          errors++;
        }
        if (!pattern2.test(data4)) {
          const err22 = { instancePath: instancePath + "/payment_channel", keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
          if (vErrors === null) {
            vErrors = [err22];
          } else {
            vErrors.push(err22);
          }
          errors++;
        }
      } else {
        const err23 = { instancePath: instancePath + "/payment_channel", keyword: "type", params: { type: "string" } };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
    }
  } else {
    const err24 = { instancePath, keyword: "type", params: { type: "object" } };
    if (vErrors === null) {
      vErrors = [err24];
    } else {
      vErrors.push(err24);
    }
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
    if (func2(data) > 128) {
      const err0 = { instancePath, keyword: "maxLength", params: { limit: 128 } };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (func2(data) < 1) {
      const err1 = { instancePath, keyword: "minLength", params: { limit: 1 } };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (!pattern2.test(data)) {
      const err2 = { instancePath, keyword: "pattern", params: { pattern: "^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$" } };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
  } else {
    const err3 = { instancePath, keyword: "type", params: { type: "string" } };
    if (vErrors === null) {
      vErrors = [err3];
    } else {
      vErrors.push(err3);
    }
    errors++;
  }
  validate11.errors = vErrors;
  return errors === 0;
}

// compiled:answers
var validateCancelSuccess = validate102;
var func22 = require_ucs2length().default;
var pattern02 = new RegExp("^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$", "u");
function validate102(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (errors === 0) {
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing0;
      if (data.transaction_id === void 0 && (missing0 = "transaction_id") || data.external_id === void 0 && (missing0 = "external_id") || data.order_id === void 0 && (missing0 = "order_id") || data.payment_method === void 0 && (missing0 = "payment_method") || data.payment_channel === void 0 && (missing0 = "payment_channel") || data.transaction_status === void 0 && (missing0 = "transaction_status") || data.response_code === void 0 && (missing0 = "response_code")) {
        return false;
      } else {
        if (data.transaction_id !== void 0) {
          let data0 = data.transaction_id;
          const _errs1 = errors;
          const _errs2 = errors;
          if (errors === _errs2) {
            if (typeof data0 === "string") {
              if (func22(data0) < 1) {
                return false;
              }
            } else {
              return false;
            }
          }
          var valid0 = _errs1 === errors;
        } else {
          var valid0 = true;
        }
        if (valid0) {
          if (data.external_id !== void 0) {
            let data1 = data.external_id;
            const _errs4 = errors;
            const _errs5 = errors;
            if (errors === _errs5) {
              if (typeof data1 === "string") {
                if (func22(data1) < 1) {
                  return false;
                }
              } else {
                return false;
              }
            }
            var valid0 = _errs4 === errors;
          } else {
            var valid0 = true;
          }
          if (valid0) {
            if (data.order_id !== void 0) {
              let data2 = data.order_id;
              const _errs7 = errors;
              const _errs8 = errors;
              if (errors === _errs8) {
                if (typeof data2 === "string") {
                  if (func22(data2) < 1) {
                    return false;
                  }
                } else {
                  return false;
                }
              }
              var valid0 = _errs7 === errors;
            } else {
              var valid0 = true;
            }
            if (valid0) {
              if (data.payment_method !== void 0) {
                let data3 = data.payment_method;
                const _errs10 = errors;
                if (typeof data3 !== "string") {
                  return false;
                }
                if (!(data3 === "BANK_TRANSFER" || data3 === "bank_transfer")) {
                  return false;
                }
                var valid0 = _errs10 === errors;
              } else {
                var valid0 = true;
              }
              if (valid0) {
                if (data.payment_channel !== void 0) {
                  let data4 = data.payment_channel;
                  const _errs13 = errors;
                  const _errs14 = errors;
                  if (errors === _errs14) {
                    if (typeof data4 === "string") {
                      if (func22(data4) > 50) {
                        return false;
                      } else {
                        if (func22(data4) < 1) {
                          return false;
                        } else {
                          if (!pattern02.test(data4)) {
                            return false;
                          }
                        }
                      }
                    } else {
                      return false;
                    }
                  }
                  var valid0 = _errs13 === errors;
                } else {
                  var valid0 = true;
                }
                if (valid0) {
                  if (data.transaction_status !== void 0) {
                    let data5 = data.transaction_status;
                    const _errs16 = errors;
                    if (typeof data5 !== "string") {
                      return false;
                    }
                    if (!(data5 === "CANCELED")) {
                      return false;
                    }
                    var valid0 = _errs16 === errors;
                  } else {
                    var valid0 = true;
                  }
                  if (valid0) {
                    if (data.response_code !== void 0) {
                      let data6 = data.response_code;
                      const _errs18 = errors;
                      if (typeof data6 !== "string") {
                        return false;
                      }
                      if (!(data6 === "00")) {
                        return false;
                      }
                      var valid0 = _errs18 === errors;
                    } else {
                      var valid0 = true;
                    }
                  }
                }
              }
            }
          }
        }
      }
    } else {
      return false;
    }
  }
  return errors === 0;
}
var validateInquirySuccess = validate112;
function validate112(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (errors === 0) {
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing0;
      if (data.transaction_id === void 0 && (missing0 = "transaction_id") || data.external_id === void 0 && (missing0 = "external_id") || data.order_id === void 0 && (missing0 = "order_id") || data.payment_method === void 0 && (missing0 = "payment_method") || data.payment_channel === void 0 && (missing0 = "payment_channel") || data.transaction_status === void 0 && (missing0 = "transaction_status") || data.response_code === void 0 && (missing0 = "response_code")) {
        return false;
      } else {
        if (data.transaction_id !== void 0) {
          let data0 = data.transaction_id;
          const _errs1 = errors;
          const _errs2 = errors;
          if (errors === _errs2) {
            if (typeof data0 === "string") {
              if (func22(data0) < 1) {
                return false;
              }
            } else {
              return false;
            }
          }
          var valid0 = _errs1 === errors;
        } else {
          var valid0 = true;
        }
        if (valid0) {
          if (data.external_id !== void 0) {
            let data1 = data.external_id;
            const _errs4 = errors;
            const _errs5 = errors;
            if (errors === _errs5) {
              if (typeof data1 === "string") {
                if (func22(data1) < 1) {
                  return false;
                }
              } else {
                return false;
              }
            }
            var valid0 = _errs4 === errors;
          } else {
            var valid0 = true;
          }
          if (valid0) {
            if (data.order_id !== void 0) {
              let data2 = data.order_id;
              const _errs7 = errors;
              const _errs8 = errors;
              if (errors === _errs8) {
                if (typeof data2 === "string") {
                  if (func22(data2) < 1) {
                    return false;
                  }
                } else {
                  return false;
                }
              }
              var valid0 = _errs7 === errors;
            } else {
              var valid0 = true;
            }
            if (valid0) {
              if (data.payment_method !== void 0) {
                let data3 = data.payment_method;
                const _errs10 = errors;
                if (typeof data3 !== "string") {
                  return false;
                }
                if (!(data3 === "BANK_TRANSFER" || data3 === "bank_transfer")) {
                  return false;
                }
                var valid0 = _errs10 === errors;
              } else {
                var valid0 = true;
              }
              if (valid0) {
                if (data.payment_channel !== void 0) {
                  let data4 = data.payment_channel;
                  const _errs13 = errors;
                  const _errs14 = errors;
                  if (errors === _errs14) {
                    if (typeof data4 === "string") {
                      if (func22(data4) > 50) {
                        return false;
                      } else {
                        if (func22(data4) < 1) {
                          return false;
                        } else {
                          if (!pattern02.test(data4)) {
                            return false;
                          }
                        }
                      }
                    } else {
                      return false;
                    }
                  }
                  var valid0 = _errs13 === errors;
                } else {
                  var valid0 = true;
                }
                if (valid0) {
                  if (data.transaction_status !== void 0) {
                    let data5 = data.transaction_status;
                    const _errs16 = errors;
                    if (typeof data5 !== "string") {
                      return false;
                    }
                    if (!(data5 === "ACTIVE" || data5 === "REQUEST" || data5 === "PAID" || data5 === "SUCCESS" || data5 === "PROCESSING" || data5 === "EXPIRED" || data5 === "CANCELED" || data5 === "FAILED" || data5 === "REFUND_REQUESTED" || data5 === "PARTIAL_REFUND" || data5 === "REFUND_FAILED" || data5 === "REFUNDED" || data5 === "VOID" || data5 === "REVERSED" || data5 === "PAYMENT ERROR" || data5 === "UNKNOWN" || data5 === "NEED_REVIEW" || data5 === "BLOCKED" || data5 === "UNBLOCKED")) {
                      return false;
                    }
                    var valid0 = _errs16 === errors;
                  } else {
                    var valid0 = true;
                  }
                  if (valid0) {
                    if (data.response_code !== void 0) {
                      let data6 = data.response_code;
                      const _errs19 = errors;
                      if (typeof data6 !== "string") {
                        return false;
                      }
                      if (!(data6 === "00")) {
                        return false;
                      }
                      var valid0 = _errs19 === errors;
                    } else {
                      var valid0 = true;
                    }
                  }
                }
              }
            }
          }
        }
      }
    } else {
      return false;
    }
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
