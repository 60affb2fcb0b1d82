#include "engine/render/form.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "engine/nodes/strip_setup.h"

namespace dubplate::render {
namespace {

using session::Quantity;
using session::Session;
using session::Strip;
using session::StripKind;
using session::Unit;

constexpr int kMinSampleRate = 8000, kMaxSampleRate = 384000;
constexpr double kMaxLevel = 48.0;
constexpr double kMinSpeed = 0.01, kMaxSpeed = 100.0;

/// dB up to +48; any finite number below, and -inf, are quiet or silent.
bool is_level(const Quantity& level) { return level.unit == Unit::decibels && level.number <= kMaxLevel; }
bool is_pan(double pan) { return std::fabs(pan) <= 1.0; }
bool is_bend(double bend) { return std::fabs(bend) <= 1.0; }

bool is_layout(Layout layout) {
    const auto known = parse_layout(to_string(layout));
    return known && *known == layout;
}

/// What is wrong with a strip in itself, "" if nothing is.
std::string fault_of(const Strip& strip) {
    if (!is_layout(strip.layout)) return "its layout and count of channels do not fit";
    if (!is_level(strip.fader)) return fmt::format("'{}' is no level for its fader", to_string(strip.fader));
    if (!is_pan(strip.pan)) return fmt::format("a pan lies between -1 and 1, not at {}", strip.pan);
    for (const session::Send& send : strip.sends) {
        if (!is_level(send.level))
            return fmt::format("'{}' is no level for its send to '{}'", to_string(send.level), send.to);
        if (!is_pan(send.pan)) return fmt::format("a send's pan lies between -1 and 1, not at {}", send.pan);
    }
    for (const session::Clip& clip : strip.clips)
        if (!(clip.speed >= kMinSpeed && clip.speed <= kMaxSpeed))
            return fmt::format("a clip's speed lies between {} and {}, not at {}", kMinSpeed, kMaxSpeed, clip.speed);
    for (const session::Lane& lane : strip.lanes)
        for (const session::Breakpoint& point : lane.points)
            if (!is_bend(point.bend))
                return fmt::format("the bend of a breakpoint of '{}' lies between -1 and 1, not at {}", lane.target,
                                   point.bend);
    return "";
}

}  // namespace

Result<void> check_form(const Session& session) {
    if (session.sample_rate < kMinSampleRate || session.sample_rate > kMaxSampleRate)
        return fail(ErrorCode::bad_argument, fmt::format("a sample rate lies between {} and {} Hz, not at {}",
                                                         kMinSampleRate, kMaxSampleRate, session.sample_rate));
    const auto masters = std::ranges::count(session.strips, StripKind::master, &Strip::kind);
    if (masters != 1)
        return fail(ErrorCode::bad_argument, fmt::format("a session has one master, this one has {}", masters));
    if (!std::ranges::is_sorted(session.strips, {}, &Strip::kind))
        return fail(ErrorCode::bad_argument, "strips stand in the order tracks, buses, returns, master");
    std::set<std::string_view> names;
    for (const Strip& strip : session.strips) {
        const auto wrong = [&](std::string message) {
            return fail(ErrorCode::bad_argument, std::move(message), nodes::strip_place(session, strip, strip.place));
        };
        if (strip.name.empty()) return wrong("a strip has no name");
        if (!names.insert(strip.name).second) return wrong("another strip has this name");
        if (std::string fault = fault_of(strip); !fault.empty()) return wrong(std::move(fault));
    }
    return {};
}

}  // namespace dubplate::render
