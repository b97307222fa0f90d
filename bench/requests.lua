-- What wrk sends: wrk … -s requests.lua URL -- <endpoint> <students> <assignments> <tokens file> [<milliseconds>]
-- The endpoint is one of load.py's, or "mix": the four that read, in turn. With milliseconds, each connection rests that
-- long between its requests.
-- The tokens file has a line per student, writer and teacher: "student-7 <token>".
local endpoint, students, assignments
local tokens, requests, sent = {}, {}, 0
local WRITERS, OPEN = 500, 100

local function id(kind, number)
  return string.format("019a0000-0000-7%03x-8000-%012x", kind, number)
end

local MIX = { "me", "scores", "assignments", "submissions" }

local function get(path, who)
  return wrk.format("GET", path, { ["Authorization"] = "Bearer " .. tokens[who] })
end

local function read(endpoint)
  local who = "student-" .. math.random(0, students - 1)
  if endpoint == "me" then return get("/auth/me", who) end
  if endpoint == "scores" then return get("/student/scores?limit=20", who) end
  if endpoint == "assignments" then return get("/student/assignments?limit=20", who) end
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
