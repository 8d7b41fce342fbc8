/** What a page should say for each outcome, and what the developer behind it should do. */

const OURS = {
  title: 'We could not cancel it',
  text: 'The virtual account was not cancelled. The mistake is ours, not yours, and we have been told.',
};

const REFUSED = {
  '01': {
    ...OURS,
    advice: 'A member of the request is wrong. Your backend logs which; trying again is no use.',
  },
  '02': {
    title: 'We cannot find this virtual account',
    text: 'The bank does not know it, so nothing was cancelled. Please reload your order.',
    advice: 'The ids are not those that the gateway knows. Compare them with the stored ones.',
  },
  '04': {
    ...OURS,
    advice: 'The credentials of your backend are wrong. No customer can do anything about it.',
  },
  99: { ...OURS, advice: 'The signature is wrong: look at the hash key of your backend.' },
};

export const WAITING = {
  asking: { title: 'Cancelling …', text: 'This takes a moment.' },
  patience: {
    title: 'Still asking the bank …',
    text: 'It takes longer than usual. Please keep this page open.',
  },
};

/** @returns {{ title: string, text: string, advice: string }} */
export function wordsFor({ outcome, answer }) {
  if (outcome === 'done')
    return {
      title: 'Cancelled',
      text: 'This virtual account can no longer be paid.',
      advice: 'Done. Go on: offer another way to pay, or end the order.',
    };
  if (outcome === 'refused') return REFUSED[answer.response_code];
  return {
    title: 'We do not know yet',
    text: 'It may be cancelled or not. We are finding out. Please do not pay into it until we know.',
    advice:
      'Never say cancelled, never say failed, and never offer to cancel again. Your backend stores the error and asks ' +
      'with client.confirm(error) until it is settled; the page may ask your backend again.',
  };
}
