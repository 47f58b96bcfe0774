import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, pageFile, pageHeaders } from '../../shared/page-files.ts';

describe('pageFile', () => {
  it.each([
    ['', 'index.html'],
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/assets/index-BwT7.js', 'assets/index-BwT7.js'],
    ['/assets/a%20b.css', 'assets/a b.css'],
    ['//assets//a.js', 'assets/a.js'],
  ])('%s is %s', (path, file) => {
    expect(pageFile(path)).toBe(file);
  });

  it.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e%2fetc',
    '/assets/../index.html',
    '/a%5c..%5cb',
    '/C:/x',
    '/a%00b',
    '/%E0%A4%A',
    'http://127.0.0.1/index.html',
  ])('%s is nothing', (path) => {
    expect(pageFile(path)).toBeNull();
  });

  it('never leaves the folder, whatever the path', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', '\\', '%5c', 'a', '%00', ':', '%25'), {
          maxLength: 12,
        }),
        (parts) => {
          const file = pageFile(`/${parts.join('')}`);
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
      const headers = pageHeaders(file, ['ws://127.0.0.1:4711']);
      expect(headers['content-type']).toBe(type);
      expect(headers['content-security-policy']).toBe(contentSecurityPolicy(['ws://127.0.0.1:4711']));
      expect(headers['x-content-type-options']).toBe('nosniff');
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  it('lets scripts come from nowhere else and run from no text, and reaches only what is named', () => {
    const directives = new Map(
      contentSecurityPolicy(['http://127.0.0.1:*'])
        .split('; ')
        .map((part) => {
          const [name = '', ...values] = part.split(' ');
          return [name, values] as const;
        }),
    );
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    expect(directives.get('connect-src')).toEqual(["'self'", 'http://127.0.0.1:*']);
  });
});
