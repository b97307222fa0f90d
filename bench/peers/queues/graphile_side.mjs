// graphile-worker, as its documentation says to tune it: local queue, batched completion.
import { run, runMigrations, makeWorkerUtils, Logger } from "graphile-worker";
import pg from "pg";

const orders = { concurrency: 100, ...JSON.parse(process.argv[2]) };
const real = orders.real;
const pool = new pg.Pool({ connectionString: orders.url, max: 12 });
const say = (what) => console.log(JSON.stringify(what));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const now = () => Number(process.hrtime.bigint()) / 1e6;
const logger = new Logger(() => () => {});

async function script() {
  const found = await pool.query("select n, token, student, assignment, content from bench.script order by n limit $1", [orders.jobs]);
  return found.rows;
}

async function add(utils, item) {
  if (real) {
    // One statement: the rules and the job together.
    await pool.query({
      name: "accept",
      text: "select bench.check($1, $2, $3), graphile_worker.add_job('grade', json_build_object('student', $4::uuid, 'assignment', $2::uuid, 'content', $3::text), job_key => concat($4::uuid, $2::uuid))",
      values: [item.token, item.assignment, item.content, item.student],
    });
  } else {
    await utils.addJob("grade", {});
  }
}

function work(hook) {
  return run({
    pgPool: pool,
    noHandleSignals: true,
    logger,
    preset: {
      worker: {
        concurrentJobs: orders.concurrency,
        pollInterval: 2000,
        localQueue: { size: 2 * orders.concurrency },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    taskList: {
      grade: async (payload) => {
        await hook();
        if (real) {
          await pool.query({
            name: "finish",
            text: "select bench.finish($1::uuid, $2::uuid, $3::text, 7)",
            values: [payload.student, payload.assignment, payload.content],
          });
        }
      },
    },
  });
}

const tasks = {
  async install() {
    await runMigrations({ pgPool: pool, logger });
    say({ installed: true });
    process.exit(0);
  },
  async enqueue() {
    const items = await script();
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    const began = now();
    let next = 0;
    const one = async () => { while (next < items.length) await add(utils, items[next++]); };
    await Promise.all(Array.from({ length: 10 }, one));
    say({ rate: items.length / ((now() - began) / 1000) });
    process.exit(0);
  },
  async wake() {
    const items = await script();
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    let begun = () => {};
    await work(async () => begun());
    await pause(1500);
    const seen = [];
    for (const item of items) {
      const began = now();
      const started = new Promise((done) => { begun = () => done(now()); });
      await add(utils, item);
      seen.push((await started) - began);
      await pause(15 + (item.n % 10));
    }
    say({ milliseconds: seen.slice(Math.floor(seen.length / 10)) });
    process.exit(0);
  },
  async drain() {
    say({ working: Date.now() / 1000 });
    await work(async () => {});
  },
  async sleep() {
    let begun = 0;
    let ended = 0;
    await work(async () => {
      if (begun++ === 0) say({ working: Date.now() / 1000 });
      await pause(250);
      if (++ended === orders.jobs) say({ worked: Date.now() / 1000 });
    });
  },
};
await tasks[orders.task]();
