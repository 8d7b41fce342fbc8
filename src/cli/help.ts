const ENVIRONMENT = `
Environment (credentials are never options: those show in ps and in history):
  IFORTEPAY_MERCHANT_ID        the merchant id
  IFORTEPAY_SECRET_UNBOUND_ID  the secret_unbound_id
  IFORTEPAY_HASH_KEY           the hash_key; a sub-merchant has its own
  IFORTEPAY_SUB_MERCHANT_ID    only for a sub-merchant: its submerchant_name
  IFORTEPAY_ENV                staging or production; or, instead of it,
  IFORTEPAY_BASE_URL           the base URL of another gateway or a sandbox
  NO_COLOR, FORCE_COLOR        no colours; colours where there is no terminal
`;

/** What every help says, at most 80 columns. */
export const HELP = `${ENVIRONMENT}
Exit codes:
  0  done
  2  usage: an option, a variable or a file is wrong; nothing was sent
  3  refused: the gateway said no; this call changed nothing
  4  not sent: it provably never left
  5  unknown: it may have been carried out; ask (confirm) before trying again
  1  is left to crashes`;

/** Of a command that prints while it runs. */
export const EVENTS = `
With --json one event a line (NDJSON); the last is
{"event":"end","exitCode":…,"counts":{…}}, whatever happens.
`;

/** The same of the commands about many. */
export const MANY_HELP = `${ENVIRONMENT}  IFORTEPAY_DATABASE           as --database, so that a password shows nowhere

Exit codes:
  0  all are done
  2  usage: an option, a variable or the file is wrong; nothing was sent
  3  all are settled, and some are refused or were rejected
  4  nothing could be sent
  5  some are neither done nor refused; the same command goes on, and asks first
  1 is left to crashes`;

const SANDBOX = `
Example, against the sandbox (make sandbox) and its invented credentials:
  export IFORTEPAY_MERCHANT_ID=FAKE0000000001
  export IFORTEPAY_SECRET_UNBOUND_ID=0xfake00000000000001
  export IFORTEPAY_HASH_KEY=fake-hash-key-for-tests-only
  export IFORTEPAY_BASE_URL=http://127.0.0.1:4020`;

const IDS = `\\
    --external-id 39482906889734 --order-id 13499387088062 \\
    --transaction-id 604b987e-8e51-4470-9a18-6d8b58b45472 --channel BCA-POLYTRON`;

const ACCOUNTS = `echo external_id,order_id,transaction_id,payment_channel > accounts.csv
  echo 39482906889734,13499387088062,604b987e-8e51-4470-9a18-6d8b58b45472,\\
BCA-POLYTRON >> accounts.csv`;

/** The example of each subcommand. Tests run every one. */
export const EXAMPLES = {
  cancel: `  ifortepay-va cancel ${IDS}`,
  inquire: `  ifortepay-va inquire ${IDS}`,
  confirm: `  ifortepay-va cancel --json \\
    --external-id sandbox-cancel-drop --order-id sandbox-cancel-drop \\
    --transaction-id 00000000-0000-4000-8000-000000000018 \\
    --channel BCA-POLYTRON > outcome.json ||
    ifortepay-va confirm --file outcome.json`,
  sign: `  ifortepay-va sign --external-id 39482906889734 --order-id 13499387088062`,
  'verify-callback': `  printf %s '{"external_id":"39482906889734","order_id":"13499387088062",
    "transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472"}' |
    ifortepay-va verify-callback --header \\
    50da9641aa08d77d53efc3a7ca238f01be21641973a5521d32076a82d6e46f73`,
  doctor: `  ifortepay-va doctor`,
  'cancel-many': `  ${ACCOUNTS}
  ifortepay-va cancel-many accounts.csv --ledger run.db --yes`,
  'many status': '  ifortepay-va many status --ledger run.db',
  'many report': '  ifortepay-va many report --ledger run.db --out report.html',
  'many work': '  ifortepay-va many work --database postgres://merchant@db.example.com/shop',
  'many retry': '  ifortepay-va many retry --ledger run.db --yes',
} as const;

/** The text after the options of a subcommand; of the command itself, with the example of `cancel`. */
export const helpAfter = (name: keyof typeof EXAMPLES = 'cancel', more = '', help = HELP) =>
  `${more}${help}\n${SANDBOX}\n${EXAMPLES[name]}`;

/** An option too long for the list of options. */
export const BEYOND_LIMITS = `
For a virtual account whose own ids break the documented limits:
  --dangerously-allow-ids-beyond-documented-limits
`;
