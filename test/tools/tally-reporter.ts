import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { ROOT } from '../source-tree.ts';

/** Prints the plain closing line `N passed, N failed, N skipped`; under EGRET_REQUIRE_ALL=1 a skipped test is a failure. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    // The sample captures are no part of the project and nothing that CI could install.
    const haveSamples = existsSync(path.resolve(ROOT, process.env['EGRET_CAPTURES'] ?? '../shared/captures', 'EXPECTED.jsonl'));
    let wrongly = 0;
    for (const module of modules) {
      if (module.children.size === 0 || module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'skipped') {
          console.log(`skipped: ${test.fullName}`);
          if (haveSamples || !test.fullName.includes('sample captures')) wrongly++;
        }
        if (state === 'passed' || state === 'failed' || state === 'skipped') count[state]++;
      }
    }
    if (process.env['EGRET_REQUIRE_ALL'] === '1' && wrongly > 0) {
      console.log(`EGRET_REQUIRE_ALL=1: ${wrongly} skipped tests count as failures`);
      process.exitCode = 1;
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
