/**
 * One character or class each that a gateway may take or refuse by mistake. Written apart from the cases'
 * own table of characters, which it puts to the test; so are the neighbours of every range, which are
 * computed from the pattern.
 */
export const characterKinds: Record<string, string> = {
  'word characters': '\\w',
  'word characters and dash': '[\\w-]',
  'any letter': '\\p{L}',
  'any digit': '\\p{Nd}',
  'any blank': '\\s',
  'any printable ASCII': '[ -~]',
  'any that is not ASCII': '[^\\x00-\\x7F]',
  'any control character': '\\p{Cc}',
  'any surrogate': '[\\uD800-\\uDFFF]',
  'anything but a line break': '.',
  anything: '[^]',
  'lower case': '[a-z]',
  'upper case': '[A-Z]',
  digits: '[0-9]',
  dash: '-',
  underscore: '_',
  dot: '\\.',
  slash: '\\/',
  colon: ':',
  space: ' ',
  tab: '\\t',
  'line break': '\\n',
  'carriage return': '\\r',
  'NUL character': '\\0',
  'quotation mark': '"',
  backslash: '\\\\',
  'no-break space': '\\u00A0',
  é: '\\u00E9',
  'full-width digit': '\\uFF11',
  emoji: '\\p{Extended_Pictographic}',
};
