#include <gtest/gtest.h>

#include "tests/support/device_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using Kind = render::StemSelection::Kind;
using Points = std::vector<std::pair<std::string, std::string>>;

/// Linear-phase EQs of all lengths that move all the time, for a while or not at all: of all channels, of sides, switched on
/// and off; before and behind convolutions, compressors and each other; on tracks, a bus and a return.
class MovingEqs : public DeviceSession {
protected:
    static constexpr std::size_t kFrames = 90000;

    MovingEqs() {
        write_wav(folder_.file("room.wav"), {noise(5000, 7, 0.01)});
        session::Strip& bus = add_bus(session_, "Bus");
        bus.inserts = {insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "2"}}), eq("2", "mid")};
        bus.lanes = {gain(1, {{"0.1 s", "-9 dB"}, {"1.5 s", "6 dB"}})};
        session::Strip& room = add_return(session_, "Room");
        room.inserts = {insert("convolution", {{"impulse", "room.wav"}}), eq("1")};
        room.lanes = {gain(1, {{"0.5 s", "-3 dB"}, {"0.6 s", "3 dB"}})};

        add_voice("Always", eq("2"), {gain(0, {{"0 s", "-12 dB"}, {"2 s", "12 dB"}})});
        add_voice("For a while", eq("2"), {gain(0, {{"0.7 s", "-12 dB"}, {"0.9 s", "12 dB"}})});
        add_voice("Never", eq("2"), {});
        add_voice("Two values", eq("0", "side"),
                  {gain(0, {{"0 s", "0 dB"}, {"1 s", "12 dB"}}),
                   lane("inserts/0/bands/1/frequency", {{"0.2 s", "200 Hz"}, {"1.2 s", "12 kHz"}})});
        add_voice("Switched", eq("1", "left"),
                  {lane("inserts/0/bands/0/on", {{"0 s", "0"}, {"0.8 s", "1"}, {"1.1 s", "0"}}, session::Shape::hold)});
        add_voice("Longest", eq("6"), {gain(0, {{"0.4 s", "-12 dB"}, {"1.4 s", "12 dB"}})});
        add_voice("Long", eq("4", "side"), {gain(0, {{"0.4 s", "-12 dB"}, {"1.4 s", "12 dB"}})});

        session::Strip& chain = add_voice(
            "Chain", eq("0"),
            {gain(0, {{"0 s", "6 dB"}, {"2 s", "-6 dB"}}), lane("inserts/1/mix", {{"0 s", "10 %"}, {"2 s", "90 %"}}),
             gain(2, {{"0.3 s", "-6 dB"}, {"0.4 s", "0 dB"}})});
        chain.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}, {"mix", "40 %"}}));
        chain.inserts.push_back(eq("1"));
        session::Strip& late = add_voice("Late", insert("compressor", {{"threshold", "-30 dB"}}),
                                         {gain(1, {{"0 s", "6 dB"}, {"2 s", "-6 dB"}})});
        late.inserts.push_back(eq("3"));
        late.output = "";
        late.sends = {{.to = "Room", .pre_fader = true, .level = session::decibels(-6.0)}};
    }

    static session::Insert eq(const std::string& length, const std::string& channels = "stereo") {
        return insert("linear_eq", {{"length", length},
                                    {"bands/0/frequency", "2500 Hz"},
                                    {"bands/0/gain", "-5 dB"},
                                    {"bands/0/channels", channels},
                                    {"bands/1/type", "point"},
                                    {"bands/1/gain", "-2 dB"},
                                    {"bands/2/type", "point"},
                                    {"bands/2/frequency", "13 kHz"},
                                    {"bands/2/gain", "3 dB"}});
    }
    static session::Lane gain(int insert, const Points& points) {
        return lane("inserts/" + std::to_string(insert) + "/bands/0/gain", points);
    }
    session::Strip& add_voice(const std::string& name, const session::Insert& first,
                              const std::vector<session::Lane>& lanes) {
        const std::uint64_t number = session_.strips.size();
        const bool stereo = name != "Always" && name != "Longest";
        Audio audio{noise(kFrames, 10 + number, 0.1)};
        if (stereo) audio.push_back(noise(kFrames, 50 + number, 0.1));
        // What does not sound is not designed for.
        if (number % 4 == 1)
            for (auto& channel : audio) std::fill(channel.begin() + 30000, channel.begin() + 62000, 0.0f);
        write_wav(folder_.file(name + ".wav"), audio);
        session::Strip& track = add_track(session_, name, name + ".wav",
                                          stereo ? Layout{Layout::Kind::stereo, 2} : Layout{Layout::Kind::mono, 1});
        track.output = "Bus";
        track.inserts = {first};
        track.lanes = lanes;
        return track;
    }
};

TEST_F(MovingEqs, OnTheTwinNullAgainstTheCpu) {
    const auto stems = [](RenderJob& job) { job.stems.kind = Kind::each_track; };
    expect_null(on("cpu", stems), on("hosttwin", stems));
}

TEST_F(MovingEqs, ChunksThreadsAndDelaysChangeNoBit) {
    expect_that_chunks_threads_and_delays_change_no_bit({8192, 24576, -1});
}

TEST_F(MovingEqs, StemsThatAreAskedForChangeNoBitOfTheMix) {
    const auto hash = [&](Kind kind) { return mix_hash([&](RenderJob& job) { job.stems.kind = kind; }); };
    EXPECT_EQ(hash(Kind::each_track), hash(Kind::none));
}

TEST_F(MovingEqs, ARangeIsACutOfTheWhole) { expect_that_a_range_is_a_cut_of_the_whole(); }

TEST_F(MovingEqs, LittleMemoryMeansSmallerWavesAndTheSameBits) {
    EXPECT_GT(renders_in_less_memory(std::uint64_t{1} << 29), 0);
}

}  // namespace
}  // namespace dubplate::test
