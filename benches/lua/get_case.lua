-- Reads random cases of the history from BENCH_FIRST_CASE on, whose ids follow from their numbers.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local headers, first, last, kind = {}, 0, 0, 0

function init()
  headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  first = tonumber(os.getenv("BENCH_FIRST_CASE"))
  last = tonumber(os.getenv("BENCH_CASES")) - 1
  kind = tonumber(os.getenv("BENCH_CASE_KIND"))
  math.randomseed(os.time())
end

function request()
  local digits = string.format("%09d", math.random(first, last))
  local id = string.format("019%s-%s-7000-8000-%012d", digits:sub(1, 5), digits:sub(6), kind)
  return wrk.format("GET", "/v1/cases/" .. id, headers)
end
