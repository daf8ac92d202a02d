/** Lines of a terminal with their colours as an SVG picture: what docs/images shows is drawn by the program itself. */

const COLORS: Readonly<Record<string, string>> = { '31': '#ff6b6b', '32': '#7bd88f', '33': '#e5c07b', '36': '#5cc8d7' };

/** The picture of a terminal of so many columns. */
export function terminalSvg(lines: readonly string[], columns: number): string {
  const width = columns * LETTER + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const rows = lines.map((text, index) => `<text y="${MARGIN + (index + 1) * LINE - 5}" xml:space="preserve">${spans(text)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#d8dbe0">\n<rect width="${width}" height="${height}" rx="8" fill="#16181d"/>\n${rows.join('\n')}\n</svg>\n`;
}

/** One span for each run of one colour, at its own column, so that another font cannot move what follows. */
function spans(text: string): string {
  let column = 0;
  const style = new Set<string>();
  // oxlint-disable-next-line no-control-regex -- the escape of colours is what is looked for
  return text.split(/(\u001b\[[\d;]*m)/).map((part) => {
    // oxlint-disable-next-line no-control-regex -- as above
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) {
      apply(style, code);
      return '';
    }
    const from = column;
    column += Array.from(part).length;
    return part.trim() === '' ? '' : `<tspan x="${MARGIN + from * LETTER}" textLength="${Array.from(part).length * LETTER}"${attributes(style)}>${escape(part)}</tspan>`;
  }).join('');
}

function apply(style: Set<string>, code: string): void {
  if (code === '22') {
    style.delete('1');
    style.delete('2');
  } else if (code === '24') style.delete('4');
  else if (code === '39') for (const color of Object.keys(COLORS)) style.delete(color);
  else style.add(code);
}

function attributes(style: ReadonlySet<string>): string {
  const color = [...style].map((code) => COLORS[code]).find((found) => found !== undefined);
  return `${color === undefined ? '' : ` fill="${color}"`}${style.has('1') ? ' font-weight="bold"' : ''}${style.has('2') ? ' opacity=".6"' : ''}${style.has('4') ? ' text-decoration="underline"' : ''}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const LETTER = 8.4;
const LINE = 19;
const MARGIN = 14;
