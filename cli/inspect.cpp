// dubplate inspect SESSION [--json]: what a session consists of, as it is written; no audio is read.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/session_file.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

using session::Session;
using session::Strip;
using session::StripKind;

std::string_view kind_word(StripKind kind) {
    switch (kind) {
        case StripKind::track: return "track";
        case StripKind::bus: return "bus";
        case StripKind::return_bus: return "return";
        case StripKind::master: return "master";
    }
    return "";
}

/// Where a strip goes: a name, "master", or nothing for the master itself.
std::string output_of(const Session& session, const Strip& strip) {
    if (strip.kind == StripKind::master) return "";
    return strip.output.empty() ? session::master_of(session).name : strip.output;
}

std::set<std::string> files_of(const Session& session) {
    std::set<std::string> files;
    for (const Strip& strip : session.strips)
        for (const session::Clip& clip : strip.clips) files.insert(clip.file);
    return files;
}

std::string flags_of(const Strip& strip) {
    std::string flags;
    const auto add = [&](bool set, const char* word) {
        if (set) flags += (flags.empty() ? "" : ", ") + std::string(word);
    };
    add(strip.disabled, "disabled");
    add(strip.mute, "mute");
    add(strip.solo, "solo");
    add(strip.solo_safe, "solo safe");
    add(strip.invert, "inverted");
    return flags;
}

std::string inserts_of(const Strip& strip) {
    std::string text;
    for (const session::Insert& insert : strip.inserts) {
        if (!text.empty()) text += " > ";
        text += insert.processor;
        if (insert.key) text += fmt::format(" (key: {})", insert.key->strip);
        if (insert.bypass) text += " (bypassed)";
    }
    return text;
}

std::string strip_text(const Session& session, const Strip& strip) {
    std::string text = fmt::format("{:<7} {} ({})", kind_word(strip.kind), strip.name, to_string(strip.layout));
    if (const std::string output = output_of(session, strip); !output.empty()) text += " -> " + output;
    if (!strip.clips.empty()) text += ", " + counted(strip.clips.size(), "clip");
    if (const std::string flags = flags_of(strip); !flags.empty()) text += ", " + flags;
    text += "\n";
    if (!strip.inserts.empty()) text += fmt::format("          inserts: {}\n", inserts_of(strip));
    for (const session::Send& send : strip.sends)
        text += fmt::format("          send: {} at {}, {} fader{}\n", send.to, to_string(send.level),
                            send.pre_fader ? "pre" : "post", send.mute ? ", muted" : "");
    for (const session::Lane& lane : strip.lanes)
        text += fmt::format("          automation: {}, {} points\n", lane.target, lane.points.size());
    return text;
}

std::string session_text(const Session& session) {
    const auto count = [&](StripKind kind) {
        return static_cast<std::size_t>(std::count_if(session.strips.begin(), session.strips.end(),
                                                      [&](const Strip& strip) { return strip.kind == kind; }));
    };
    std::string text = fmt::format(
        "{}: {} Hz, {}, {}, {}, {}\n", session.name.empty() ? "(no name)" : session.name, session.sample_rate,
        counted(count(StripKind::track), "track"), counted(count(StripKind::bus), "bus"),
        counted(count(StripKind::return_bus), "return"), counted(files_of(session).size(), "file"));
    for (const auto& [key, value] : session.metadata) text += fmt::format("{}: {}\n", key, value);
    text += "\n";
    for (const Strip& strip : session.strips) text += strip_text(session, strip);
    if (!session.stems.empty()) text += "\n";
    for (const session::Stem& stem : session.stems)
        text += fmt::format("stem    {}: {}\n", stem.name, fmt::join(stem.strips, ", "));
    if (!session.markers.empty() || !session.ranges.empty()) text += "\n";
    for (const session::Marker& marker : session.markers)
        text += fmt::format("marker  {}: {}\n", marker.name, to_string(marker.at));
    for (const session::Range& range : session.ranges)
        text += fmt::format("range   {}: {} to {}\n", range.name, to_string(range.from), to_string(range.to));
    return text;
}

void write_strip(JsonText& json, const Session& session, const Strip& strip) {
    json.open_object();
    json.key("name").text(strip.name);
    json.key("kind").text(kind_word(strip.kind));
    json.key("layout").text(to_string(strip.layout));
    json.key("output").text(output_of(session, strip));
    json.key("disabled").truth(strip.disabled);
    json.key("mute").truth(strip.mute);
    json.key("solo").truth(strip.solo);
    json.key("solo_safe").truth(strip.solo_safe);
    json.key("clips").count(strip.clips.size());
    json.key("inserts").open_array();
    for (const session::Insert& insert : strip.inserts) {
        json.open_object();
        json.key("processor").text(insert.processor);
        json.key("bypass").truth(insert.bypass);
        if (insert.key) json.key("key").text(insert.key->strip);
        json.close_object();
    }
    json.close_array();
    json.key("sends").open_array();
    for (const session::Send& send : strip.sends) {
        json.open_object();
        json.key("to").text(send.to);
        json.key("level").text(to_string(send.level));
        json.key("pre_fader").truth(send.pre_fader);
        json.close_object();
    }
    json.close_array();
    json.key("automation").open_array();
    for (const session::Lane& lane : strip.lanes) json.text(lane.target);
    json.close_array();
    json.close_object();
}

std::string session_json(const Session& session) {
    JsonText json;
    json.open_object();
    json.key("schema").text("dubplate-inspect-1");
    json.key("name").text(session.name);
    json.key("sample_rate").count(static_cast<std::uint64_t>(session.sample_rate));
    json.key("strips").open_array();
    for (const Strip& strip : session.strips) write_strip(json, session, strip);
    json.close_array();
    json.key("stems").open_array();
    for (const session::Stem& stem : session.stems) {
        json.open_object();
        json.key("name").text(stem.name);
        json.key("strips").open_array();
        for (const std::string& name : stem.strips) json.text(name);
        json.close_array();
        json.close_object();
    }
    json.close_array();
    json.key("markers").open_array();
    for (const session::Marker& marker : session.markers) {
        json.open_object();
        json.key("name").text(marker.name);
        json.key("at").text(to_string(marker.at));
        json.close_object();
    }
    json.close_array();
    json.key("ranges").open_array();
    for (const session::Range& range : session.ranges) {
        json.open_object();
        json.key("name").text(range.name);
        json.key("from").text(to_string(range.from));
        json.key("to").text(to_string(range.to));
        json.close_object();
    }
    json.close_array();
    json.key("files").open_array();
    for (const std::string& file : files_of(session)) json.text(file);
    json.close_array();
    json.key("metadata").open_object();
    for (const auto& [key, value] : session.metadata) json.key(key).text(value);
    json.close_object();
    json.close_object();
    return json.finish();
}

struct Options {
    std::string session;
    bool json = false;
};

Exit run(const Options& options) {
    const auto session = read_session_argument(options.session);
    if (!session) return Exit::session_unreadable;
    return print_result(options.json ? session_json(*session) : session_text(*session)) ? Exit::done : Exit::failed;
}

}  // namespace

Run add_inspect(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("SESSION", options->session, "the session file (*.dub.json)")->required();
    app.add_flag("--json", options->json, "as JSON");
    app.footer("Examples:\n  dubplate inspect song.dub.json\n  dubplate inspect song.dub.json --json");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
