// The Markdown subset becomes the nodes it should, and nothing else ever becomes markup.
import { describe, expect, it } from 'vitest';
import { render } from './markdown';

const html = (text: string) => {
  const holder = document.createElement('div');
  holder.append(render(text));
  return holder.innerHTML;
};

describe('markdown', () => {
  const cases: [string, string][] = [
    ['one\n\ntwo', '<p>one</p><p>two</p>'],
    ['one\ntwo', '<p>one<br>two</p>'],
    ['a *b* **c** `d`', '<p>a <em>b</em> <strong>c</strong> <code>d</code></p>'],
    ['**a *b* c**', '<p>**a <em>b</em> c**</p>'],
    ['snake_case_name stays', '<p>snake_case_name stays</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['> a\n> - b', '<blockquote><p>a</p><ul><li>b</li></ul></blockquote>'],
    ['```\n*a* <b>\n```', '<pre><code>*a* &lt;b&gt;</code></pre>'],
    ['5 * 3 * 2', '<p>5 * 3 * 2</p>'],
    ['[x](https://example.org)', '<p>[x](https://example.org)</p>'],
    ['', ''],
  ];
  it.each(cases)('%j', (text, expected) => expect(html(text)).toBe(expected));

  it('leaves every attempt at markup as text', () => {
    for (const attack of ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '> <svg onload=alert(1)>', '- <a href="javascript:1">x</a>', '`<i>`']) {
      const holder = document.createElement('div');
      holder.append(render(attack));
      expect(holder.querySelector('script, img, svg, a, i')).toBeNull();
      expect(holder.textContent).toContain('<');
    }
  });

  it('ends on any text, also a deep or a long one', () => {
    expect(html('>'.repeat(5000)).length).toBeGreaterThan(0);
    expect(html('*'.repeat(20_000)).length).toBeGreaterThan(0);
    expect(html('- '.repeat(5000)).length).toBeGreaterThan(0);
  });
});
