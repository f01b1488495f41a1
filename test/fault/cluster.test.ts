import { kafkaOrSkip } from '../support/broker.js';
import { Cluster, replicated } from '../support/cluster.js';
import { killDaemons } from '../support/daemon.js';
import { createAllTopics } from '../support/topics.js';
import { describeInFull } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, guarantees, usualShape } from './support/run.js';
import { Service } from './support/service.js';
import { injected, observed } from './support/tally.js';

const requestsPerSecond = 4_000;

type Victim = { readonly name: string; find(cluster: Cluster, load: FaultLoad): Promise<number> };

const victims: readonly Victim[] = [
  {
    name: 'the transaction coordinator',
    find: (cluster, { topics }) => cluster.transactionCoordinator(`${topics.application}/one/0`),
  },
  { name: "the leader of an input's partition", find: (cluster, { topics }) => cluster.leader(topics.requests, 0) },
  { name: "the leader of an output's partition", find: (cluster, { topics }) => cluster.leader(topics.results, 0) },
  { name: 'the group coordinator', find: (cluster, { topics }) => cluster.groupCoordinator(topics.application) },
];

describeInFull('fault: one of three brokers', () => {
  let cluster: Cluster;
  before(async function () {
    await kafkaOrSkip(this);
    cluster = await Cluster.start();
  });
  afterEach(killDaemons);
  after(() => cluster?.stop());

  for (const guarantee of guarantees) {
    for (const { name, find } of victims) {
      it(`killed -9 under load, ${name}, and back later: nothing is lost, nothing answered twice: ${guarantee}`, async () => {
        const { partitions } = usualShape;
        const topics = createAllTopics(cluster.bootstrapServers, partitions, undefined, replicated);
        const load = await FaultLoad.on(cluster, topics, usualShape);
        const service = new Service(configured(load, { guarantee }));
        await service.untilReady();
        load.askSteadily(requestsPerSecond);
        await service.untilGoingOn(load);

        const node = cluster.node(await find(cluster, load));
        await node.kill();
        injected();
        await service.untilGoingOn(load);
        await node.start();
        await cluster.untilComplete();
        await service.untilGoingOn(load);
        observed(`one of three brokers killed -9: ${name} (${guarantee})`, service.seen(), service.daemon);
        await service.finish(load, guarantee);
      });
    }
  }
});
