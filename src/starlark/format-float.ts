// Floats as text. Like the reference: at most six decimals once the exponent reaches six, always a sign or a dot, so
// that a float never looks like an int.

/** What `str` and `repr` show: `1.0`, `0.25`, `1e+10`, `+inf`. */
export function formatCompact(value: number, exponentMark: 'e' | 'E' = 'e'): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (Math.abs(exponent) >= precision) return formatScientific(value, exponentMark, { trimZeros: true });
  if (Number.isInteger(value)) return `${Object.is(value, -0) ? '-0' : String(value)}.0`;
  return String(value);
}

/** `%e`: six decimals and an exponent of at least two digits. */
export function formatScientific(
  value: number,
  exponentMark: 'e' | 'E',
  options: { readonly trimZeros: boolean },
): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const [digits = '0', exponent = '+0'] = value.toExponential(precision).split('e');
  const mantissa = options.trimZeros ? digits.replace(/\.?0+$/, '') : digits;
  const sign = exponent.startsWith('-') ? '-' : '+';
  const power = exponent.replace(/^[-+]/, '').padStart(2, '0');
  return `${Object.is(value, -0) ? '-' : ''}${mantissa}${exponentMark}${sign}${power}`;
}

/** `%f`: six decimals. */
export function formatDecimal(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const text =
    Math.abs(value) < 1e21 ? value.toFixed(precision) : `${BigInt(value)}.${'0'.repeat(precision)}`;
  return Object.is(value, -0) ? `-${text}` : text;
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? '+inf' : '-inf';
}

const precision = 6;
