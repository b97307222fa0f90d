-- What wrk sends: wrk … -s requests.lua URL -- <endpoint> <students> <assignments> <tokens file> [<milliseconds>]
-- The endpoint is one of load.py's, or "mix": the four that read, in turn. With milliseconds, each connection rests that
-- long between its requests.
-- The tokens file has a line per student, writer and teacher: "student-7 <token>".
local endpoint, students, assignments
local tokens, requests, sent = {}, {}, 0
local WRITERS, OPEN, QUESTIONS = 500, 100, 30

-- What quizzes.sql accepts, by the number of the question modulo 7.
local ANSWERS = { [0] = "5001", "[5001,5002]", '{"5001":"Right 1","5002":"Right 3"}', "[[5001,0],[5003,2],[5002,1]]",
                  '["words of option 1","a value"]', '"Words of option 3"', '"2.04"' }

local function id(kind, number)
  return string.format("019a0000-0000-7%03x-8000-%012x", kind, number)
end

local MIX = { "me", "scores", "assignments", "submissions" }

local function get(path, who)
  return wrk.format("GET", path, { ["Authorization"] = "Bearer " .. tokens[who] })
end

local function quiz(endpoint)
  local writer, address = "writer-" .. math.random(0, WRITERS - 1), "/student/assignments/" .. id(12, 0)
  if endpoint == "questions" then return get(address .. "/questions", writer) end
  local number = math.random(1, QUESTIONS)
  return wrk.format("PUT", address .. "/answers/" .. number, {
    ["Authorization"] = "Bearer " .. tokens[writer], ["Content-Type"] = "application/json" },
    '{"answer":' .. ANSWERS[number % 7] .. '}')
end

local function read(endpoint)
  if endpoint == "questions" or endpoint == "save" then return quiz(endpoint) end
  local who = "student-" .. math.random(0, students - 1)
  if endpoint == "me" then return get("/auth/me", who) end
  if endpoint == "scores" then return get("/student/scores?limit=20", who) end
  if endpoint == "assignments" then return get("/student/assignments?limit=20", who) end
  if endpoint == "outcome" then
    local student = math.random(0, students - 1)
    local class = (student * 4 + math.random(0, 3)) % (students / 50)
    return get("/student/assignments/" .. id(5, class * 5 + math.random(0, 4)) .. "/submission", "student-" .. student)
  end
  local assignment = math.random(0, assignments - 1)
  return get("/teacher/assignments/" .. id(5, assignment) .. "/submissions?limit=50",
             "teacher-" .. math.floor(assignment / 50))
end

function init(args)
  endpoint, students, assignments = args[1], tonumber(args[2]), tonumber(args[3])
  if args[5] then
    local rest = tonumber(args[5])
    delay = function() return rest end
  end
  for line in io.lines(args[4]) do
    local who, token = line:match("^(%S+) (%S+)$")
    tokens[who] = token
  end
  math.randomseed(4711)
  if endpoint == "submit" then
    local text = string.rep("An essay about bees and why they matter. ", 49)
    wrk.body = text
    for writer = 0, WRITERS - 1 do
      local whole = wrk.format("POST", "/student/assignments/@/submission", {
        ["Authorization"] = "Bearer " .. tokens["writer-" .. writer],
        ["Content-Type"] = "text/plain", ["Prefer"] = "respond-async" }, text)
      requests[writer] = { whole:match("^(.-)@(.*)$") }
    end
    return
  end
  if endpoint == "hand-in" then  -- quizzes 1 to 6, each writer once
    for number = 0, 6 * WRITERS - 1 do
      requests[number + 1] = wrk.format("POST",
        "/student/assignments/" .. id(12, 1 + math.floor(number / WRITERS)) .. "/submission", {
        ["Authorization"] = "Bearer " .. tokens["writer-" .. number % WRITERS], ["Content-Type"] = "application/json" }, "{}")
    end
    return
  end
  for number = 1, math.min(5000, students * 4) do
    requests[number] = read(endpoint == "mix" and MIX[number % 4 + 1] or endpoint)
  end
end

function request()
  sent = sent + 1
  if endpoint == "submit" then
    local one = requests[sent % WRITERS]
    return one[1] .. id(6, math.floor(sent / WRITERS) % OPEN) .. one[2]
  end
  return requests[sent % #requests + 1]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d, "bytes": %d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), summary.bytes))
end
