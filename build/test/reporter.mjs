import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * A vitest reporter that writes what the summaries are made of to the file named in `STACKYARD_TEST_RESULTS`.
 *
 * A skipped test's reason is what `context.skip(reason)` was given, else a `(skipped: reason)` in its name or in the name of
 * a `describe` around it (see tests/support/needs.ts).
 *
 * @typedef {{ file: string, name: string, state: 'passed' | 'failed' | 'skipped', reason: string }} Result
 *   `reason`: why it was skipped, or the first line of the error
 */
export default class ResultsReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const out = process.env.STACKYARD_TEST_RESULTS;
    if (!out) return;
    /** @type {Result[]} */
    const results = modules.flatMap((module) => {
      const file = relative(process.cwd(), module.moduleId);
      const tests = [...module.children.allTests()].map((test) => ({ file, ...outcome(test) }));
      return [...tests, ...broken(module, file, tests)];
    });
    for (const error of unhandled) {
      results.push({ file: '', name: 'an error outside of any test', state: 'failed', reason: firstLine(error) });
    }
    writeFileSync(out, JSON.stringify(results));
  }
}

/**
 * @param {import('vitest/node').TestCase} test
 * @returns {Omit<Result, 'file'>}
 */
function outcome(test) {
  const result = test.result();
  const name = test.fullName;
  if (result.state === 'passed') return { name, state: 'passed', reason: '' };
  if (result.state === 'failed') return { name, state: 'failed', reason: firstLine(result.errors[0]) };
  if (result.state === 'skipped') {
    const reason = result.note ?? reasonIn(name);
    return { name: name.replace(` (skipped: ${reason})`, ''), state: 'skipped', reason };
  }
  return { name, state: 'failed', reason: 'it never ended' };
}

/** `(skipped: …)`, which may itself hold parentheses. @param {string} name */
function reasonIn(name) {
  const start = name.indexOf('(skipped: ');
  if (start < 0) return 'no reason given';
  const rest = name.slice(start + '(skipped: '.length);
  const end = rest.indexOf(') > ');
  return end < 0 ? rest.replace(/\)$/, '') : rest.slice(0, end);
}

/**
 * A file that can't be loaded, or whose hooks fail, has no failed test: it counts as one.
 *
 * @param {import('vitest/node').TestModule} module
 * @param {string} file
 * @param {{ state: string }[]} tests
 * @returns {Result[]}
 */
function broken(module, file, tests) {
  if (module.state() !== 'failed' || tests.some(({ state }) => state === 'failed')) return [];
  const suites = [module, ...module.children.allSuites()];
  const error = suites.flatMap((suite) => suite.errors())[0];
  return [{ file, name: 'the file itself, or a hook in it', state: 'failed', reason: firstLine(error) }];
}

/** @param {{ message?: unknown } | undefined} error */
function firstLine(error) {
  return String(error?.message ?? 'unknown').split('\n')[0] ?? '';
}
