#include "tests/support/session_fuzzer.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

using session::Insert;
using session::Session;
using session::Strip;
using session::StripKind;

constexpr Layout kMono{Layout::Kind::mono, 1}, kStereo{Layout::Kind::stereo, 2},
    kFiveOne{Layout::Kind::surround_5_1, 6};

class Fuzzer {
public:
    Fuzzer(std::uint64_t seed, const std::string& folder, const FuzzSettings& settings)
        : dice_(seed), folder_(folder), settings_(settings) {}

    Session run() {
        write_sounds();
        session_ = empty_session(folder_);
        session_.seed = dice_.next() >> 16;
        if (dice_.chance(0.3)) {
            session_.tempos = {{quantity("1|1|0"), 90.0, true}, {quantity("2|1|0"), 140.0, false}};
        }
        const int buses = dice_.below(4), returns = dice_.below(3), tracks = 2 + dice_.below(20);
        for (int b = 0; b < buses; ++b) {
            Strip& bus = add_bus(session_, fmt::format("Bus {}", b));
            if (b > 0 && dice_.chance(0.4)) bus.output = fmt::format("Bus {}", dice_.below(b));
        }
        for (int r = 0; r < returns; ++r) {
            Strip& one = add_return(session_, fmt::format("Return {}", r));
            if (buses > 0 && dice_.chance(0.2)) one.output = "Bus 0";
            one.inserts.push_back(
                dice_.chance(0.6)
                    ? insert("convolution",
                             {{"impulse", dice_.chance(0.5) ? "room.wav" : "hall.wav"}, {"mix", "100 %"}})
                    : insert("delay",
                             {{"time", dice_.chance(0.5) ? "1/8." : "83 ms"}, {"feedback", "0.3"}, {"mix", "100 %"}}));
        }
        for (int t = 0; t < tracks; ++t) add_random_track(t, buses);
        for (Strip& strip : session_.strips) {
            add_inserts(strip, strip.kind == StripKind::track ? dice_.below(4) : dice_.below(2));
            if (strip.kind == StripKind::track || (strip.kind == StripKind::bus && dice_.chance(0.3)))
                add_sends(strip, returns);
            automate(strip);
            if (strip.kind != StripKind::master) {
                strip.fader = session::decibels(std::round(dice_.uniform(-20.0, -4.0) * 10.0) / 10.0);
                strip.pan = std::round(dice_.uniform(-1.0, 1.0) * 100.0) / 100.0;
                strip.invert = dice_.chance(0.1);
                if (strip.kind == StripKind::track)
                    strip.mute = dice_.chance(0.05), strip.disabled = dice_.chance(0.05);
                strip.pan_law = static_cast<session::PanLaw>(dice_.below(4));
            }
        }
        if (settings_.side_chains) add_keys();
        if (settings_.split_keys) add_split_keys();
        return std::move(session_);
    }

private:
    void write_sounds() {
        const auto noise = [&](int channels, double seconds, double decay) {
            Audio audio(static_cast<std::size_t>(channels),
                        std::vector<float>(static_cast<std::size_t>(seconds * 48000.0)));
            for (auto& channel : audio)
                for (std::size_t f = 0; f < channel.size(); ++f)
                    channel[f] = static_cast<float>(dice_.uniform(-0.5, 0.5) *
                                                    std::exp(-decay * static_cast<double>(f) / 48000.0));
            return audio;
        };
        write_wav(folder_ + "/mono.wav", noise(1, settings_.seconds, 0.5));
        write_wav(folder_ + "/stereo.wav", noise(2, settings_.seconds * 0.7, 1.0));
        write_wav(folder_ + "/burst.wav", noise(1, 0.05, 60.0));
        if (settings_.surround) write_wav(folder_ + "/five.wav", noise(6, settings_.seconds * 0.5, 1.0));
        Audio room = noise(1, 0.12, 40.0), hall = noise(2, 0.45, 12.0);
        for (auto* response : {&room, &hall})
            for (auto& channel : *response)
                for (float& sample : channel) sample *= 0.1f;
        write_wav(folder_ + "/room.wav", room);
        write_wav(folder_ + "/hall.wav", hall);
    }

