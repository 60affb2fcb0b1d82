#include "tests/session-format/support/random_session.h"

#include <random>
#include <string>

#include <fmt/format.h>

#include "tests/session-format/support/processors.h"

namespace dubplate::session::test {
namespace {

class Maker {
public:
    explicit Maker(std::uint64_t seed) : random_(seed) {}

    Session session() {
        Session session;
        session.name = text();
        session.sample_rate = pick({8000, 44100, 48000, 96000, 384000});
        session.seed = chance(3) ? random_() : 0;
        session.pan_law = static_cast<PanLaw>(below(4));
        timeline(session);
        if (chance(2))
            for (int entry = 0; entry < below(4); ++entry) session.metadata[text("", std::to_string(entry))] = text();
        const int tracks = below(5), buses = below(4), returns = below(3);
        for (int index = 0; index < tracks; ++index) names_.push_back(fmt::format("Track {} {}", index, text()));
        for (int index = 0; index < buses; ++index) names_.push_back(fmt::format("Bus {} {}", index, text()));
        for (int index = 0; index < returns; ++index) names_.push_back(fmt::format("Return {} {}", index, text()));
        sums_from_ = tracks;
        for (int index = 0; index < tracks; ++index) session.strips.push_back(strip(StripKind::track, index));
        for (int index = 0; index < buses; ++index) session.strips.push_back(strip(StripKind::bus, tracks + index));
        for (int index = 0; index < returns; ++index)
            session.strips.push_back(strip(StripKind::return_bus, tracks + buses + index));
        names_.push_back(chance(2) ? "Master" : "Main out");
        session.strips.push_back(strip(StripKind::master, tracks + buses + returns));
        if (tracks + buses + returns > 0 && chance(2)) {
            for (int index = 0; index < 1 + below(3); ++index)
                session.stems.push_back({.name = fmt::format("Stem {}", index),
                                         .strips = {names_[static_cast<std::size_t>(below(tracks + buses + returns))]},
                                         .returns = static_cast<StemReturns>(below(2))});
        }
        session.stem_rule = session.stems.empty() ? static_cast<StemRule>(below(3)) : StemRule::listed;
        return session;
    }

private:
    int below(int count) { return static_cast<int>(random_() % static_cast<std::uint64_t>(count)); }
    bool chance(int one_in) { return below(one_in) == 0; }
    double between(double low, double high) { return std::uniform_real_distribution(low, high)(random_); }
    int pick(std::initializer_list<int> values) { return values.begin()[below(static_cast<int>(values.size()))]; }
    std::string text(std::string_view before = "", std::string_view behind = "") {
        static const char* const kWords[] = {"Kick", "Sn\"are", "Überton", "a\\b", "L/R~", "語", "", "x y", "Gtr (DI)"};
        const char* word = kWords[below(9)];
        return fmt::format("{}{}{}{}", before, word, below(100), behind);
    }
    Quantity level() {
        if (chance(8)) return parse_quantity("-inf dB").value();
        return decibels(between(-144.0, 48.0));
    }
    Quantity length() {
        switch (below(4)) {
            case 0: return frames(1 + below(1000000));
            case 1: return {Unit::milliseconds, between(0.2, 5000.0)};
            case 2: return {Unit::seconds, between(0.01, 500.0)};
            default:
                return parse_quantity(fmt::format("{}/{}{}", 1 + below(7), 1 << below(6), chance(2) ? "" : "t"))
                    .value();
        }
    }
    Quantity position() {
        return chance(2) ? Quantity{Unit::bar_beat, 0.0, 1 + below(500), 1 + below(3), below(960)} : length();
    }

