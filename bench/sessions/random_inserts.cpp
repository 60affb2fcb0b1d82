#include "bench/sessions/random_inserts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

#include "kernels/processors/processor.h"

namespace dubplate::bench {
namespace {

using session::Unit;

/// One parameter and the part of its range that is drawn from.
struct Knob {
    const char* name;
    Unit unit;
    double low, high;
    int digits;
};

constexpr Knob kTrimKnobs[] = {{"gain", Unit::decibels, -6, 6, 2}};
constexpr Knob kCompressorKnobs[] = {
    {"threshold", Unit::decibels, -36, -12, 1},  {"ratio", Unit::none, 1.5, 8, 2},
    {"knee", Unit::decibels, 0, 12, 1},          {"attack", Unit::milliseconds, 1, 30, 1},
    {"release", Unit::milliseconds, 40, 300, 1}, {"makeup", Unit::decibels, 0, 4, 2},
};
constexpr Knob kLimiterKnobs[] = {{"ceiling", Unit::decibels, -12, -3, 1},
                                  {"lookahead", Unit::milliseconds, 1, 10, 1},
                                  {"release", Unit::milliseconds, 20, 200, 1}};
constexpr Knob kDelayKnobs[] = {
    {"time", Unit::milliseconds, 50, 500, 1}, {"feedback", Unit::none, 0, 0.6, 2}, {"mix", Unit::percent, 10, 50, 0}};
constexpr Knob kPanKnobs[] = {{"position", Unit::none, -1, 1, 2}, {"width", Unit::percent, 50, 150, 0}};
constexpr Knob kConvolutionKnobs[] = {
    {"mix", Unit::percent, 10, 60, 0}, {"gain", Unit::decibels, -12, 0, 1}, {"predelay", Unit::milliseconds, 0, 40, 1}};
constexpr Knob kBandKnobs[] = {
    {"frequency", Unit::hertz, 60, 12000, 0}, {"gain", Unit::decibels, -6, 6, 1}, {"q", Unit::none, 0.5, 3, 2}};

struct Kind {
    const char* name;
    double weight;
    std::span<const Knob> knobs;
};

/// Ordered as drawn: the weights add up to 1.
constexpr Kind kKinds[] = {
    {"eq", 0.35, kBandKnobs},
    {"compressor", 0.25, kCompressorKnobs},
    {"trim", 0.14, kTrimKnobs},
    {"pan", 0.06, kPanKnobs},
    {"delay", 0.08, kDelayKnobs},
    {"limiter", 0.08, kLimiterKnobs},
    {"convolution", 0.04, kConvolutionKnobs},
};

const Kind& kind_named(const std::string& name) {
    for (const Kind& kind : kKinds)
        if (name == kind.name) return kind;
    assert(!"only kinds of the table are drawn");
    return kKinds[0];
}

session::Quantity draw(NumpyRandom& random, const Knob& knob) {
    return {knob.unit, round_decimals(random.uniform(knob.low, knob.high), knob.digits)};
}

session::Insert random_eq(NumpyRandom& random) {
    constexpr const char* kTypes[] = {"bell", "low_shelf", "high_shelf"};
    std::vector<std::pair<std::string, Value>> values;
    const int band_count = 1 + random.index(6);
    for (int band = 0; band < band_count; ++band) {
        values.emplace_back(fmt::format("bands/{}/type", band), std::string(kTypes[random.index(3)]));
        for (const Knob& knob : kBandKnobs)
            values.emplace_back(fmt::format("bands/{}/{}", band, knob.name), draw(random, knob));
    }
    return make_insert("eq", std::move(values));
}

session::Insert insert_of(NumpyRandom& random, const Kind& kind, int channels, const Responses& responses) {
    const std::string name = kind.name;
    if (name == "eq") return random_eq(random);
    if (name == "pan" && channels != 2) return insert_of(random, kind_named("trim"), channels, responses);
    std::vector<std::pair<std::string, Value>> values;
    if (name == "convolution") {
        const auto& files = channels == 2 && random.chance(0.3) ? responses.stereo : responses.mono;
        values.emplace_back("impulse", files[static_cast<std::size_t>(random.index(static_cast<int>(files.size())))]);
    }
    for (const Knob& knob : kind.knobs) values.emplace_back(knob.name, draw(random, knob));
    return make_insert(name, std::move(values));
}

/// A thing that can be automated: its path in the strip and what values it may take.
struct Target {
    std::string path;
    Knob knob;
};

std::vector<Target> targets_of(const session::Strip& strip) {
    std::vector<Target> targets{{"fader", {"", Unit::decibels, -30, 0, 2}}, {"pan", {"", Unit::none, -1, 1, 3}}};
    for (std::size_t send = 0; send < strip.sends.size(); ++send)
        targets.push_back({fmt::format("sends/{}/level", send), {"", Unit::decibels, -40, -6, 2}});
    for (std::size_t index = 0; index < strip.inserts.size(); ++index) {
        const session::Insert& insert = strip.inserts[index];
        const ProcessorDescription& description = kernels::find_processor(insert.processor)->description;
        for (const session::ParameterValue& value : insert.parameters) {
            if (parameter_at(description, parameter_index(description, value.path)).motion == Motion::fixed) continue;
            const std::string name = value.path.substr(value.path.rfind('/') + 1);
            for (const Knob& knob : kind_named(insert.processor).knobs)
                if (name == knob.name) targets.push_back({fmt::format("inserts/{}/{}", index, value.path), knob});
        }
    }
    return targets;
}

}  // namespace

session::Insert random_insert(NumpyRandom& random, int channels, const Responses& responses) {
    double at = random.unit();
    for (const Kind& kind : kKinds) {
        if (at < kind.weight) return insert_of(random, kind, channels, responses);
        at -= kind.weight;
    }
    return insert_of(random, kKinds[0], channels, responses);
}

session::Insert random_ducker(NumpyRandom& random, session::Key key) {
    session::Insert insert = insert_of(random, kind_named("compressor"), 1, {});
    insert.name = "ducker";
    insert.key = std::move(key);
    return insert;
}

session::Lane random_lane(NumpyRandom& random, const session::Strip& strip, double seconds) {
    std::vector<Target> targets = targets_of(strip);
    std::erase_if(targets, [&](const Target& target) {
        return std::any_of(strip.lanes.begin(), strip.lanes.end(),
                           [&](const session::Lane& lane) { return lane.target == target.path; });
    });
    assert(!targets.empty() && "fader and pan alone are more than the lanes drawn");
    const Target& target = targets[static_cast<std::size_t>(random.index(static_cast<int>(targets.size())))];
    session::Lane lane;
    lane.target = target.path;
    const int point_count = 2 + random.index(20);
    for (int point = 0; point < point_count; ++point) {
        session::Breakpoint breakpoint;
        breakpoint.at = session::seconds(round_decimals(seconds * (point + random.unit()) / point_count, 3));
        breakpoint.value = draw(random, target.knob);
        const double kind = random.unit();
        breakpoint.shape = kind < 0.6   ? session::Shape::linear
                           : kind < 0.8 ? session::Shape::hold
                                        : session::Shape::curve;
        if (breakpoint.shape == session::Shape::curve) breakpoint.bend = round_decimals(random.uniform(-1, 1), 2);
        // Two points may round to the same millisecond; the later one then has nothing to say.
        if (lane.points.empty() || lane.points.back().at.number < breakpoint.at.number)
            lane.points.push_back(breakpoint);
    }
    return lane;
}

}  // namespace dubplate::bench
