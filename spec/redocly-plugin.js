// Rules and a decorator of this project's own. See https://redocly.com/docs/cli/custom-plugins

const LEVELS = ['page', 'docs', 'sdk', 'seen', 'guess'];

/** Every schema, header, parameter, answer, example, server and operation says how it is known. */
function known() {
  const check = (node, ctx) => {
    const said = [node['x-known'], ...Object.values(node['x-known-parts'] ?? {})];
    for (const level of [...said, ...Object.values(node['x-known-values'] ?? {})]) {
      if (LEVELS.includes(level)) continue;
      ctx.report({ message: `x-known must be one of ${LEVELS.join(', ')}, not ${level}.` });
    }
    for (const keyword of node['x-unstated'] ?? []) {
      if (keyword in node && node['x-known-parts']?.[keyword] === 'guess') continue;
      ctx.report({ message: `x-unstated lists ${keyword}, which is no keyword here whose part is a guess.` });
    }
    for (const value of node['x-known-values'] ? node.enum : []) {
      if (node['x-known-values'][value]) continue;
      ctx.report({ message: `x-known-values lacks the enum's value ${value}.` });
    }
  };
  return {
    Server: check,
    Operation: check,
    Parameter: check,
    RequestBody: check,
    Response: check,
    Header: check,
    Example: check,
    Schema: check,
    SecurityScheme: check,
  };
}

/** What Dredd and Prism trip on: status ranges are dropped by Dredd, a 422 overrules the 400 in Prism. */
function toolTraps() {
  return {
    Responses(node, ctx) {
      for (const status of Object.keys(node)) {
        if (/^[1-5]XX$/i.test(status)) ctx.report({ message: `Dredd drops ${status}; name each status.` });
        if (status === '422') ctx.report({ message: 'Prism answers 422 instead of 400 when both exist.' });
      }
    },
    MediaType(node, ctx) {
      if (!node.examples) ctx.report({ message: 'Every media type has named examples.' });
    },
    Schema(node, ctx) {
      if (node.pattern === undefined) return;
      try {
        new RegExp(node.pattern, 'u');
      } catch (error) {
        ctx.report({ message: `Prism silently drops a body check whose pattern fails: ${error.message}` });
      }
    },
  };
}

/** Removes what the signing transport adds by itself: header parameters and credentials. */
function removeSuppliedParameters() {
  return {
    Operation: {
      leave(operation) {
        delete operation.parameters;
        delete operation.security;
      },
    },
    Components: {
      leave(components) {
        delete components.parameters;
        delete components.securitySchemes;
      },
    },
  };
}

export default function plugin() {
  return {
    id: 'va',
    rules: { oas3: { known, 'tool-traps': toolTraps } },
    decorators: { oas3: { 'remove-supplied-parameters': removeSuppliedParameters } },
  };
}