    void timeline(Session& session) {
        if (chance(2)) {
            session.tempos.push_back({frames(0.0), between(20.0, 300.0), false});
            int bar = 1;
            for (int event = 0; event < below(4); ++event) {
                session.tempos.back().ramp_to_next = chance(2);
                session.tempos.push_back({{Unit::bar_beat, 0.0, bar += 1 + below(9), 1 + below(3), below(960)},
                                          between(20.0, 300.0),
                                          false});
            }
        }
        if (chance(2)) {
            int bar = below(3);
            for (int event = 0; event < 1 + below(3); ++event)
                session.meters.push_back({bar += 1 + below(20), 3 + below(9), 1 << below(6)});
        }
        for (int index = 0; index < below(3); ++index) session.markers.push_back({.name = text("m"), .at = position()});
        for (int index = 0; index < below(3); ++index)
            session.ranges.push_back(
                {.name = fmt::format("r{}", index), .from = frames(below(100)), .to = frames(100 + below(100))});
        if (chance(2)) session.end = parse_quantity("700|1").value();
    }

    std::vector<Breakpoint> points(double low, double high, Unit unit) {
        std::vector<Breakpoint> list;
        double at = 0.0;
        for (int index = 0; index < 1 + below(6); ++index) {
            Breakpoint point{.at = frames(at += 1 + below(10000)),
                             .value = {unit, between(low, high)},
                             .shape = static_cast<Shape>(below(3))};
            if (point.shape == Shape::curve) point.bend = between(-1.0, 1.0);
            list.push_back(point);
        }
        return list;
    }

    Fade fade() {
        if (chance(2)) return {};
        Fade fade{.length = length(), .shape = static_cast<FadeShape>(below(6))};
        if (fade.shape == FadeShape::custom) fade.bend = between(-1.0, 1.0);
        return fade;
    }

    Clip clip() {
        Clip clip{.file = text("audio/", ".wav"), .start = position()};
        if (chance(3)) clip.name = text("c");
        if (chance(2)) clip.offset = length();
        if (chance(2)) clip.length = length();
        if (chance(2)) clip.gain = level();
        if (chance(4)) clip.gain_points = points(-60.0, 12.0, Unit::decibels);
        clip.invert = chance(3);
        clip.reverse = chance(3);
        clip.loop = clip.length && chance(2);
        clip.mute = chance(5);
        for (int channel = 0; chance(2) && channel < 3; ++channel) clip.channels.push_back(1 + below(8));
        if (chance(3)) clip.speed = between(0.01, 100.0);
        clip.fade_in = fade();
        clip.fade_out = fade();
        return clip;
    }

    Key key() {
        Key key{.strip = names_[static_cast<std::size_t>(below(static_cast<int>(names_.size())))]};
        key.tap = static_cast<Tap>(below(4));
        // The strip named may not be made yet and may hold no insert.
        if (key.tap == Tap::insert) key.tap = Tap::post_fader;
        return key;
    }

    Insert insert() {
        Insert insert;
        insert.bypass = chance(4);
        if (chance(3)) insert.name = text("i");
        const auto set = [&](std::string path, auto value) {
            insert.parameters.push_back({.path = std::move(path), .value = value});
        };
        switch (below(4)) {
            case 0:
                insert.processor = "squash";
                if (chance(2)) set("threshold", decibels(between(-60.0, 0.0)));
                if (chance(2)) set("ratio", frames(between(1.0, 100.0)));
                if (chance(2)) set("attack", Quantity{Unit::milliseconds, between(0.1, 500.0)});
                if (chance(2)) set("mix", Quantity{Unit::percent, between(0.0, 100.0)});
                if (chance(2)) set("mode", std::string(kModes[below(3)]));
                if (chance(2)) set("active", chance(2));
                if (!names_.empty() && chance(2)) insert.key = key();
                break;
            case 1:
                insert.processor = "bands";
                if (chance(2)) set("gain", decibels(between(-24.0, 24.0)));
                for (int band = 0; band < below(5); ++band) {
                    set(fmt::format("bands/{}/frequency", band), Quantity{Unit::kilohertz, between(0.01, 20.0)});
                    if (chance(2)) set(fmt::format("bands/{}/gain", band), decibels(between(-24.0, 24.0)));
                    if (chance(2)) set(fmt::format("bands/{}/q", band), frames(between(0.1, 40.0)));
                }
                break;
            case 2:
                insert.processor = "room";
                set("file", text("ir/", ".wav"));
                if (chance(2)) set("level", decibels(between(-60.0, 12.0)));
                break;
            default:
                insert.processor = "echo";
                if (chance(2)) set("time", parse_quantity("1/32.").value());
                if (chance(2)) set("feedback", Quantity{Unit::percent, between(0.0, 99.0)});
        }
        return insert;
    }

