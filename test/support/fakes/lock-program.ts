import { lockState } from '../../../src/state-lock.js';

/** A program: locks the state named by its arguments, says so, and holds it until it is killed. */
const [directory = '', application = ''] = process.argv.slice(2);
lockState(directory, application);
console.log('held');
setInterval(() => undefined, 60_000);
