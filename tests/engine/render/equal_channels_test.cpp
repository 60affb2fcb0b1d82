#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/device_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

constexpr Layout kMono{Layout::Kind::mono, 1}, kStereo{Layout::Kind::stereo, 2},
    kFiveOne{Layout::Kind::surround_5_1, 6};

/// Tracks of several channels that play files of one, through inserts that keep channels equal and such that do not. Each file
/// is there once more with as many channels as the track, all the same: what renders must not tell one from the other.
class EqualChannels : public DeviceSession {
protected:
    static constexpr std::size_t kFrames = 50000;

    EqualChannels() {
        add_bus(session_, "Bus");
        strip(session_, "Bus").layout = kMono;
        add_return(session_, "Room");
        write_response("room", 1, 3000);
        write_response("hall", 2, 20000);
        write_response("true", 4, 2000);
        strip(session_, "Room").inserts = {room("hall")};
    }

    void write_response(const std::string& name, int channels, std::size_t frames) {
        Audio taps;
        for (int c = 0; c < channels; ++c) {
            taps.push_back(noise(frames, 70 + static_cast<std::uint64_t>(c), 0.1));
            for (std::size_t n = 0; n < frames; ++n)
                taps.back()[n] *=
                    static_cast<float>(std::exp(-6.0 * static_cast<double>(n) / static_cast<double>(frames)));
        }
        write_wav(folder_.file(name + ".wav"), taps);
    }
    static session::Insert room(const std::string& response) {
        return insert("convolution", {{"impulse", response + ".wav"}, {"mix", "60 %"}});
    }
    static session::Insert eq(const std::string& channels = "stereo") {
        return insert("eq", {{"bands/0/type", "bell"},
                             {"bands/0/frequency", "900 Hz"},
                             {"bands/0/gain", "5 dB"},
                             {"bands/0/channels", channels}});
    }
    static session::Insert linear_eq(const std::string& channels = "stereo") {
        return insert("linear_eq", {{"length", "0"},
                                    {"bands/0/type", "bell"},
                                    {"bands/0/frequency", "2 kHz"},
                                    {"bands/0/gain", "4 dB"},
                                    {"bands/0/channels", channels}});
    }
    static session::Insert compressor() { return insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "3"}}); }

    session::Strip& track(const std::string& name, std::vector<session::Insert> inserts, Layout layout = kStereo) {
        const Signal one = noise(kFrames, 3 + name.size() + static_cast<std::uint64_t>(name.back()), 0.2);
        write_wav(folder_.file(name + ".wav"), {one});
        write_wav(folder_.file(name + " doubled.wav"), Audio(static_cast<std::size_t>(layout.channels), one));
        session::Strip& made = add_track(session_, name, name + ".wav", layout);
        made.inserts = std::move(inserts);
        made.sends = {{.to = "Room", .level = session::decibels(-12.0)}};
        return made;
    }

    /// The same, of the files that have all channels.
    Rendered doubled(const std::string& device) {
        const session::Session kept = session_;
        for (session::Strip& strip : session_.strips)
            for (session::Clip& clip : strip.clips) clip.file.insert(clip.file.size() - 4, " doubled");
        Rendered rendered = on(device);
        session_ = kept;
        return rendered;
    }

    /// One of everything.
    void add_tracks() {
        track("Bare", {});
        track("Kept", {insert("trim", {{"gain", "-3 dB"}}), eq(), compressor(), insert("limiter")}).invert = true;
        track("Parts at a room", {eq(), compressor(), room("hall")});
        track("Parts at once", {room("true"), compressor()});
        track("Keeps a room", {compressor(), room("room"), linear_eq()}).pan = 0.3;
        track("Middle", {eq(), compressor(), eq("mid"), compressor()});
        track("Sides", {compressor(), linear_eq(), linear_eq("side")});
        track("Widened", {eq(), compressor(), insert("pan", {{"position", "0.4"}})}).output = "Bus";
        track("Echoes", {compressor(), compressor(), insert("delay", {{"ping_pong", "true"}, {"time", "20 ms"}})});
        track("One echo", {insert("delay", {{"time", "20 ms"}})}).output = "Bus";
        track("Surround", {eq(), compressor()}, kFiveOne);
        session::Strip& moving = track("Moving", {eq(), compressor(), linear_eq("side"), room("hall")});
        moving.lanes = {lane("fader", {{"0 s", "-20 dB"}, {"0.9 s", "0 dB"}}),
                        lane("pan", {{"0 s", "-1"}, {"1 s", "1"}}),
                        lane("inserts/2/bands/0/gain", {{"0 s", "-6 dB"}, {"1 s", "6 dB"}})};
        track("Automated", {linear_eq(), linear_eq()}).lanes = {
            lane("inserts/0/bands/0/gain", {{"0 s", "-6 dB"}, {"1 s", "6 dB"}})};
        session::Strip& bypassed = track("Bypassed", {eq("left"), compressor(), room("hall")});
        bypassed.inserts[0].bypass = bypassed.inserts[2].bypass = true;
        // Keys of bypassed inserts, of a strip that is disabled: in the way of nothing.
        track("Disabled", {}).disabled = true;
        session::Insert unheard = compressor();
        unheard.bypass = true;
        unheard.key = session::Key{"Disabled", session::Tap::pre_fader, 0, {}};
        track("Before a room", {unheard, room("hall")});
        track("Behind a room", {room("room"), unheard});
        track("Between rooms", {room("room"), unheard, room("hall")});
        session::Strip& clips = track("Cut", {compressor()});
        clips.clips[0].fade_in = {session::frames(3000), session::FadeShape::equal_power, 0.0};
        clips.clips[0].gain = session::decibels(-2.0);
        clips.clips.push_back(clips.clips[0]);
        clips.clips[1].start = session::frames(20000);
        clips.clips[1].length = session::frames(9000);
        clips.clips[1].reverse = true;
        // What is heard of them elsewhere: after an insert, before the fader, behind it, before all inserts.
        const auto keyed = [](const std::string& from, session::Tap tap) {
            session::Insert made = compressor();
            made.key = session::Key{from, tap, 0, {}};
            return made;
        };
        track("Hears the middle", {keyed("Middle", session::Tap::insert), room("hall")});
        track("Hears a room", {eq(), compressor(), keyed("Parts at a room", session::Tap::pre_fader)});
        track("Hears the kept", {keyed("Kept", session::Tap::post_fader), room("room")});
        track("Hears the bare", {eq(), compressor(), keyed("Bare", session::Tap::pre_inserts), room("hall")});
    }
};

