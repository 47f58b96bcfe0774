import { describe, expect, it } from 'vitest';
import { countFindings, findingsText } from '../../../electron/cli/findings-text.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import type { Finding } from '../../../shared/model.ts';

const TEXT = 'version: 1\ngatewya: { port: 4000 }\n';

describe('findingsText', () => {
  it('gives place, severity, code, message, the place in the text and what to do', () => {
    const { findings } = parseConfig(TEXT);
    const lines = findingsText('my file.yaml', TEXT, findings).split('\n');
    expect(lines[0]).toMatch(/^my file\.yaml:2:1 error unknown_key \S/);
    expect(lines[1]).toBe('  2 | gatewya: { port: 4000 }');
    expect(lines[2]).toBe('    | ^^^^^^^');
    expect(lines[3]).toMatch(/^ {2}→ .*gateway/);
    expect(lines.slice(4)).toEqual(['1 errors, 0 warnings', '']);
  });

  it('keeps what a file says from moving the cursor', () => {
    const finding: Finding = {
      severity: 'warning',
      code: 'no_effect',
      message: 'bad\u001b[31m\nname',
      hint: null,
      path: [],
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 2,
    };
    expect(findingsText('a\u001bb', null, [finding])).toBe(
      'a·b:1:1 warning no_effect bad·[31m name\n0 errors, 1 warnings\n',
    );
  });

  it('says so when there is nothing to say', () => {
    expect(findingsText('f', '', [])).toBe('0 errors, 0 warnings\n');
    expect(countFindings([])).toEqual({ errors: 0, warnings: 0 });
  });
});
