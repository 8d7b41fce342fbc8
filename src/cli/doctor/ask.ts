import { createVaClient } from '../../client.js';
import { isVaError, type Outcome, type VaError } from '../../errors.js';
import { readClientOptions, type Environment } from '../environment.js';
import { untilInterrupted } from '../terminal.js';
import { fail, ok, warn, type Check } from './check.js';

const NAME = 'inquiry';

/** What was asked, and the outcome if it told nothing good. */
export interface Asked {
  check: Check;
  outcome?: Outcome;
}

/**
 * Sends one signed inquiry about ids made up at random, so that they name nobody's virtual account. It only reads.
 * That the gateway looks at credentials and signature before it looks for the ids is a guess, and so is which
 * answer it gives.
 */
export async function askGateway(env: Environment, timeoutMs: number): Promise<Asked> {
  const id = crypto.randomUUID();
  const client = createVaClient({ ...readClientOptions(env), timeoutMs });
  try {
    await untilInterrupted((signal) =>
      client.inquire(
        {
          external_id: `doctor-${id}`,
          order_id: `doctor-${id.slice(0, 8)}`,
          transaction_id: crypto.randomUUID(),
          payment_method: 'BANK_TRANSFER',
          payment_channel: 'BCA-POLYTRON',
        },
        { signal },
      ),
    );
  } catch (error) {
    if (!isVaError(error)) throw error;
    return judge(error);
  }
  const todo = 'Whatever answers there is perhaps not the gateway; check the base URL.';
  return { check: warn(NAME, 'found a virtual account that cannot exist', todo) };
}

function judge({ code, outcome, responseCode, status }: VaError): Asked {
  const answer = `${responseCode ?? ''} with HTTP ${status}`.trim();
  const check = fail(NAME, `refused: ${answer}`, 'The gateway knows no such merchant id with this secret.');
  switch (code) {
    case 'not_found': {
      const says = `${answer}, "not found", as it should; so the credentials seem accepted (a guess: nobody knows that the gateway checks them first)`;
      return { check: ok(NAME, says) };
    }
    case 'unauthorized':
      return { check, outcome };
    case 'invalid_signature':
      return { check: { ...check, do: 'Check the hash key; a sub-merchant has its own.' }, outcome };
    case 'invalid_parameter': {
      const todo = 'Try `ifortepay-va inquire` with ids of yours.';
      return { check: warn(NAME, `${answer}: this says nothing about the credentials`, todo) };
    }
    default: {
      const says = `told nothing about the credentials: ${code}${status ? `, ${answer}` : ''}`;
      return { check: fail(NAME, says, 'Ask again later; an inquiry changes nothing.'), outcome };
    }
  }
}
