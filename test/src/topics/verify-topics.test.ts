import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TopicConfigs } from '../../../src/kafka/native-admin.js';
import { CLEANUP_POLICY, ROLES } from '../../../src/topics/desired-topics.js';
import { missingTopics, partitionProblems, policyFindings } from '../../../src/topics/verify-topics.js';
import { nameInputs, nameOutputs } from '../../support/topics.js';

const names = { ...nameInputs(), ...nameOutputs() };
const policy = (value: string): TopicConfigs => ({ values: { 'cleanup.policy': value }, own: ['cleanup.policy'] });
const asDesired = ROLES.map((role): [string, TopicConfigs] => [names[role], policy(CLEANUP_POLICY[role])]);

describe('the verification of topics', () => {
  it('names every missing topic and no other', () => {
    fc.assert(
      fc.property(fc.subarray([...ROLES]), (present) => {
        const known = new Map(present.map((role) => [names[role], true]));
        const expected = ROLES.filter((role) => !present.includes(role)).map((role) => names[role]);
        assert.deepEqual(missingTopics(names, known), expected);
      }),
    );
  });

  it('accepts exactly equal counts of both inputs and the changelog, whatever the others have', () => {
    const count = fc.integer({ min: 1, max: 3 });
    const counts = fc.record({
      ...{ init: count, requests: count, results: count },
      ...{ status: count, changelog: count, deadLetters: count },
    });
    fc.assert(
      fc.property(counts, (given) => {
        const problems = partitionProblems(names, given);
        const isEqual = given.init === given.requests && given.init === given.changelog;
        assert.equal(problems.length, isEqual ? 0 : 1);
        if (given.init !== given.requests) {
          assert.ok(problems[0]?.includes(`${names.init} has ${given.init}`));
          assert.ok(problems[0]?.includes(`${names.requests} has ${given.requests}`));
        } else if (!isEqual) assert.ok(problems[0]?.includes(`${names.changelog} has ${given.changelog}`));
      }),
    );
  });

  it('refuses a changelog whose images can expire, and warns of other policies', () => {
    assert.deepEqual(policyFindings(names, new Map(asDesired)), { problems: [], warnings: [] });
    for (const value of ['delete', 'compact,delete', 'delete,compact', '']) {
      const { problems, warnings } = policyFindings(names, new Map([...asDesired, [names.changelog, policy(value)]]));
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.includes(`${names.changelog} has cleanup.policy=${value},`));
      assert.deepEqual(warnings, []);
    }
    const others = policyFindings(names, new Map([...asDesired, [names.requests, policy('compact')]]));
    assert.deepEqual(others.problems, []);
    assert.match(others.warnings[0] ?? '', new RegExp(`^${names.requests} has cleanup\\.policy=compact, not delete`));
  });

  it('warns of a topic whose configuration may not be read', () => {
    const refused: TopicConfigs = { error: { code: 29, message: 'Topic authorization failed' } };
    const { problems, warnings } = policyFindings(names, new Map([...asDesired, [names.changelog, refused]]));
    assert.deepEqual(problems, []);
    assert.equal(warnings[0], `The configuration of ${names.changelog} is not verified: Topic authorization failed.`);
  });
});
