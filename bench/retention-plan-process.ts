import opsPolicy from '../ops.config.ts';
import { planRepository } from '../shared/retention/plan.ts';
import { benchRepository, benchUses } from './retention-repository.ts';

/*
 * Plans so many repositories of so many images, one after the other, and prints what it took as JSON. A process of its
 * own, so that its memory is that of the work.
 *
 * node bench/retention-plan-process.ts <repositories> <images>
 */

const [repositories = 1, images = 1000] = process.argv.slice(2).map(Number);
const now = new Date('2027-06-15T04:00:00Z');
let milliseconds = 0;
let cpu = 0;
let planned = 0;
let acts = 0;
for (let repository = 0; repository < repositories; repository++) {
  const state = benchRepository('aeon-dt-api', images, now);
  const uses = benchUses(state);
  const [began, before] = [performance.now(), process.cpuUsage()];
  const plan = planRepository(state, uses, opsPolicy, now);
  const { user, system } = process.cpuUsage(before);
  milliseconds += performance.now() - began;
  cpu += user + system;
  planned += plan.images.length;
  acts += plan.images.filter(({ outcome }) => outcome !== 'keep').length;
}
const { maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    seconds: milliseconds / 1000,
    cpuSeconds: cpu / 1e6,
    rssMb: maxRSS / 1024,
    planned,
    acts,
  }),
);
