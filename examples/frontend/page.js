/** The page: lists the scenarios of the contract, runs the chosen one, says what its outcome means. */
import { cancel, confirm } from './backend-stand-in.js';

// What a page should say for each outcome, and what the developer behind it should do.
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

const WAITING = {
  asking: { title: 'Cancelling …', text: 'This takes a moment.' },
  patience: {
    title: 'Still asking the bank …',
    text: 'It takes longer than usual. Please keep this page open.',
  },
};

/** @returns {{ title: string, text: string, advice: string }} */
function wordsFor({ outcome, answer }) {
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

const PATIENCE_MS = 1_000;
const DEADLINE_MS = 5_000;
/** How long the stand-in keeps an answer back, which the mock cannot. */
const SPEEDS = [
  { name: 'at once', holdBackMs: 0 },
  { name: 'late', detail: 'after 3 s', holdBackMs: 3_000 },
  { name: 'too late', detail: 'after 9 s; the page waits 5 s', holdBackMs: 9_000 },
];

const at = (id) => document.getElementById(id);
const mock = new URLSearchParams(location.search).get('mock') ?? 'http://127.0.0.1:4010';
const { requests, scenarios } = await (await fetch('scenarios.json')).json();
const cancelling = scenarios.filter(({ operation }) => operation === 'cancelVirtualAccount');
const settled = scenarios.find(({ name }) => name === 'inquireVirtualAccount 200 canceled');

function radio(group, value, title, detail) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: group, value });
  const text = document.createElement('span');
  text.append(Object.assign(document.createElement('span'), { textContent: title }));
  if (detail) text.append(Object.assign(document.createElement('small'), { textContent: detail }));
  label.append(input, text);
  return label;
}

function show({ title, text }, look) {
  const heading = Object.assign(document.createElement('strong'), { textContent: title });
  const paragraph = Object.assign(document.createElement('p'), { textContent: text });
  at('message').replaceChildren(heading, paragraph);
  at('message').dataset.look = look;
}

function showFacts(facts) {
  const rows = Object.entries(facts).filter(([, value]) => value !== undefined);
  at('facts').replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement('div');
      const term = Object.assign(document.createElement('dt'), { textContent: name });
      const definition = Object.assign(document.createElement('dd'), { textContent: value });
      row.append(term, definition);
      return row;
    }),
  );
}

const chosen = () => ({
  scenario: cancelling[at('choice').elements.scenario.value],
  speed: SPEEDS[at('choice').elements.speed.value],
});

/** How things stand before the button is pressed. */
function reset() {
  const { scenario } = chosen();
  show({ title: 'Waiting for your payment', text: 'You can still cancel.' }, 'open');
  showFacts({ Means: scenario.summary, Prefer: scenario.prefer });
  at('advice').textContent = '';
  at('cancel').hidden = false;
  at('check').hidden = true;
}

function showEnding(ending, { summary, prefer, statusKnown, bodyKnown }) {
  const { advice, ...words } = wordsFor(ending);
  show(words, ending.outcome);
  showFacts({
    Outcome: ending.outcome,
    Means: ending.answer && summary,
    Prefer: prefer,
    'HTTP status': ending.status && `${ending.status} (known by: ${statusKnown})`,
    Answer: ending.answer && `${JSON.stringify(ending.answer, null, 1)} (known by: ${bodyKnown})`,
    Why: ending.why,
  });
  at('advice').textContent = advice;
  at('cancel').hidden = true;
  at('check').hidden = ending.outcome !== 'unknown';
}

/** Runs `ask` with everything that could start another call switched off. */
async function busy(ask) {
  const controls = [...at('choice').elements, at('cancel'), at('check')];
  for (const control of controls) control.disabled = true;
  show(WAITING.asking, 'busy');
  const patience = setTimeout(() => show(WAITING.patience, 'busy'), PATIENCE_MS);
  try {
    return await ask();
  } finally {
    clearTimeout(patience);
    for (const control of controls) control.disabled = false;
  }
}

async function press() {
  const { scenario, speed } = chosen();
  const request = requests.cancelVirtualAccount;
  const options = { mock, request, prefer: scenario.prefer, deadlineMs: DEADLINE_MS, ...speed };
  showEnding(await busy(() => cancel(options)), scenario);
}

async function check() {
  const options = {
    mock,
    request: requests.inquireVirtualAccount,
    prefer: settled.prefer,
    deadlineMs: DEADLINE_MS,
  };
  showEnding(await busy(() => confirm(options)), settled);
}

const { body } = requests.cancelVirtualAccount;
at('mock').textContent = mock;
at('order').textContent = body.order_id;
at('bank').textContent = body.payment_channel;
cancelling.forEach(({ summary, status, name }, index) =>
  at('scenarios').append(radio('scenario', index, summary, `${status} ${name.split(' ').at(-1)}`)),
);
SPEEDS.forEach(({ name, detail }, index) => at('speeds').append(radio('speed', index, name, detail)));
at('choice').elements.scenario[0].checked = true;
at('choice').elements.speed[0].checked = true;
at('choice').addEventListener('change', reset);
at('cancel').addEventListener('click', press);
at('check').addEventListener('click', check);
reset();
