/** A session played with types made from the OpenAPI document: what does not compile is a fault of the document. */
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

type Job = components["schemas"]["Job"];
type JobEvent = components["schemas"]["JobEvent"];
type Answer<T> = { data?: T; error?: unknown; response: Response };

const said = (name: string): string => process.env[name] ?? assert.fail(`${name} is not set`);
const baseUrl = said("BASE_URL");

/** What was asked for; every other answer ends the session. */
function known<T>(answer: Answer<T>): NonNullable<T> {
  if (answer.data === undefined || answer.data === null) assert.fail(`${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

async function login(email: string) {
  const anybody = createClient<paths, "application/json">({ baseUrl });
  const { token, user } = known(await anybody.POST("/auth/login", { body: { email, password: said("PASSWORD") } }));
  const headers = { Authorization: `Bearer ${token}` };
  return { id: user.id, headers, api: createClient<paths, "application/json">({ baseUrl, headers }) };
}

/** The events of a job's stream, each typed as the document says. */
async function* events(path: string, headers: Record<string, string>): AsyncGenerator<JobEvent> {
  const answer = await fetch(baseUrl + path, { headers: { ...headers, Accept: "text/event-stream" } });
  for (const block of (await answer.text()).split("\n\n")) {
    const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
    const data = field("data");
    if (data) yield { id: field("id") ?? "", event: "status", data: JSON.parse(data) as Job };
  }
}

const teacher = await login(said("TEACHER"));
const student = await login(said("STUDENT"));

// A teacher: keys, a class, an assignment with a rubric.
for (const provider of ["openai", "anthropic"] as const) {
  const key = { key: `sk-sim-${provider}` };
  const stored = known(await teacher.api.PUT("/teacher/api-keys/{provider}", { params: { path: { provider } }, body: key }));
  assert.ok(stored.state === "unused" || stored.state === "ok");
}
const group = known(await teacher.api.POST("/teacher/classes", { body: { name: "9B" } }));
known(await teacher.api.POST("/teacher/classes/{class_id}/students", {
  params: { path: { class_id: group.id } },
  body: { student_ids: [student.id] },
}));
const made = known(await teacher.api.POST("/teacher/assignments", {
  body: {
    instructions: "Write about bees.",
    deadline: "2099-01-31T23:59:00Z",
    class_id: group.id,
    rubric: [{ title: "Facts", prompt: "Says what bees do.", max_score: 20 }],
  },
}));
if ("job" in made) assert.fail("with criteria no job is needed");
const assignment_id = made.assignment.id;
const ofAssignment = { params: { path: { assignment_id } } };

// A student hands in, without waiting, and follows the job.
const handedIn = known(await student.api.POST("/student/assignments/{assignment_id}/submission", {
  params: { path: { assignment_id }, header: { Prefer: "respond-async" } },
  body: { content: "Bees carry pollen from flower to flower, and without them there are no pumpkins." },
}));
if (!("job" in handedIn)) assert.fail("it was not to be waited for");
const job_id = handedIn.job.id;
let last: Job["status"] | undefined;
for await (const event of events(`/student/jobs/${job_id}`, student.headers)) last = event.data.status;
assert.equal(last, "succeeded");
const job = known(await student.api.GET("/student/jobs/{job_id}", { params: { path: { job_id }, header: { Prefer: "wait=60" } } }));
assert.equal(job.error?.code, undefined);

// The same again is refused, and the refusal says where the first one is.
const again = await student.api.POST("/student/assignments/{assignment_id}/submission", {
  ...ofAssignment,
  body: { content: "Another text." },
});
const refused = again.error?.error;
if (refused?.code !== "already_submitted") assert.fail(JSON.stringify(refused));
const submission_id = refused.details.submission_id ?? assert.fail("it names no submission");

// A person changes the score, and nothing else is erased.
const ofSubmission = { params: { path: { submission_id } } };
const edit = (body: components["schemas"]["SubmissionChange"]) =>
  teacher.api.PATCH("/teacher/submissions/{submission_id}", { ...ofSubmission, body });
known(await edit({ feedback: "Well observed." }));
assert.equal(known(await edit({ score: 15 })).feedback, "Well observed.");
assert.equal(known(await edit({ feedback: null })).feedback, null);
const flags: { kind: string; start: number; end: number }[] = known(
  await teacher.api.GET("/teacher/submissions/{submission_id}", ofSubmission),
).flags;
assert.deepEqual(flags, []);

// Lists in pages; a gradebook as JSON and as CSV.
const titles: string[] = [];
let cursor: string | null = null;
do {
  const query: { limit: number; cursor?: string } = cursor === null ? { limit: 1 } : { limit: 1, cursor };
  const page: components["schemas"]["StudentPage"] = known(await teacher.api.GET("/teacher/students", { params: { query } }));
  titles.push(...page.items.map((one) => one.name));
  cursor = page.next_cursor;
} while (cursor);
assert.ok(titles.length >= 1);
const ofClass = { params: { path: { class_id: group.id } } };
const book = known(await teacher.api.GET("/teacher/classes/{class_id}/gradebook", ofClass));
assert.equal(book.students[0]?.scores[assignment_id], 15);
const asFile = createClient<paths, "text/csv">({ baseUrl, headers: { ...teacher.headers, Accept: "text/csv" } });
const csv: string = known(await asFile.GET("/teacher/classes/{class_id}/gradebook", { ...ofClass, parseAs: "text" }));
assert.ok(csv.includes("15"));

// A quiz: questions are told apart by their kind, a wrong form by its code.
const quiz = known(await teacher.api.POST("/teacher/assignments", {
  body: {
    takes: "answers",
    title: "Bees, a quiz",
    deadline: "2099-01-31T23:59:00Z",
    questions: [{ kind: "choice", prompt: "Is honey made of nectar?", max_score: 2, options: [{ text: "Yes", right: true }, { text: "No" }] }],
  },
}));
if ("job" in quiz) assert.fail("a quiz needs no job");
const ofQuiz = { params: { path: { assignment_id: quiz.assignment.id } } };
known(await teacher.api.POST("/teacher/assignments/{assignment_id}/publish", ofQuiz));
const [question] = known(await teacher.api.GET("/teacher/assignments/{assignment_id}/questions", ofQuiz)).items;
if (question?.kind !== "choice") assert.fail("it is a choice");
const key = question.options.find((one) => one.right)?.key ?? assert.fail("it has a right option");
const answering = { params: { path: { ...ofQuiz.params.path, number: 1 } } };
const wrong = await student.api.PUT("/student/assignments/{assignment_id}/answers/{number}", { ...answering, body: { answer: [key, key] } });
if (wrong.error?.error.code !== "answer_fits_question") assert.fail(JSON.stringify(wrong.error));
known(await student.api.PUT("/student/assignments/{assignment_id}/answers/{number}", { ...answering, body: { answer: key } }));
const result = known(await student.api.POST("/student/assignments/{assignment_id}/submission", ofQuiz));
if ("job" in result) assert.fail("the database marks it at once");
assert.equal(result.submission.score, 2);
console.log("TypeScript: played.");
