-- Posts referrals, each of a new student of some school: BENCH_BODY with its placeholders filled in.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local headers = { ["Content-Type"] = "application/json" }
local body, number, schools, first_school, first_born, birth_dates

function init()
  headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  body = io.open(os.getenv("BENCH_BODY")):read("*a")
  number = tonumber(os.getenv("BENCH_FIRST_NUMBER"))
  schools = tonumber(os.getenv("BENCH_SCHOOLS"))
  first_school = tonumber(os.getenv("BENCH_FIRST_SCHOOL"))
  first_born = tonumber(os.getenv("BENCH_FIRST_BORN"))
  birth_dates = tonumber(os.getenv("BENCH_BIRTH_DATES"))
  math.randomseed(number)
end

function request()
  number = number + 1
  local token = string.format("%09d", number)
  local school = string.format("%d", first_school + math.random(0, schools - 1))
  local born = os.date("!%Y-%m-%d", first_born + number % birth_dates * 86400)
  headers["Idempotency-Key"] = "bench-" .. token
  return wrk.format("POST", "/v1/referrals", headers, (body:gsub("@NUMBER@", token):gsub("@SCHOOL@", school):gsub("@BORN@", born)))
end
