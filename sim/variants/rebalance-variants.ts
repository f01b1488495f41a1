import type { Variant } from './variant.js';

const file = 'src/pipeline/rebalancer.ts';

/** How partitions come and go. */
export const rebalanceVariants: readonly Variant[] = [
  {
    name: 'stale-consume-after-rebalance',
    why: 'records of partitions that are taken back are processed all the same',
    edits: [
      {
        file: 'src/pipeline/assignment.ts',
        find: '        if (partition.isRevoked) continue;\n        partition.merge.add(event.run);\n',
        replace: '        partition.merge.add(event.run);\n',
      },
      {
        file: 'src/pipeline/assignment.ts',
        find: 'if (partition === undefined || partition.isRevoked) continue;',
        replace: 'if (partition === undefined) continue;',
      },
      {
        file: 'src/pipeline/assignment.ts',
        find: '      partition.merge = new PartitionMerge();\n      this.touched.delete(partition);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'lost-assignment-committed',
    why: 'the partitions belong to others already',
    edits: [
      {
        file: 'src/pipeline/commit.ts',
        find: "  if (assignment.lost) throw new AbortableError('the assignment was lost');\n",
        replace: '  void assignment;\n',
      },
    ],
  },
  {
    name: 'unassign-before-drain',
    why: 'another instance begins while batches are in flight here',
    edits: [
      {
        file,
        find: '      input.unassign(assigned);\n',
        replace: "      if (why !== 'revoke') input.unassign(assigned);\n",
      },
      {
        file,
        find: '    const cancelled = [...this.restoring]',
        replace: "    if (why === 'revoke') input.unassign(assigned);\n    const cancelled = [...this.restoring]",
      },
    ],
  },
  {
    name: 'revoke-without-drain',
    why: 'stores are closed before what is in flight was persisted',
    edits: [
      {
        file,
        find: '    await Promise.all([inFlight.settledOf(assigned), ...cancelled]);\n',
        replace: '    await Promise.all(cancelled);\n',
      },
    ],
  },
];