    void add_random_track(int index, int buses) {
        const int kind = dice_.below(settings_.surround ? 4 : 3);
        // A mono file on a stereo track: its channels are equal.
        const bool is_doubled = kind == 2 && index % 2 == 0;
        Strip& track = add_track(session_, fmt::format("Track {}", index), "",
                                 kind == 1 || is_doubled ? kStereo
                                 : kind == 3             ? kFiveOne
                                                         : kMono);
        const int clips = 1 + dice_.below(3);
        for (int c = 0; c < clips; ++c) {
            session::Clip clip;
            clip.file = kind == 1 ? "stereo.wav" : kind == 3 ? "five.wav" : kind == 0 ? "mono.wav" : "burst.wav";
            clip.start = session::frames(dice_.below(static_cast<int>(settings_.seconds * 40000.0)));
            clip.length = session::frames(200 + dice_.below(30000));
            clip.gain = session::decibels(dice_.uniform(-6.0, 3.0));
            clip.invert = dice_.chance(0.2);
            clip.loop = dice_.chance(0.3);
            if (dice_.chance(0.5))
                clip.fade_in = {session::frames(1 + dice_.below(100)), session::FadeShape::equal_power, 0.0};
            if (dice_.chance(0.5))
                clip.fade_out = {session::frames(1 + dice_.below(100)), session::FadeShape::s_curve, 0.0};
            if (!clip.loop) {
                const double source = kind == 1   ? 0.7 * settings_.seconds
                                      : kind == 3 ? 0.5 * settings_.seconds
                                      : kind == 0 ? settings_.seconds
                                                  : 0.05;
                const double most = source * 48000.0;
                clip.length = session::frames(std::floor(std::min(clip.length->number, most)));
            }
            track.clips.push_back(clip);
        }
        if (buses > 0 && dice_.chance(0.7)) track.output = fmt::format("Bus {}", dice_.below(buses));
    }

