-- Searches for students over and over: the body in the file BENCH_BODY, with BENCH_TOKEN.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local file = io.open(os.getenv("BENCH_BODY"))
local body = file:read("*a")
file:close()

local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN"),
  ["Content-Type"] = "application/json",
}

function request()
  return wrk.format("POST", "/v1/students/search?includeTotal=true", headers, body)
end
