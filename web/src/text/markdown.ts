// The safe Markdown subset of an item's text, as DOM nodes: paragraphs, emphasis, lists, quotes, code.
// Not here: HTML, images, links. What is not in the subset stays the text it is.

const DEPTH_MAX = 4;

/** Builds the nodes of a text. Only createElement and text nodes: no text ever becomes markup. */
export function render(text: string): DocumentFragment {
  const out = document.createDocumentFragment();
  blocks(text.replace(/\r\n?/g, '\n').split('\n'), out, 0);
  return out;
}

function blocks(lines: string[], into: Node, depth: number): void {
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
    } else if (line.startsWith('```')) {
      at = codeBlock(lines, at, into);
    } else if (/^\s{0,3}>/.test(line) && depth < DEPTH_MAX) {
      at = quote(lines, at, into, depth);
    } else if (/^\s{0,3}([-*]|\d{1,3}[.)])\s+\S/.test(line)) {
      at = list(lines, at, into);
    } else {
      at = paragraph(lines, at, into);
    }
  }
}

function codeBlock(lines: string[], start: number, into: Node): number {
  let end = start + 1;
  while (end < lines.length && !(lines[end] ?? '').startsWith('```')) end += 1;
  const code = document.createElement('code');
  code.textContent = lines.slice(start + 1, end).join('\n');
  const block = document.createElement('pre');
  block.append(code);
  into.appendChild(block);
  return end + 1;
}

function quote(lines: string[], start: number, into: Node, depth: number): number {
  let end = start;
  while (end < lines.length && /^\s{0,3}>/.test(lines[end] ?? '')) end += 1;
  const block = document.createElement('blockquote');
  blocks(lines.slice(start, end).map((line) => line.replace(/^\s{0,3}> ?/, '')), block, depth + 1);
  into.appendChild(block);
  return end;
}

function list(lines: string[], start: number, into: Node): number {
  const ordered = /^\s{0,3}\d/.test(lines[start] ?? '');
  const mark = ordered ? /^\s{0,3}\d{1,3}[.)]\s+(?=\S)/ : /^\s{0,3}[-*]\s+(?=\S)/;
  const block = document.createElement(ordered ? 'ol' : 'ul');
  if (ordered) (block as HTMLOListElement).start = Number.parseInt(lines[start] ?? '1', 10) || 1;
  let at = start;
  while (at < lines.length && mark.test(lines[at] ?? '')) {
    const row = document.createElement('li');
    inline((lines[at] ?? '').replace(mark, ''), row, 0);
    block.append(row);
    at += 1;
  }
  into.appendChild(block);
  return at;
}

function paragraph(lines: string[], start: number, into: Node): number {
  const block = document.createElement('p');
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const other = line.trim() === '' || line.startsWith('```') || /^\s{0,3}(>|([-*]|\d{1,3}[.)])\s+\S)/.test(line);
    if (at > start && other) break;
    if (at > start) block.append(document.createElement('br'));
    inline(line.trim(), block, 0);
    at += 1;
  }
  into.appendChild(block);
  return at;
}

const SPAN = /`([^`]+)`|\*\*(\S(?:[^*]*\S)?)\*\*|\*(\S(?:[^*]*\S)?)\*|(?<![\p{L}\d])_(\S(?:[^_]*\S)?)_(?![\p{L}\d])/u;

function inline(text: string, into: Node, depth: number): void {
  let rest = text;
  while (rest) {
    const match = depth < DEPTH_MAX ? SPAN.exec(rest) : null;
    if (!match) {
      into.appendChild(document.createTextNode(rest));
      return;
    }
    if (match.index > 0) into.appendChild(document.createTextNode(rest.slice(0, match.index)));
    const [whole, code, strong] = match;
    const node = document.createElement(code !== undefined ? 'code' : strong !== undefined ? 'strong' : 'em');
    if (code !== undefined) node.textContent = code;
    else inline(strong ?? match[3] ?? match[4] ?? '', node, depth + 1);
    into.appendChild(node);
    rest = rest.slice(match.index + whole.length);
  }
}
