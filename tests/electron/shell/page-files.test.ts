import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, pageFile, pageHeaders } from '../../../electron/shell/page-files.ts';

describe('pageFile', () => {
  it.each([
    ['stackyard://app', 'index.html'],
    ['stackyard://app/', 'index.html'],
    ['stackyard://app/index.html?x=1#/models', 'index.html'],
    ['stackyard://app/assets/index-BwT7.js', 'assets/index-BwT7.js'],
    ['stackyard://app/assets/a%20b.css', 'assets/a b.css'],
    ['stackyard://app/../../etc/passwd', 'etc/passwd'],
  ])('%s is %s', (url, file) => {
    expect(pageFile(url)).toBe(file);
  });

  it.each([
    'stackyard://other/index.html',
    'https://app/index.html',
    'stackyard://app/..%2f..%2fetc/passwd',
    'stackyard://app/%2e%2e/%2e%2e%2fetc',
    'stackyard://app/a%5c..%5cb',
    'stackyard://app/C:/x',
    'stackyard://app/a%00b',
    'stackyard://app/%E0%A4%A',
    'not a url',
  ])('%s is nothing', (url) => {
    expect(pageFile(url)).toBeNull();
  });

  it('never leaves the folder, whatever the path', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', '\\', '%5c', 'a', '%00', ':', '%25'), {
          maxLength: 12,
        }),
        (parts) => {
          const file = pageFile(`stackyard://app/${parts.join('')}`);
          if (file === null) return;
          expect(file.startsWith('/')).toBe(false);
          expect(file).not.toMatch(/[\\:\0]/);
          expect(file.split('/')).not.toContain('..');
        },
      ),
    );
  });
});

describe('pageHeaders', () => {
  it('says what a file is, and guards every one', () => {
    for (const [file, type] of [
      ['index.html', 'text/html; charset=utf-8'],
      ['assets/a.js', 'text/javascript; charset=utf-8'],
      ['assets/a.WOFF2', 'font/woff2'],
      ['assets/a', 'application/octet-stream'],
    ] as const) {
      const headers = pageHeaders(file);
      expect(headers['content-type']).toBe(type);
      expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
      expect(headers['x-content-type-options']).toBe('nosniff');
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  it('lets scripts come from nowhere else and run from no text', () => {
    const directives = new Map(
      CONTENT_SECURITY_POLICY.split('; ').map((part) => {
        const [name = '', ...values] = part.split(' ');
        return [name, values] as const;
      }),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    for (const source of directives.get('connect-src') ?? [])
      expect(source).toMatch(/^('self'|http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\*)$/);
  });
});