    void add_inserts(Strip& strip, int count) {
        for (int k = 0; k < count; ++k) {
            const bool bus = strip.kind != StripKind::track;
            const int kind = dice_.below(bus && !settings_.shared_dynamics ? 2 : 5);
            if (kind == 0)
                strip.inserts.push_back(insert("trim", {{"gain", fmt::format("{:.2f} dB", dice_.uniform(-3.0, 3.0))}}));
            if (kind == 1)
                strip.inserts.push_back(
                    insert("eq", {{"bands/0/type", "bell"},
                                  {"bands/0/frequency", fmt::format("{:.1f} Hz", dice_.uniform(60.0, 9000.0))},
                                  {"bands/0/gain", fmt::format("{:.2f} dB", dice_.uniform(-8.0, 8.0))},
                                  {"bands/1/type", "high_shelf"},
                                  {"bands/1/frequency", "6 kHz"},
                                  {"bands/1/gain", "2 dB"}}));
            if (kind == 2 || kind == 3)
                strip.inserts.push_back(
                    insert("compressor", {{"threshold", fmt::format("{:.1f} dB", dice_.uniform(-36.0, -14.0))},
                                          {"ratio", fmt::format("{:.2f}", dice_.uniform(1.5, 8.0))},
                                          {"attack", "8 ms"},
                                          {"release", "90 ms"},
                                          {"lookahead", dice_.chance(0.4) ? "3 ms" : "0 ms"}}));
            if (kind == 4)
                strip.inserts.push_back(
                    insert("limiter", {{"ceiling", "-9 dB"}, {"lookahead", "2 ms"}, {"release", "60 ms"}}));
        }
        if (strip.kind == StripKind::track && dice_.chance(0.1))
            strip.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}, {"mix", "40 %"}}));
        if (dice_.chance(0.1))
            strip.inserts.push_back(
                insert("linear_eq", {{"length", dice_.chance(0.5) ? "0" : "2"},
                                     {"bands/0/frequency", fmt::format("{:.1f} Hz", dice_.uniform(400.0, 9000.0))},
                                     {"bands/0/gain", fmt::format("{:.2f} dB", dice_.uniform(-8.0, 8.0))},
                                     {"bands/1/type", "point"},
                                     {"bands/1/gain", "-1 dB"}}));
    }

    void add_sends(Strip& strip, int returns) {
        for (int r = 0; r < returns; ++r) {
            if (!dice_.chance(0.4)) continue;
            session::Send send;
            send.to = fmt::format("Return {}", r);
            send.pre_fader = dice_.chance(0.3);
            send.level = session::decibels(dice_.uniform(-24.0, -6.0));
            send.pan = dice_.chance(0.3) ? 0.4 : 0.0;
            // A bus that a return comes back to must not send to it.
            const bool returns_to_bus =
                std::any_of(session_.strips.begin(), session_.strips.end(),
                            [&](const Strip& one) { return one.name == send.to && !one.output.empty(); });
            if (strip.kind == StripKind::bus && returns_to_bus) continue;
            strip.sends.push_back(send);
        }
    }

    void automate(Strip& strip) {
        if (!dice_.chance(0.3)) return;
        if (dice_.chance(0.7))
            strip.lanes.push_back(
                lane("fader", {{"1000", "-20 dB"}, {"20011", "-6 dB"}, {"31000", "-inf dB"}, {"33000", "-9 dB"}}));
        if (dice_.chance(0.5)) strip.lanes.push_back(lane("pan", {{"5", "-1"}, {"24001", "0.8"}}));
        if (dice_.chance(0.3))
            strip.lanes.push_back(lane("mute", {{"0", "0"}, {"12345", "1"}, {"15000", "0"}}, session::Shape::hold));
        for (std::size_t k = 0; k < strip.inserts.size(); ++k)
            if ((strip.inserts[k].processor == "eq" || strip.inserts[k].processor == "linear_eq") && dice_.chance(0.5))
                strip.lanes.push_back(
                    lane(fmt::format("inserts/{}/bands/0/gain", k), {{"300", "-6 dB"}, {"30000", "6 dB"}}));
            else if (strip.inserts[k].processor == "compressor" && dice_.chance(0.3))
                strip.lanes.push_back(
                    lane(fmt::format("inserts/{}/threshold", k), {{"0", "-30 dB"}, {"40000", "-12 dB"}}));
        if (!strip.sends.empty() && dice_.chance(0.3))
            strip.lanes.push_back(lane("sends/0/level", {{"0", "-30 dB"}, {"20000", "-6 dB"}}));
    }

    /// Keys from tracks only, so that no circle can come of them.
    void add_keys() {
        std::vector<std::string> sources;
        for (const Strip& strip : session_.strips)
            if (strip.kind == StripKind::track && strip.layout.channels <= 2) sources.push_back(strip.name);
        for (Strip& strip : session_.strips)
            for (Insert& one : strip.inserts)
                if (one.processor == "compressor" && strip.kind != StripKind::track && !sources.empty() &&
                    dice_.chance(0.4))
                    one.key =
                        session::Key{sources[static_cast<std::size_t>(dice_.below(static_cast<int>(sources.size())))],
                                     static_cast<session::Tap>(dice_.chance(0.5) ? 2 : 3),
                                     0,
                                     {}};
    }

    void add_split_keys() {
        std::vector<Strip*> tracks;
        for (Strip& strip : session_.strips)
            if (strip.kind == StripKind::track && strip.layout.channels <= 2) tracks.push_back(&strip);
        if (tracks.size() < 2) return;
        const bool before_inserts = dice_.chance(0.5);
        for (int side = 0; side < 2; ++side) {
            Strip& one = *tracks[static_cast<std::size_t>(side)];
            one.lanes.clear();
            one.inserts = {insert("trim", {{"gain", "1 dB"}}),
                           insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "4"}})};
            const auto tap = side == 1 && before_inserts ? session::Tap::pre_inserts : session::Tap::insert;
            one.inserts[1].key = session::Key{tracks[static_cast<std::size_t>(1 - side)]->name, tap, 0, {}};
            one.disabled = false;
        }
        if (tracks.size() < 3) return;
        // One that keys itself from an earlier point of its own chain.
        Strip& self = *tracks[2];
        self.lanes.clear();
        self.inserts = {insert("trim", {{"gain", "6 dB"}}), insert("compressor", {{"threshold", "-30 dB"}})};
        self.inserts[1].key = session::Key{self.name, session::Tap::pre_inserts, 0, {}};
    }

    Dice dice_;
    std::string folder_;
    FuzzSettings settings_;
    Session session_;
};

}  // namespace

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

double Dice::uniform(double from, double to) {
    return from + (to - from) * static_cast<double>(next() >> 11) * 0x1p-53;
}

int Dice::below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }

Session random_session(std::uint64_t seed, const std::string& folder, const FuzzSettings& settings) {
    return Fuzzer(seed, folder, settings).run();
}

}  // namespace dubplate::test
