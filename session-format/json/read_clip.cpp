#include <fmt/format.h>

#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session::json {
namespace {

constexpr int kMaxSourceChannels = 1024;
constexpr double kMinSpeed = 0.01, kMaxSpeed = 100.0;

constexpr ParameterDescription kClipGain{.name = "gain_points",
                                         .unit = ParameterUnit::decibels,
                                         .minimum = kMinDecibels,
                                         .maximum = kMaxDecibels,
                                         .help = ""};

/// "35 ms", or {"length": "35 ms", "shape": "custom", "bend": 0.3}.
Fade read_fade(const Node& node, FrameCount from, Reading& reading) {
    Problems& problems = reading.problems;
    Fade fade;
    const auto take_length = [&](const Node& length) {
        if (const auto time = read_time(length, problems)) {
            fade.length = *time;
            resolve_length(length, *time, from, false, reading);
        }
    };
    if (node.kind != Kind::object) {
        take_length(node);
        return fade;
    }
    Fields fields(node, problems);
    if (const Node* length = fields.require("length")) take_length(*length);
    fields.take("shape", fade.shape, read_word, std::span(kFadeShapes));
    if (const Node* bend = fields.find("bend")) {
        if (fade.shape == FadeShape::custom)
            fade.bend = read_number(*bend, -1.0, 1.0, problems).value_or(0.0);
        else
            problems.at_key(*bend, "only the shape \"custom\" has a bend");
    }
    fields.finish();
    return fade;
}

void read_channels(const Node& node, Clip& clip, Reading& reading) {
    if (!expect(node, Kind::array, reading.problems)) return;
    if (node.children == 0 || node.children > static_cast<std::uint32_t>(kMaxChannels)) {
        reading.problems.at(node, fmt::format("expected 1 to {} channels", kMaxChannels));
        return;
    }
    for (const Node& channel : reading.document.children(node))
        if (const auto number = read_integer(channel, 1, kMaxSourceChannels, reading.problems))
            clip.channels.push_back(static_cast<int>(*number));
}

}  // namespace

Clip read_clip(const Node& node, Reading& reading) {
    Problems& problems = reading.problems;
    Clip clip{.place = reading.document.place(node)};
    Fields fields(node, problems);
    fields.take("name", clip.name, read_name);
    if (const Node* file = fields.require("file")) clip.file = read_path(*file, problems).value_or("");
    fields.take("start", clip.start, read_time);
    const Node* start_node = fields.find("start");
    const FrameCount start = start_node ? resolve_position(*start_node, clip.start, reading).value_or(0) : 0;
    if (const Node* offset = fields.find("offset"))
        if (const auto time = read_time(*offset, problems)) {
            clip.offset = *time;
            resolve_length(*offset, *time, start, false, reading);
        }
    if (const Node* length = fields.find("length"))
        if (const auto time = read_time(*length, problems)) {
            clip.length = *time;
            resolve_length(*length, *time, start, true, reading);
        }
    fields.take("gain", clip.gain, read_decibels);
    if (const Node* points = fields.find("gain_points"))
        clip.gain_points = read_points(*points, kClipGain, start, true, reading);
    fields.take("invert", clip.invert, read_bool);
    fields.take("reverse", clip.reverse, read_bool);
    fields.take("loop", clip.loop, read_bool);
    fields.take("mute", clip.mute, read_bool);
    if (const Node* channels = fields.find("channels")) read_channels(*channels, clip, reading);
    fields.take("speed", clip.speed, read_number, kMinSpeed, kMaxSpeed);
    if (const Node* fade = fields.find("fade_in")) clip.fade_in = read_fade(*fade, start, reading);
    if (const Node* fade = fields.find("fade_out")) clip.fade_out = read_fade(*fade, start, reading);
    if (clip.loop && !clip.length) problems.at(node, "a clip that loops needs a length");
    fields.finish();
    return clip;
}

}  // namespace dubplate::session::json
