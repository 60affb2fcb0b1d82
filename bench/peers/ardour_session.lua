-- Builds the reference session in Ardour, without sound card: arg[1] folder, arg[2] name, arg[3] rate, arg[4] a file of
-- Lua that returns {tracks = {...}, buses = n, returns = {preset, ...}, master = {...}} (ardour.py writes it).
-- Regions and the session's range are put into the file afterwards: the library gives no way to.

local folder, name, rate, plan = arg[1], arg[2], tonumber(arg[3]), dofile(arg[4])
local NO_GROUP = PBD.GroupControlDisposition.NoGroup

AudioEngine:set_backend("None (Dummy)", "", "")
local session = create_session(folder, name, rate)
assert(session, "no session")

-- Puts a plug-in into a strip and sets its controls by their labels.
local function plug(strip, plugin, place, controls, preset)
  local insert = ARDOUR.LuaAPI.new_plugin(session, plugin, ARDOUR.PluginType.LV2, preset or "")
  assert(not insert:isnil(), "there is no plug-in " .. plugin)
  strip:add_processor_by_index(insert, place, nil, true)
  local inside = insert:to_insert():plugin(0)
  local control = 0
  for parameter = 0, inside:parameter_count() - 1 do
    if inside:parameter_is_control(parameter) and inside:parameter_is_input(parameter) then
      local label = inside:parameter_label(parameter)
      if controls[label] then
        ARDOUR.LuaAPI.set_processor_param(insert, control, controls[label])
        controls[label] = nil
      end
      control = control + 1
    end
  end
  for label in pairs(controls) do error(plugin .. " has no control " .. label) end
end

local function bus(title)
  return session:new_audio_route(2, 2, nil, 1, title, ARDOUR.PresentationInfo.Flag.AudioBus,
                                 ARDOUR.PresentationInfo.max_order):front()
end

local buses, returns, senders = {}, {}, {}
for index = 1, plan.buses do buses[index] = bus("bus" .. index) end
for index, preset in ipairs(plan.returns) do
  returns[index] = bus("return" .. index)
  plug(returns[index], "x42 - Preset Convolver Stereo", 0, {}, preset)
  senders[index] = ARDOUR.RouteListPtr()
end

local tracks = {}
local made = session:new_audio_track(1, 2, nil, #plan.tracks, "T", ARDOUR.PresentationInfo.max_order,
                                     ARDOUR.TrackMode.Normal, true)
for track in made:iter() do tracks[#tracks + 1] = track end
for index, track in ipairs(tracks) do
  local wanted = plan.tracks[index]
  plug(track, "ACE EQ", 0, wanted.equaliser)
  plug(track, "ACE Compressor", 1, wanted.compressor)
  track:gain_control():set_value(wanted.gain, NO_GROUP)
  track:pan_azimuth_control():set_value(wanted.azimuth, NO_GROUP)
  track:output():disconnect_all(nil)
  for channel = 0, 1 do
    track:output():audio(channel):connect(buses[wanted.bus]:input():audio(channel):name())
  end
  senders[wanted.send_to]:push_back(track)
end
for index, target in ipairs(returns) do
  if not senders[index]:empty() then
    session:add_internal_sends(target, ARDOUR.Placement.PostFader, senders[index])
  end
end
for index, track in ipairs(tracks) do
  track:send_level_controllable(0):set_value(plan.tracks[index].send_gain, NO_GROUP)
end

local master = session:master_out()
plug(master, "ACE EQ", 0, plan.master.equaliser)
plug(master, "ACE Compressor (stereo)", 1, plan.master.compressor)
plug(master, "x42-dpl - Digital Peak Limiter Stereo", 2, plan.master.limiter)

session:save_state("")
close_session()
print("the session is built")