TEST_F(EqualChannels, AreWhatTheSameAudioInAllChannelsIs) {
    add_tracks();
    const Rendered once = on("cpu");
    EXPECT_THAT(differing(once, doubled("cpu")), testing::IsEmpty());
    EXPECT_GT(peak_dbfs(once.outputs.at("mix")), -20.0);
}

/// Of equal channels a link takes part of each channel's gain and the rest of the same: rounding is all that differs.
TEST_F(EqualChannels, AreThatToTheLastBitWhereChannelsAreLinkedInPart) {
    track("A", {insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "3"}, {"link", "42 %"}}),
                insert("limiter", {{"ceiling", "-12 dB"}, {"link", "70 %"}})});
    const Rendered once = on("cpu"), twice = doubled("cpu");
    EXPECT_LT(difference_dbfs(once.outputs.at("A"), twice.outputs.at("A")), -135.0);
    EXPECT_GT(peak_dbfs(once.outputs.at("A")), -15.0);
}

TEST_F(EqualChannels, OnADeviceNullAgainstTheCpu) {
    add_tracks();
    const Rendered once = on("hosttwin");
    expect_null(on("cpu"), once);
    expect_null(doubled("hosttwin"), once);
}

TEST_F(EqualChannels, OnADeviceChangeNoBitWithChunksThreadsAndDelays) {
    add_tracks();
    expect_that_chunks_threads_and_delays_change_no_bit({8192, 24576});
}

TEST_F(EqualChannels, OnADeviceOfARangeAreACutOfTheWhole) {
    add_tracks();
    expect_that_a_range_is_a_cut_of_the_whole();
}

TEST_F(EqualChannels, OfARangeAreACutOfTheWhole) {
    add_tracks();
    const Rendered whole = on("cpu"), part = on("cpu", [](render::RenderJob&job) {
                                          job.from = session::frames(20001);
                                          job.to = session::frames(40000);
                                          job.chunk_frames = 8192;
                                      });
    for (const auto& [name, audio] : part.outputs)
        for (std::size_t c = 0; c < audio.size(); ++c)
            EXPECT_TRUE(std::equal(audio[c].begin(), audio[c].end(), whole.outputs.at(name)[c].begin() + 20001))
                << name;
}

TEST_F(EqualChannels, GoUpToADeviceOnce) {
    track("A", {compressor(), room("hall")});
    track("B", {room("hall")});
    const auto up = [](const Rendered& rendered) { return rendered.report.traffic.value().copied_up_bytes; };
    EXPECT_GE(up(doubled("hosttwin")) - up(on("hosttwin")), static_cast<std::int64_t>(2 * kFrames * sizeof(float)));
}

}  // namespace
}  // namespace dubplate::test
