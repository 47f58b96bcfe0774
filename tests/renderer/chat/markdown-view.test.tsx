// @vitest-environment happy-dom
import '../support/renders.ts'; // ahead of React
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it } from 'vitest';
import { Markdown } from '../../../renderer/chat/markdown-view.tsx';
import { hide, show } from '../support/render.tsx';
import { rendersOf } from '../support/renders.ts';

afterEach(hide);

describe('Markdown', () => {
  it('puts whatever a model writes on the page as text', async () => {
    const source =
      '<img src=x onerror=alert(1)> **<script>alert(2)</script>** [click](javascript:alert(3))\n\n```html\n<iframe src="http://x">\n```\n\n# <svg onload=alert(4)>';
    const { root, text } = await show(<Markdown source={source} />);
    expect(root.querySelectorAll('img, script, iframe, a, [onload], [onerror]')).toHaveLength(0);
    expect(root.querySelectorAll('svg[onload]')).toHaveLength(0);
    expect(text()).toContain('<img src=x onerror=alert(1)> <script>alert(2)</script> click (javascript:alert(3))');
    expect(text()).toContain('<iframe src="http://x">');
  });

  it('offers to copy code', async () => {
    const { find } = await show(<Markdown source={'```\nx = 1\n```'} />);
    expect(find('button', 'Copy code')).toBeTruthy();
  });

  it('shows lists below lists', async () => {
    const { root } = await show(<Markdown source={'1. a\n   - b\n     - c\n2. d'} />);
    expect(root.querySelectorAll('ol > li')).toHaveLength(2);
    expect(root.querySelector('ol > li > ul > li > ul > li')?.textContent).toBe('c');
  });

  it('renders of a long answer that streams only the block that grows', async () => {
    const said = Array.from(
      { length: 200 },
      (_, n) => `Paragraph ${n}.\n\n- a\n- b\n\n\`\`\`js\nlet x = ${n};\n\`\`\`\n\n`,
    ).join('');
    const box = document.createElement('div');
    const root = createRoot(box);
    await act(async () => root.render(<Markdown source={`${said}And`} />));
    const { components } = await rendersOf(() =>
      act(async () => root.render(<Markdown source={`${said}And so on`} />)),
    );
    expect(components).toMatchObject({ Markdown: 1, BlockView: 1 });
    expect(Object.keys(components)).not.toContain('CodeBlock');
    expect(box.querySelectorAll('.markdown > *')).toHaveLength(601);
    await act(async () => root.unmount());
  });
});
