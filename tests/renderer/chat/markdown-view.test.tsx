// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { Markdown } from '../../../renderer/chat/markdown-view.tsx';
import { hide, show } from '../support/render.tsx';

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
});
