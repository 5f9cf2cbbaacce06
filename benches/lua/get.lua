-- Calls the addresses in the file BENCH_PATHS one after the other, each with BENCH_TOKEN, and takes the answers in
-- BENCH_ENCODING if that is given.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local requests, count, at = {}, 0, 0

function init()
  local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }
  headers["Accept-Encoding"] = os.getenv("BENCH_ENCODING")
  for path in io.lines(os.getenv("BENCH_PATHS")) do
    count = count + 1
    requests[count] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % count + 1
  return requests[at]
end