    void automate(Strip& strip) {
        if (chance(2)) strip.lanes.push_back({.target = "fader", .points = points(-100.0, 12.0, Unit::decibels)});
        if (chance(3)) strip.lanes.push_back({.target = "pan", .points = points(-1.0, 1.0, Unit::none)});
        if (chance(3))
            strip.lanes.push_back({.target = "mute",
                                   .points = {{.at = frames(5), .value = frames(1), .shape = Shape::hold},
                                              {.at = frames(9), .value = frames(0), .shape = Shape::hold}}});
        for (std::size_t index = 0; index < strip.sends.size(); ++index)
            if (chance(2))
                strip.lanes.push_back(
                    {.target = fmt::format("sends/{}/level", index), .points = points(-100.0, 12.0, Unit::decibels)});
        for (std::size_t index = 0; index < strip.inserts.size(); ++index) {
            if (strip.inserts[index].processor != "squash") continue;
            strip.lanes.push_back(
                {.target = fmt::format("inserts/{}/threshold", index), .points = points(-60.0, 0.0, Unit::decibels)});
            strip.lanes.push_back({.target = fmt::format("inserts/{}/flavour", index),
                                   .points = {{.at = frames(5), .value = frames(below(3)), .shape = Shape::hold}}});
        }
    }

    Strip strip(StripKind kind, int index) {
        Strip strip{.name = names_[static_cast<std::size_t>(index)], .kind = kind};
        static const char* const kLayouts[] = {"mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4", "3 discrete"};
        strip.layout = parse_layout(kLayouts[below(8)]).value();
        const bool is_master = kind == StripKind::master;
        // A strip feeds sums that stand after it: no cycles.
        const int last = static_cast<int>(names_.size()) - (is_master ? 2 : 1);
        const int first = std::max(sums_from_, index + 1);
        const auto sum = [&] { return names_[static_cast<std::size_t>(first + below(last - first + 1))]; };
        if (!is_master) {
            if (first <= last && chance(2)) strip.output = sum();
            for (int send = 0; first <= last && send < below(3); ++send)
                strip.sends.push_back({.to = sum(),
                                       .pre_fader = chance(2),
                                       .level = level(),
                                       .pan = between(-1.0, 1.0),
                                       .mute = chance(4)});
            strip.solo = chance(5);
            strip.solo_safe = chance(5);
            strip.disabled = chance(5);
        }
        if (kind == StripKind::track) {
            for (int clips = below(4); clips > 0; --clips) strip.clips.push_back(clip());
            strip.overlap = static_cast<Overlap>(below(3));
        }
        for (int inserts = below(4); inserts > 0; --inserts) strip.inserts.push_back(insert());
        if (chance(2)) strip.fader = level();
        if (chance(2)) strip.pan = between(-1.0, 1.0);
        if (chance(3)) strip.pan_law = static_cast<PanLaw>(below(4));
        strip.mute = chance(5);
        strip.invert = chance(5);
        automate(strip);
        return strip;
    }

    std::mt19937_64 random_;
    std::vector<std::string> names_;
    int sums_from_ = 0;
};

}  // namespace

Session random_session(std::uint64_t seed) { return Maker(seed).session(); }

}  // namespace dubplate::session::test
